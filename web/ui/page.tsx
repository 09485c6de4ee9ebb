import { ActionIcon, Box, Group, Stack, Text, Title } from '@mantine/core'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Icon } from './icon.tsx'

export type PageProps = {
  readonly title: string
  readonly description?: string
  /** Where the arrow before the title leads. */
  readonly back?: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** Title, one line of what the page is for, its main buttons, and its content; also names the browser tab. */
export function Page({ title, description, back, actions, children }: PageProps) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = `${title} · veche`
  }, [title])
  return (
    <Stack gap="lg" maw={1180} mx="auto">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Group gap="xs" wrap="nowrap" align="flex-start" miw={0}>
          {back === undefined ? null : (
            <ActionIcon component={Link} href={back} color="gray" aria-label={t('ui.back')} mt={1}>
              <Icon name="back" size={20} />
            </ActionIcon>
          )}
          <Box miw={0}>
            <Title order={1} fz={24} lh={1.4} className="typed">{title}</Title>
            {description === undefined ? null : <Text c="dimmed" size="sm">{description}</Text>}
          </Box>
        </Group>
        {actions === undefined || actions === null ? null : <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  )
}
