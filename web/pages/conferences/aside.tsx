import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Conference } from '../../../src/model/conference.ts'
import { roomsQuery, settingsQuery } from '../../api/server.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Roster } from './roster.tsx'

/** Beside the form: how to get in, and who is inside now. */
export function ConferenceAside({ conference }: { readonly conference: Conference | null }) {
  return (
    <Stack gap="lg">
      <HowToDial conference={conference} />
      {conference === null ? null : <NowInside conferenceId={conference.id} />}
    </Stack>
  )
}

function HowToDial({ conference }: { readonly conference: Conference | null }) {
  const { t } = useTranslation()
  const { data: settings } = useQuery(settingsQuery)
  return (
    <Paper className="card" p="lg">
      <Title order={2} fz="md" mb="sm"><Group gap={8}><Icon name="dial" />{t('conferences.dial.title')}</Group></Title>
      {conference === null ? <Text size="sm" c="dimmed">{t('conferences.dial.unsaved')}</Text> : (
        <Stack gap="xs">
          <Group gap={4} wrap="nowrap">
            <Text fz={30} fw={600} lh={1.2} className="numbers">{conference.number}</Text>
            <CopyButton value={conference.number} label={t('ui.copy', { name: t('conferences.fields.number') })} />
          </Group>
          <Text size="sm">{conference.pin === null ? t('conferences.dial.open') : t('conferences.dial.pin')}</Text>
          <Text size="sm" c="dimmed">
            {settings?.strangersMayCall === true ? t('conferences.dial.anybody') : t('conferences.dial.employeesOnly')}
          </Text>
        </Stack>
      )}
    </Paper>
  )
}

function NowInside({ conferenceId }: { readonly conferenceId: string }) {
  const { t } = useTranslation()
  const { data: rooms } = useQuery(roomsQuery)
  const room = rooms?.find((one) => one.conferenceId === conferenceId)
  const count = room?.participants.length ?? 0
  return (
    <Paper className="card" style={{ overflow: 'hidden' }}>
      <Group justify="space-between" p="lg" pb={count === 0 ? 0 : 'md'}>
        <Title order={2} fz="md"><Group gap={8}><Icon name="people" />{t('conferences.columns.now')}</Group></Title>
        {count === 0 ? null : <Text size="sm" className="live-text">{t('conferences.people', { count })}</Text>}
      </Group>
      {room === undefined || count === 0 ? (
        <Text size="sm" c="dimmed" p="lg" pt="xs">{t('conferences.nobodyYet')}</Text>
      ) : (
        <Roster room={room} />
      )}
    </Paper>
  )
}
