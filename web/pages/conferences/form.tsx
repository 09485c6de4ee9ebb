import { Paper } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { conferenceQuery } from '../../api/conferences.ts'
import { suggestNumber } from '../../api/numbers.ts'
import { Page } from '../../ui/page.tsx'
import { LoadError, RowsLoading } from '../../ui/states.tsx'
import { ConferenceEditor } from './editor.tsx'

/** `id` is `new` for a conference that is not there yet. */
export function ConferenceForm({ id }: { readonly id: string }) {
  return id === 'new' ? <NewConference /> : <SavedConference id={id} />
}

function NewConference() {
  // Grows when one was saved and the next is wanted: a fresh form with a fresh suggestion.
  const [round, setRound] = useState(0)
  const { data, isPending } = useQuery({
    queryKey: ['number-suggestion', 'conference', round],
    queryFn: () => suggestNumber('conference'),
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  })
  // Without a suggestion the number is typed by hand.
  if (isPending) return <Loading />
  return <ConferenceEditor key={round} conference={null} suggestion={data?.number ?? ''} onAnother={() => setRound(round + 1)} />
}

function SavedConference({ id }: { readonly id: string }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { data, error, refetch } = useQuery(conferenceQuery(id))
  if (data !== undefined) {
    return <ConferenceEditor conference={data} suggestion="" onAnother={() => navigate('/conferences/new')} />
  }
  if (error === null) return <Loading />
  return (
    <Page title={t('conferences.title')} back="/conferences">
      <LoadError error={error} onRetry={() => void refetch()} />
    </Page>
  )
}

function Loading() {
  const { t } = useTranslation()
  return <Page title={t('conferences.title')} back="/conferences"><Paper className="card"><RowsLoading rows={3} /></Paper></Page>
}
