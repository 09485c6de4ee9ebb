import { Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Participant, Room } from '../../../src/model/room.ts'
import { CallerLabel, sourceHost } from '../../parts/caller.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Tag } from '../../ui/tag.tsx'
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
  const duration = durationText(now - Date.parse(participant.joinedAt))
  return (
    <li className={`${classes.person} arriving`}>
      <span className="dot" data-live={participant.held ? undefined : true} />
      <Group gap={8}>
        <CallerLabel caller={participant.caller} />
        {participant.held ? <Tag><Icon name="pause" size={10} />{t('conferences.held')}</Tag> : null}
      </Group>
      <div className={classes.facts}>
        <Text span size="xs" c="dimmed" className="numbers" title={full(participant.joinedAt)}>
          {t('conferences.since', { time: moment(participant.joinedAt), duration })}
        </Text>
        <Text span size="xs" c="dimmed" className="numbers mono">{sourceHost(participant.source)}</Text>
      </div>
    </li>
  )
}
