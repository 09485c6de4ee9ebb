import { notifications } from '@mantine/notifications'
import { problemText } from '../i18n/problem-text.ts'
import { Icon } from './icon.tsx'

const longMs = 9000

/** A short message in the corner, read out by screen readers. */
export function noticeDone(title: string, text?: string): void {
  const icon = <Icon name="check" />
  if (text === undefined) notifications.show({ title, message: '', color: 'teal', icon })
  else notifications.show({ title, message: text, color: 'teal', icon, autoClose: longMs })
}

export function noticeProblem(title: string, error: unknown): void {
  notifications.show({ title, message: problemText(error), color: 'red', icon: <Icon name="warning" />, autoClose: longMs })
}
