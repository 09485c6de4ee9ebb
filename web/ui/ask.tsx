import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import type { ReactNode } from 'react'

export type Question = {
  readonly title: string
  readonly text: ReactNode
  readonly yes: string
  readonly no: string
  /** What "yes" does cannot be undone. */
  readonly dangerous?: boolean
}

/** A yes-or-no dialog; closing it is "no". */
export function ask({ title, text, yes, no, dangerous = false }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title: <Text fw={600}>{title}</Text>,
      children: typeof text === 'string' ? <Text size="sm">{text}</Text> : text,
      labels: { confirm: yes, cancel: no },
      confirmProps: dangerous ? { color: 'red.8' } : {},
      cancelProps: { 'data-autofocus': dangerous },
      onConfirm: () => resolve(true),
      onClose: () => resolve(false),
    })
  })
}
