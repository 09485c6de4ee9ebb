import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { passwordChange } from '../../src/model/account.ts'
import { changePassword } from '../api/account.ts'
import { RequestProblem } from '../api/request.ts'
import { fieldText, problemText } from '../i18n/problem-text.ts'
import { fieldCodes } from '../parts/field-codes.ts'
import { noticeDone } from '../ui/notice.tsx'
import { PasswordField } from '../ui/password-field.tsx'

export type PasswordDialogProps = { readonly opened: boolean; readonly onClose: () => void }

export function PasswordDialog({ opened, onClose }: PasswordDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened} onClose={onClose} title={<Text fw={600}>{t('password.title')}</Text>}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <PasswordForm onClose={onClose} />
    </Modal>
  )
}

function PasswordForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const form = useForm({
    initialValues: { current: '', next: '', again: '' },
    validate: (values) => ({
      ...(values.current === '' ? { current: 'password-required' } : {}),
      ...(values.again === values.next ? {} : { again: 'passwords-differ' }),
      ...fieldCodes(passwordChange, values),
    }),
    enhanceGetInputProps: ({ inputProps }) =>
      typeof inputProps.error === 'string' ? { error: fieldText('account', inputProps.error) } : undefined,
  })
  const change = useMutation({
    mutationFn: ({ current, next }: typeof form.values) => changePassword({ current, next }),
    onSuccess: () => {
      noticeDone(t('password.changed'))
      onClose()
    },
    onError: (error) => {
      if (error instanceof RequestProblem && Object.keys(error.fields).length > 0) form.setErrors(error.fields)
    },
  })
  const unplaced = change.error instanceof RequestProblem && Object.keys(change.error.fields).length === 0
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      <Stack>
        <PasswordField
          label={t('password.current')} autoComplete="current-password" data-autofocus
          {...form.getInputProps('current')}
        />
        <PasswordField
          label={t('password.next')} description={t('password.rule')} autoComplete="new-password"
          {...form.getInputProps('next')}
        />
        <PasswordField label={t('password.again')} autoComplete="new-password" {...form.getInputProps('again')} />
        {unplaced ? <Text c="red" size="sm" role="alert">{problemText(change.error)}</Text> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" loading={change.isPending}>{t('password.change')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
