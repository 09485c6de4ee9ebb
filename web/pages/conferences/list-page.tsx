import { Button, Group, Paper, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Conference } from '../../../src/model/conference.ts'
import type { Room } from '../../../src/model/room.ts'
import { conferencesQuery } from '../../api/conferences.ts'
import { roomsQuery } from '../../api/server.ts'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { SortedHead, type Sorting } from '../../ui/sorted-head.tsx'
import { LoadError, Nothing, RowsLoading } from '../../ui/states.tsx'
import { ConferenceRow } from './row.tsx'

type Column = 'name' | 'people'

export function ConferencesPage() {
  const { t, i18n } = useTranslation()
  const { data: conferences, error, refetch } = useQuery(conferencesQuery)
  const { data: rooms } = useQuery(roomsQuery)
  const [search, setSearch] = useState('')
  const [sorting, setSorting] = useState<Sorting<Column>>({ by: 'name', down: false })
  const roomOf = useMemo(() => new Map(rooms?.map((room) => [room.conferenceId, room])), [rooms])
  const shown = useMemo(
    () => sorted(found(conferences ?? [], search), { sorting, roomOf, locale: i18n.language }),
    [conferences, search, sorting, roomOf, i18n.language],
  )
  const add = (
    <Button component={Link} href="/conferences/new" leftSection={<Icon name="plus" size={16} />}>{t('conferences.add')}</Button>
  )
  const empty = conferences?.length === 0
  return (
    <Page title={t('conferences.title')} description={t('conferences.description')} actions={empty ? null : add}>
      {error !== null && conferences === undefined ? <LoadError error={error} onRetry={() => void refetch()} /> : (
        <Paper className="card">
          {conferences === undefined ? <RowsLoading /> : empty ? (
            <Nothing icon="room" title={t('conferences.empty.title')} text={t('conferences.empty.text')}>{add}</Nothing>
          ) : (
            <>
              <Group p="md"><SearchBox value={search} onChange={setSearch} label={t('conferences.search')} /></Group>
              {shown.length === 0 ? <Nothing icon="search" title={t('ui.nothingFound')} /> : (
                <Table className="table" highlightOnHover verticalSpacing={6} aria-label={t('conferences.title')}>
                  <Table.Thead>
                    <Table.Tr>
                      <SortedHead name="name" label={t('conferences.columns.name')} sorting={sorting} onSort={setSorting} />
                      <Table.Th visibleFrom="sm">{t('conferences.columns.pin')}</Table.Th>
                      <SortedHead name="people" label={t('conferences.columns.now')} sorting={sorting} onSort={setSorting} />
                      <Table.Th aria-label={t('ui.actions')} />
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {shown.map((conference) => (
                      <ConferenceRow key={conference.id} conference={conference} room={roomOf.get(conference.id)} />
                    ))}
                  </Table.Tbody>
                </Table>
              )}
            </>
          )}
        </Paper>
      )}
    </Page>
  )
}

function found(conferences: readonly Conference[], search: string): Conference[] {
  const wanted = search.trim().toLowerCase()
  return conferences.filter(({ name, number }) => name.toLowerCase().includes(wanted) || number.includes(wanted))
}

type Order = { readonly sorting: Sorting<Column>; readonly roomOf: ReadonlyMap<string, Room>; readonly locale: string }

function sorted(conferences: readonly Conference[], { sorting, roomOf, locale }: Order): Conference[] {
  const words = new Intl.Collator(locale, { numeric: true })
  const people = (one: Conference): number => roomOf.get(one.id)?.participants.length ?? 0
  const compare = (a: Conference, b: Conference): number => {
    // The fullest room first is what one looks for.
    const byColumn = sorting.by === 'people' ? people(b) - people(a) : words.compare(a.name, b.name)
    return byColumn === 0 ? words.compare(a.number, b.number) : sorting.down ? -byColumn : byColumn
  }
  return conferences.toSorted(compare)
}
