import { Box } from '@mantine/core'
import { notifications, type NotificationData } from '@mantine/notifications'
import i18next from 'i18next'
import { problemText } from '../i18n/problem-text.ts'
import { Icon } from './icon.tsx'

const longMs = 9000

/** A short message beside the menu, read out by screen readers. `text` is a hint that narrow screens have no place for. */
export function noticeDone(title: string, text?: string): void {
  const icon = <Icon name="check" />
  if (text === undefined) show({ title, message: '', color: 'teal', icon })
  else show({ title, message: <Box visibleFrom="md">{text}</Box>, color: 'teal', icon, autoClose: longMs })
}

export function noticeProblem(title: string, error: unknown): void {
  show({ title, message: problemText(error), color: 'red', icon: <Icon name="warning" />, autoClose: longMs })
}

/** One at a time: the place that covers nothing is small, and the newest is what was just done. */
function show(notice: NotificationData): void {
  notifications.clean()
  notifications.show({ ...notice, closeButtonProps: { 'aria-label': i18next.t('ui.close') } })
}
