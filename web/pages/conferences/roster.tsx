import { Badge, Group, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Participant, Room } from '../../../src/model/room.ts'
import { CallerLabel, sourceHost } from '../../parts/caller.tsx'
import { Icon } from '../../ui/icon.tsx'
import { durationText, useNow, useTimeWords } from '../../ui/time.ts'
import classes from './roster.module.css'

/** Who is in the room now, the longest there first. */
export function Roster({ room }: { readonly room: Room }) {
  const { t } = useTranslation()
  const now = useNow(1000)
  const people = room.participants.toSorted((a, b) => a.joinedAt.localeCompare(b.joinedAt))
  return (
    <ul className={classes.list} aria-label={t('conferences.columns.now')}>
      {people.map((participant) => <Person key={participant.id} participant={participant} now={now} />)}
    </ul>
  )
}

function Person({ participant, now }: { readonly participant: Participant; readonly now: number }) {
  const { t } = useTranslation()
  const { full, moment } = useTimeWords()
  return (
    <li className={`${classes.person} arriving`}>
      <Group gap={10} wrap="nowrap" className={classes.who}>
        <span className="dot" data-live={participant.held ? undefined : true} />
        <CallerLabel caller={participant.caller} />
        {participant.held ? (
          <Badge size="sm" variant="light" color="gray" tt="none" leftSection={<Icon name="pause" size={10} />}>{t('conferences.held')}</Badge>
        ) : null}
      </Group>
      <Stack gap={0} className={classes.facts}>
        <Text size="xs" c="dimmed" className="numbers" title={full(participant.joinedAt)}>
          {t('conferences.since', { time: moment(participant.joinedAt), duration: durationText(now - Date.parse(participant.joinedAt)) })}
        </Text>
        <Text size="xs" c="dimmed" className="numbers mono">{sourceHost(participant.source)}</Text>
      </Stack>
    </li>
  )
}
