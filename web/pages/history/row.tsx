import { Group, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { EndReason, Stay } from '../../../src/model/history.ts'
import { CallerLabel, sourceHost } from '../../parts/caller.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { durationText, useElapsed, useTimeWords } from '../../ui/time.ts'

/** Quiet: as it should be; warn: the caller did not get in, or was lost on the way; bad: our side. */
const tones: Record<EndReason, Tone> = {
  'hung-up': 'quiet',
  cancelled: 'quiet',
  'conference-ended': 'quiet',
  'wrong-pin': 'warn',
  'no-pin': 'warn',
  refused: 'warn',
  'server-stopped': 'warn',
  'line-lost': 'warn',
  'server-crashed': 'bad',
  failed: 'bad',
}

export function StayRow({ stay }: { readonly stay: Stay }) {
  const { moment, full } = useTimeWords()
  return (
    <Table.Tr>
      <Table.Td className="numbers"><Text span size="sm" title={full(stay.startedAt)}>{moment(stay.startedAt)}</Text></Table.Td>
      <Table.Td>
        <CallerLabel caller={stay.caller} />
        <Text size="xs" c="dimmed" className="numbers mono" visibleFrom="sm">{sourceHost(stay.source)}</Text>
        <Group gap="4px 8px" hiddenFrom="sm" mt={2}>
          <Text span size="xs" c="dimmed" className="numbers typed">{stay.conferenceName}</Text>
          {stay.enteredAt === null ? null : <Text span size="xs" className="numbers"><InRoom stay={stay} /></Text>}
          <Outcome stay={stay} />
        </Group>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text span size="sm" className="typed">{stay.conferenceName}</Text>
        <Text span size="sm" c="dimmed" className="numbers" ml={6}>{`<${stay.conferenceNumber}>`}</Text>
      </Table.Td>
      <Table.Td visibleFrom="lg" ta="right" className="numbers"><Waited stay={stay} /></Table.Td>
      <Table.Td visibleFrom="sm" ta="right" className="numbers"><InRoom stay={stay} /></Table.Td>
      <Table.Td visibleFrom="sm"><Outcome stay={stay} /></Table.Td>
    </Table.Tr>
  )
}

function Outcome({ stay }: { readonly stay: Stay }) {
  const { t } = useTranslation()
  if (stay.endReason === null) return <Tag tone="good"><span className="dot" data-live />{t('history.going')}</Tag>
  return <Tag tone={tones[stay.endReason]}>{t(`history.ends.${stay.endReason}`)}</Tag>
}

/** From the first ring to the room: answering, greeting, PIN. */
function Waited({ stay }: { readonly stay: Stay }) {
  const until = stay.enteredAt ?? stay.endedAt
  return until === null ? <Running from={stay.startedAt} /> : durationText(Date.parse(until) - Date.parse(stay.startedAt))
}

function InRoom({ stay }: { readonly stay: Stay }) {
  if (stay.enteredAt === null) return '—'
  if (stay.endedAt === null) return <Running from={stay.enteredAt} />
  return durationText(Date.parse(stay.endedAt) - Date.parse(stay.enteredAt))
}

function Running({ from }: { readonly from: string }) {
  return <span className="live-text">{useElapsed(from, null)}</span>
}
