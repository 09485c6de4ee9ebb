import { ActionIcon, Group, Text, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from './copy.tsx'
import { Icon } from './icon.tsx'

/** Dots until looked at. `name` says what it is, for the buttons' labels. */
export function SecretText({ value, name }: { readonly value: string; readonly name: string }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  const label = shown ? t('ui.hide', { name }) : t('ui.show', { name })
  return (
    <Group gap={2} wrap="nowrap">
      <Text span size="sm" className="mono numbers cut" miw="3.5em" aria-label={shown ? undefined : t('ui.hidden', { name })}>
        {shown ? value : '••••'}
      </Text>
      <Tooltip label={label}>
        <ActionIcon color="gray" aria-label={label} aria-pressed={shown} onClick={() => setShown(!shown)}>
          <Icon name={shown ? 'eye-off' : 'eye'} />
        </ActionIcon>
      </Tooltip>
      <CopyButton value={value} label={t('ui.copy', { name })} />
    </Group>
  )
}
