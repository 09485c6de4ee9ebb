import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

export type PasswordFieldProps = Omit<PasswordInputProps, 'label' | 'visible' | 'onVisibilityChange'> & { readonly label: string }

/** A password being typed; the eye in it says in words what it does. */
export function PasswordField({ label, ...rest }: PasswordFieldProps) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  return (
    <PasswordInput
      {...rest} label={label} visible={shown} onVisibilityChange={setShown}
      visibilityToggleButtonProps={{ 'aria-label': shown ? t('ui.hide', { name: label }) : t('ui.show', { name: label }) }}
    />
  )
}
