import { Paper } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { employeeQuery } from '../../api/employees.ts'
import { suggestNumber } from '../../api/numbers.ts'
import { Page } from '../../ui/page.tsx'
import { LoadError, RowsLoading } from '../../ui/states.tsx'
import { EmployeeEditor } from './editor.tsx'

/** `id` is `new` for an employee who is not there yet. */
export function EmployeeForm({ id }: { readonly id: string }) {
  return id === 'new' ? <NewEmployee /> : <SavedEmployee id={id} />
}

function NewEmployee() {
  // Grows when one was saved and the next is wanted: a fresh form with a fresh suggestion.
  const [round, setRound] = useState(0)
  const { data, isPending } = useQuery({
    queryKey: ['number-suggestion', 'employee', round],
    queryFn: () => suggestNumber('employee'),
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  })
  // Without a suggestion the number is typed by hand.
  if (isPending) return <Loading />
  return <EmployeeEditor key={round} employee={null} suggestion={data?.number ?? ''} onAnother={() => setRound(round + 1)} />
}

function SavedEmployee({ id }: { readonly id: string }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { data, error, refetch } = useQuery(employeeQuery(id))
  if (data !== undefined) {
    return <EmployeeEditor employee={data} suggestion="" onAnother={() => navigate('/employees/new')} />
  }
  if (error === null) return <Loading />
  return (
    <Page title={t('employees.title')} back="/employees">
      <LoadError error={error} onRetry={() => void refetch()} />
    </Page>
  )
}

function Loading() {
  const { t } = useTranslation()
  return <Page title={t('employees.title')} back="/employees"><Paper className="card"><RowsLoading rows={3} /></Paper></Page>
}
