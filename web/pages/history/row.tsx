import { Badge, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { EndReason, Stay } from '../../../src/model/history.ts'
import { CallerLabel, sourceHost } from '../../parts/caller.tsx'
import { durationText, useElapsed, useTimeWords } from '../../ui/time.ts'

/** Grey: as it should be; yellow: the caller did not get in; red: something on the way or on our side. */
const colours: Record<EndReason, string> = {
  'hung-up': 'gray',
  cancelled: 'gray',
  'conference-ended': 'gray',
  'wrong-pin': 'yellow',
  'no-pin': 'yellow',
  refused: 'yellow',
  'server-stopped': 'orange',
  'line-lost': 'orange',
  'server-crashed': 'red',
  failed: 'red',
}

export function StayRow({ stay }: { readonly stay: Stay }) {
  const { t } = useTranslation()
  const { moment, full } = useTimeWords()
  return (
    <Table.Tr>
      <Table.Td className="numbers nowrap"><Text span size="sm" title={full(stay.startedAt)}>{moment(stay.startedAt)}</Text></Table.Td>
      <Table.Td>
        <CallerLabel caller={stay.caller} />
        <Text size="xs" c="dimmed" hiddenFrom="sm" className="numbers">{`${stay.conferenceName} · `}<InRoom stay={stay} /></Text>
      </Table.Td>
      <Table.Td visibleFrom="lg"><Text span size="sm" c="dimmed" className="numbers mono">{sourceHost(stay.source)}</Text></Table.Td>
      <Table.Td visibleFrom="sm">
        <Text span size="sm">{stay.conferenceName}</Text>
        <Text span size="sm" c="dimmed" className="numbers" ml={6}>{`<${stay.conferenceNumber}>`}</Text>
      </Table.Td>
      <Table.Td visibleFrom="lg" ta="right" className="numbers"><Waited stay={stay} /></Table.Td>
      <Table.Td visibleFrom="sm" ta="right" className="numbers"><InRoom stay={stay} /></Table.Td>
      <Table.Td>
        {stay.endReason === null ? <Badge variant="light" color="teal" tt="none" leftSection={<span className="dot" data-live />} px={12}>{t('history.going')}</Badge> : (
          <Badge variant="light" color={colours[stay.endReason]} tt="none" fw={500}>{t(`history.ends.${stay.endReason}`)}</Badge>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

/** From the first ring to the room: answering, greeting, PIN. */
function Waited({ stay }: { readonly stay: Stay }) {
  const until = stay.enteredAt ?? stay.endedAt
  return until === null ? <Running from={stay.startedAt} /> : durationText(Date.parse(until) - Date.parse(stay.startedAt))
}

function InRoom({ stay }: { readonly stay: Stay }) {
  if (stay.enteredAt === null) return '—'
  return stay.endedAt === null ? <Running from={stay.enteredAt} /> : durationText(Date.parse(stay.endedAt) - Date.parse(stay.enteredAt))
}

function Running({ from }: { readonly from: string }) {
  return <span className="live-text">{useElapsed(from, null)}</span>
}
