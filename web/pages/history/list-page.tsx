import { Button, Center, Group, Paper, Select, Table } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { conferencesQuery } from '../../api/conferences.ts'
import { historyQuery } from '../../api/history.ts'
import { Page } from '../../ui/page.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { LoadError, Nothing, RowsLoading } from '../../ui/states.tsx'
import { StayRow } from './row.tsx'

const allRooms = 'all'
const quietMs = 300

export function HistoryPage() {
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const [quietSearch] = useDebouncedValue(search.trim(), quietMs)
  const [conferenceId, setConferenceId] = useState<string | null>(null)
  const { data: conferences } = useQuery(conferencesQuery)
  const history = useInfiniteQuery({ ...historyQuery({ conferenceId, search: quietSearch }), placeholderData: keepPreviousData })
  const stays = history.data?.pages.flatMap((page) => page.stays)
  const filtered = conferenceId !== null || quietSearch !== ''
  const empty = stays?.length === 0
  return (
    <Page title={t('history.title')} description={t('history.description')}>
      {history.error !== null && stays === undefined ? (
        <LoadError error={history.error} onRetry={() => void history.refetch()} />
      ) : (
        <Paper className="card">
          {empty && !filtered ? null : (
            <Group p="md">
              <SearchBox value={search} onChange={setSearch} label={t('history.search')} />
              <Select
                aria-label={t('history.room')} w={{ base: '100%', xs: 240 }} searchable nothingFoundMessage={t('ui.nothingFound')}
                value={conferenceId ?? allRooms} onChange={(value) => setConferenceId(value === allRooms ? null : value)}
                data={[
                  { value: allRooms, label: t('history.allRooms') },
                  ...(conferences ?? []).map(({ id, name, number }) => ({ value: id, label: `${name} <${number}>` })),
                ]}
              />
            </Group>
          )}
          {stays === undefined ? <RowsLoading rows={8} /> : empty ? (
            filtered ? <Nothing icon="search" title={t('ui.nothingFound')} /> : (
              <Nothing icon="history" title={t('history.empty.title')} text={t('history.empty.text')} />
            )
          ) : (
            <Table
              className="table" verticalSpacing={6} aria-label={t('history.title')}
              style={{ opacity: history.isPlaceholderData ? 0.6 : 1 }}
            >
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={{ base: 100, sm: 130 }}>{t('history.columns.when')}</Table.Th>
                  <Table.Th miw={{ base: 0, sm: 190 }}>{t('history.columns.who')}</Table.Th>
                  <Table.Th visibleFrom="sm">{t('history.columns.room')}</Table.Th>
                  <Table.Th visibleFrom="lg" ta="right">{t('history.columns.waited')}</Table.Th>
                  <Table.Th visibleFrom="sm" ta="right">{t('history.columns.inRoom')}</Table.Th>
                  <Table.Th visibleFrom="sm">{t('history.columns.end')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>{stays.map((stay) => <StayRow key={stay.id} stay={stay} />)}</Table.Tbody>
            </Table>
          )}
          {history.hasNextPage ? (
            <Center p="md">
              <Button variant="default" loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
                {t('history.more')}
              </Button>
            </Center>
          ) : null}
        </Paper>
      )}
    </Page>
  )
}
