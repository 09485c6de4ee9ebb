import { Alert, Button, Center, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { signIn as signInSchema } from '../../../src/model/account.ts'
import { signIn } from '../../api/account.ts'
import { changePerson } from '../../api/client.ts'
import { RequestProblem } from '../../api/request.ts'
import { fieldText, problemText } from '../../i18n/problem-text.ts'
import { fieldCodes } from '../../parts/field-codes.ts'
import { LanguageSwitch } from '../../shell/language-switch.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Mark } from '../../ui/mark.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import classes from './sign-in.module.css'

export function SignInPage() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const form = useForm({
    initialValues: { login: '', password: '' },
    validate: (values) => fieldCodes(signInSchema, values),
    enhanceGetInputProps: ({ inputProps }) =>
      typeof inputProps.error === 'string' ? { error: fieldText('account', inputProps.error) } : undefined,
  })
  const enter = useMutation({
    mutationFn: signIn,
    onSuccess: (me) => changePerson(client, me),
    onError: () => form.setFieldValue('password', ''),
  })
  const waitSeconds = useCountdown(enter.error)
  useEffect(() => {
    document.title = `${t('signIn.title')} · veche`
  }, [t])
  return (
    <Center component="main" className={classes.ground} mih="100dvh" p="md">
      <Stack w="100%" maw={380} gap="lg">
        <Stack gap={6} align="center">
          <Mark size={60} />
          <Text component="span" className={classes.brand}>veche</Text>
          <Text c="dimmed" size="sm" ta="center">{t('signIn.what')}</Text>
        </Stack>
        <Paper className="card" p="xl">
          <form onSubmit={form.onSubmit((values) => enter.mutate(values))} noValidate>
            <Stack>
              <Title order={1} fz={18}>{t('signIn.title')}</Title>
              <TextInput
                label={t('signIn.login')} autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus
                {...form.getInputProps('login')}
              />
              <PasswordField label={t('signIn.password')} autoComplete="current-password" {...form.getInputProps('password')} />
              {enter.error === null ? null : (
                <Alert color="red" variant="light" data-tone="bad" icon={<Icon name="warning" />} role="alert" py="xs">
                  {waitSeconds > 0 ? t('error.too-many-attempts-wait', { count: waitSeconds }) : problemText(enter.error)}
                </Alert>
              )}
              <Button type="submit" loading={enter.isPending} disabled={waitSeconds > 0} fullWidth mt="xs">
                {t('signIn.enter')}
              </Button>
            </Stack>
          </form>
        </Paper>
        <Group justify="center"><LanguageSwitch labelled={false} /></Group>
      </Stack>
    </Center>
  )
}

/** How long to wait before the next attempt, running down; 0: nothing to wait for. */
function useCountdown(error: Error | null): number {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    if (!(error instanceof RequestProblem) || error.retryAfterSeconds === null) return setSeconds(0)
    setSeconds(error.retryAfterSeconds)
    const timer = window.setInterval(() => setSeconds((left) => Math.max(0, left - 1)), 1000)
    return () => window.clearInterval(timer)
  }, [error])
  return seconds
}
