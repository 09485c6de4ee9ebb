import { Box, Collapse, Group, Table, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { Conference } from '../../../src/model/conference.ts'
import type { Room } from '../../../src/model/room.ts'
import { callerName } from '../../parts/caller.tsx'
import { Icon } from '../../ui/icon.tsx'
import { RowButtons } from '../../ui/row-buttons.tsx'
import { SecretText } from '../../ui/secret-text.tsx'
import { Roster } from './roster.tsx'
import { useDeleteConference } from './use-delete.tsx'

export type ConferenceRowProps = { readonly conference: Conference; readonly room: Room | undefined }

const namesShown = 3

export function ConferenceRow({ conference, room }: ConferenceRowProps) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [open, { toggle }] = useDisclosure(false)
  const remove = useDeleteConference()
  const edit = `/conferences/${conference.id}`
  const busy = room !== undefined && room.participants.length > 0
  const rosterId = `roster-${conference.id}`
  return (
    <>
      <Table.Tr onDoubleClick={() => navigate(edit)}>
        <Table.Td>
          <Text component={Link} href={edit} size="sm" fw={600} c="inherit" className="typed">
            {conference.name}
          </Text>
          {' '}
          <Text span size="sm" c="dimmed" className="numbers nowrap">{`<${conference.number}>`}</Text>
        </Table.Td>
        <Table.Td visibleFrom="sm">
          {conference.pin === null ? <Text span c="dimmed" aria-label={t('conferences.noPin')}>—</Text> : (
            <SecretText value={conference.pin} name={t('conferences.pin')} />
          )}
        </Table.Td>
        <Table.Td>
          {busy ? <People room={room} open={open} onToggle={toggle} rosterId={rosterId} /> : (
            <Text span size="sm" c="dimmed">{t('conferences.nobody')}</Text>
          )}
        </Table.Td>
        <Table.Td w={1}>
          <RowButtons
            editHref={edit} editLabel={t('conferences.edit', { name: conference.name })}
            deleteLabel={t('conferences.delete', { name: conference.name })} onDelete={() => void remove(conference)}
          />
        </Table.Td>
      </Table.Tr>
      {busy ? (
        <Table.Tr style={{ border: 0 }}>
          <Table.Td colSpan={4} p={0} h={0} style={{ height: 0, padding: 0 }}>
            <Collapse expanded={open} id={rosterId}><Roster room={room} /></Collapse>
          </Table.Td>
        </Table.Tr>
      ) : null}
    </>
  )
}

type PeopleProps = { readonly room: Room; readonly open: boolean; readonly onToggle: () => void; readonly rosterId: string }

/** How many and who, in a few words; pressed, it opens the roster. */
function People({ room, open, onToggle, rosterId }: PeopleProps) {
  const { t } = useTranslation()
  const names = room.participants.map(({ caller }) => callerName(caller, t('caller.nameless')))
  const rest = names.length - namesShown
  return (
    <UnstyledButton onClick={onToggle} aria-expanded={open} aria-controls={rosterId} maw={380}>
      <Group gap={10} wrap="nowrap">
        <span className="dot" data-live />
        <Box miw={0}>
          <Group gap={4} wrap="nowrap">
            <Text span size="sm" className="live-text nowrap" visibleFrom="xs">
              {t('conferences.people', { count: names.length })}
            </Text>
            <Text
              span size="sm" className="live-text" hiddenFrom="xs"
              aria-label={t('conferences.people', { count: names.length })}
            >
              {names.length}
            </Text>
            <Icon name={open ? 'up' : 'down'} size={14} />
          </Group>
          <Text size="xs" c="dimmed" visibleFrom="sm" lineClamp={1} className="typed">
            {names.slice(0, namesShown).join(', ')}
            {rest > 0 ? ` ${t('conferences.more', { count: rest })}` : ''}
          </Text>
        </Box>
      </Group>
    </UnstyledButton>
  )
}
