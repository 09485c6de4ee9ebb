import { ActionIcon, Group, TextInput, Tooltip, type TextInputProps } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../ui/copy.tsx'
import { Icon } from '../../ui/icon.tsx'

export type SecretFieldProps = TextInputProps & { readonly value: string; readonly onRenew: () => void }

/** The SIP secret: hidden until looked at; copied and made anew in place. */
export function SecretField({ value, onRenew, ...rest }: SecretFieldProps) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  const name = t('employees.fields.secret')
  const showLabel = shown ? t('ui.hide', { name }) : t('ui.show', { name })
  return (
    <TextInput
      {...rest} value={value} label={name} description={t('employees.fields.secretHint')} required
      // Not a password of this browser's owner: nothing here is to be remembered or filled in.
      type="text" autoComplete="off" spellCheck={false} autoCapitalize="none"
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', ...(shown ? {} : { WebkitTextSecurity: 'disc' }) } }}
      rightSectionWidth={112}
      rightSection={
        <Group gap={0} wrap="nowrap">
          <Tooltip label={showLabel}>
            <ActionIcon color="gray" aria-label={showLabel} aria-pressed={shown} onClick={() => setShown(!shown)}>
              <Icon name={shown ? 'eye-off' : 'eye'} />
            </ActionIcon>
          </Tooltip>
          <CopyButton value={value} label={t('ui.copy', { name })} />
          <Tooltip label={t('employees.renewSecret')}>
            <ActionIcon color="gray" aria-label={t('employees.renewSecret')} onClick={() => { onRenew(); setShown(true) }}>
              <Icon name="refresh" />
            </ActionIcon>
          </Tooltip>
        </Group>
      }
    />
  )
}
