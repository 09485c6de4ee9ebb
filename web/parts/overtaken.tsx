import { Alert, Button, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icon.tsx'

/** Says that somebody else saved the same record, and offers to take theirs. */
export function Overtaken({ onReload }: { readonly onReload: () => void }) {
  const { t } = useTranslation()
  return (
    <Alert color="yellow" variant="light" icon={<Icon name="warning" />} title={t('ui.overtaken.title')} role="alert">
      <Stack align="flex-start" gap="sm">
        <Text size="sm">{t('ui.overtaken.text')}</Text>
        <Button size="xs" variant="default" leftSection={<Icon name="refresh" size={14} />} onClick={onReload}>
          {t('ui.overtaken.reload')}
        </Button>
      </Stack>
    </Alert>
  )
}
