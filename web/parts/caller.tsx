import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Caller } from '../../src/model/room.ts'
import { Tag } from '../ui/tag.tsx'

/** The name to call somebody by: a stranger may have given none. */
export function callerName(caller: Caller, nameless: string): string {
  return caller.name.trim() || caller.number || nameless
}

/** A caller's name and number, and a badge when it is not one of ours. */
export function CallerLabel({ caller }: { readonly caller: Caller }) {
  const { t } = useTranslation()
  const name = callerName(caller, t('caller.nameless'))
  return (
    <span>
      <Text span size="sm" fw={500} className="typed">{name}</Text>{' '}
      {caller.number === '' || caller.number === name ? null : (
        <Text span size="sm" c="dimmed" className="numbers nowrap">{`<${caller.number}> `}</Text>
      )}
      {caller.kind === 'employee' ? null : (
        <Tag tone={caller.kind === 'stranger' ? 'warn' : 'quiet'}>{t(`caller.kind.${caller.kind}`)}</Tag>
      )}
    </span>
  )
}

/** `udp:192.0.2.7:5060` without its transport. */
export function sourceHost(source: string): string {
  return source.replace(/^(udp|tcp|tls|ws|wss):/, '')
}
