import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { problemText } from '../i18n/problem-text.ts'
import { Icon, type IconName } from './icon.tsx'

/** Something could not be loaded: what went wrong, and a way to try again. */
export function LoadError({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <Alert color="red" variant="light" data-tone="bad" icon={<Icon name="warning" />} title={t('ui.loadFailed')} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{problemText(error)}</Text>
        <Button size="xs" variant="default" leftSection={<Icon name="refresh" size={14} />} onClick={onRetry}>
          {t('ui.retry')}
        </Button>
      </Stack>
    </Alert>
  )
}

/** Grey bars in the place of rows that are on their way. */
export function RowsLoading({ rows = 5 }: { readonly rows?: number }) {
  const { t } = useTranslation()
  return (
    <Stack gap="md" p="lg" role="status" aria-label={t('ui.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <Group key={row} wrap="nowrap" gap="xl">
          <Skeleton h={14} w={`${34 - ((row * 7) % 16)}%`} />
          <Skeleton h={14} w="14%" />
          <Skeleton h={14} w={`${26 - ((row * 5) % 12)}%`} />
        </Group>
      ))}
    </Stack>
  )
}

export type NothingProps = {
  readonly icon: IconName
  readonly title: string
  readonly text?: string
  readonly children?: ReactNode
}

/** An empty list: what belongs here and how to begin. */
export function Nothing({ icon, title, text, children }: NothingProps) {
  return (
    <Stack align="center" gap="xs" py={56} px="lg" ta="center">
      <Text c="dimmed" component="span" lh={0}><Icon name={icon} size={44} /></Text>
      <Text fw={600} mt="xs">{title}</Text>
      {text === undefined ? null : <Text size="sm" c="dimmed" maw={440}>{text}</Text>}
      {children === undefined ? null : <Group mt="md">{children}</Group>}
    </Stack>
  )
}
