import { Button, Group, Paper, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Employee, Phone } from '../../../src/model/employee.ts'
import { employeesQuery } from '../../api/employees.ts'
import { phonesQuery, roomsQuery } from '../../api/server.ts'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { SortedHead, type Sorting } from '../../ui/sorted-head.tsx'
import { LoadError, Nothing, RowsLoading } from '../../ui/states.tsx'
import { EmployeeRow } from './row.tsx'

type Column = 'name' | 'number'

export function EmployeesPage() {
  const { t, i18n } = useTranslation()
  const { data: employees, error, refetch } = useQuery(employeesQuery)
  const { data: phones } = useQuery(phonesQuery)
  const { data: rooms } = useQuery(roomsQuery)
  const [search, setSearch] = useState('')
  const [sorting, setSorting] = useState<Sorting<Column>>({ by: 'name', down: false })
  const phonesOf = useMemo(() => Map.groupBy(phones ?? [], ({ employeeId }) => employeeId), [phones])
  const roomsOf = useMemo(
    () => new Map(rooms?.flatMap((room) => room.participants.map(({ caller }) => [caller.employeeId, room.name] as const))),
    [rooms],
  )
  const shown = useMemo(
    () => sorted(found(employees ?? [], search), { sorting, locale: i18n.language }),
    [employees, search, sorting, i18n.language],
  )
  const add = (
    <Button component={Link} href="/employees/new" leftSection={<Icon name="plus" size={16} />}>{t('employees.add')}</Button>
  )
  const empty = employees?.length === 0
  return (
    <Page title={t('employees.title')} description={t('employees.description')} actions={empty ? null : add}>
      {error !== null && employees === undefined ? <LoadError error={error} onRetry={() => void refetch()} /> : (
        <Paper className="card">
          {employees === undefined ? <RowsLoading /> : empty ? (
            <Nothing icon="people" title={t('employees.empty.title')} text={t('employees.empty.text')}>{add}</Nothing>
          ) : (
            <>
              <Group p="md"><SearchBox value={search} onChange={setSearch} label={t('employees.search')} /></Group>
              {shown.length === 0 ? <Nothing icon="search" title={t('ui.nothingFound')} /> : (
                <Table className="table" highlightOnHover verticalSpacing={6} aria-label={t('employees.title')}>
                  <Table.Thead>
                    <Table.Tr>
                      <SortedHead name="name" label={t('employees.columns.name')} sorting={sorting} onSort={setSorting} />
                      <SortedHead
                        name="number" visibleFrom="sm" label={t('employees.columns.number')} sorting={sorting}
                        onSort={setSorting}
                      />
                      <Table.Th visibleFrom="sm">{t('employees.columns.phone')}</Table.Th>
                      <Table.Th visibleFrom="md">{t('employees.columns.source')}</Table.Th>
                      <Table.Th aria-label={t('ui.actions')} />
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {shown.map((employee) => (
                      <EmployeeRow
                        key={employee.id} employee={employee} phones={phones && (phonesOf.get(employee.id) ?? noPhones)}
                        roomName={roomsOf.get(employee.id)}
                      />
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

const noPhones: readonly Phone[] = []

function found(employees: readonly Employee[], search: string): Employee[] {
  const wanted = search.trim().toLowerCase()
  return employees.filter(({ name, number }) => name.toLowerCase().includes(wanted) || number.includes(wanted))
}

type Order = { readonly sorting: Sorting<Column>; readonly locale: string }

function sorted(employees: readonly Employee[], { sorting, locale }: Order): Employee[] {
  const words = new Intl.Collator(locale, { numeric: true })
  const sign = sorting.down ? -1 : 1
  return employees.toSorted((a, b) => sign * words.compare(a[sorting.by], b[sorting.by]) || words.compare(a.number, b.number))
}
