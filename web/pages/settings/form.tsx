import { Button, Group, NumberInput, Paper, Select, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { languages } from '../../../src/model/language.ts'
import { settings as schema, sipDigests, type Settings } from '../../../src/model/settings.ts'
import { RequestProblem } from '../../api/request.ts'
import { changeSettings, settingsQuery } from '../../api/server.ts'
import { fieldText } from '../../i18n/problem-text.ts'
import { fieldCodes } from '../../parts/field-codes.ts'
import { askToLeave } from '../../ui/ask-to-leave.ts'
import { useLeaveGuard } from '../../ui/leave-guard.ts'
import { noticeDone, noticeProblem } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadError, RowsLoading } from '../../ui/states.tsx'

export function SettingsPage() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(settingsQuery)
  return (
    <Page title={t('settings.title')} description={t('settings.description')}>
      {data !== undefined ? <SettingsForm saved={data} /> : error !== null ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <Paper className="card"><RowsLoading rows={4} /></Paper>
      )}
    </Page>
  )
}

function SettingsForm({ saved }: { readonly saved: Settings }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const form = useForm<Settings>({
    initialValues: saved,
    validate: (values) => fieldCodes(schema, values),
    enhanceGetInputProps: ({ inputProps }) =>
      typeof inputProps.error === 'string' ? { error: fieldText('settings', inputProps.error) } : undefined,
  })
  const dirty = form.isDirty()
  const take = (values: Settings): void => {
    form.setInitialValues(values)
    form.setValues(values)
  }
  useEffect(() => {
    // Saved elsewhere: followed, unless something is being typed here.
    if (!dirty && JSON.stringify(saved) !== JSON.stringify(form.getInitialValues())) take(saved)
  })
  useLeaveGuard(dirty, askToLeave)
  const save = useMutation({
    mutationFn: (values: Settings) => {
      const before = form.getInitialValues()
      const changed = Object.entries(schema.parse(values)).filter(([key, value]) => value !== before[key as keyof Settings])
      // Only what was changed here: somebody else may be changing the rest.
      return changeSettings(Object.fromEntries(changed))
    },
    onSuccess: (values) => {
      client.setQueryData(settingsQuery.queryKey, values)
      take(values)
      noticeDone(t('settings.saved'))
    },
    onError: (error) => {
      if (error instanceof RequestProblem && Object.keys(error.fields).length > 0) form.setErrors(error.fields)
      else noticeProblem(t('ui.saveFailed'), error)
    },
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="lg">
        <Section title={t('settings.rooms.title')} text={t('settings.rooms.text')}>
          <Select
            label={t('settings.language')} description={t('settings.languageHint')}
            data={languages.map((value) => ({ value, label: t(`language.names.${value}`) }))}
            {...form.getInputProps('language')}
          />
          <NumberInput
            label={t('settings.silentLine')} description={t('settings.silentLineHint')}
            suffix={` ${t('settings.seconds')}`} allowDecimal={false} allowNegative={false}
            {...form.getInputProps('silentLineSeconds')}
          />
        </Section>
        <Section title={t('settings.sip.title')} text={t('settings.sip.text')}>
          <TextInput
            label={t('settings.realm')} description={t('settings.realmHint')} autoComplete="off" spellCheck={false}
            {...form.getInputProps('sipRealm')}
          />
          <Select
            label={t('settings.digest')} description={t('settings.digestHint')}
            data={sipDigests.map((value) => ({ value, label: t(`settings.digests.${value}`) }))}
            {...form.getInputProps('sipDigest')}
          />
        </Section>
        <Section title={t('settings.security.title')} text={t('settings.security.text')}>
          <Switch
            label={t('settings.strangers')} description={t('settings.strangersHint')}
            {...form.getInputProps('strangersMayCall', { type: 'checkbox' })}
          />
        </Section>
        <Group gap="sm">
          <Button type="submit" loading={save.isPending} disabled={!dirty}>{t('ui.save')}</Button>
          {dirty ? <Button variant="default" onClick={form.reset}>{t('settings.undo')}</Button> : null}
        </Group>
      </Stack>
    </form>
  )
}

function Section({ title, text, children }: { readonly title: string; readonly text: string; readonly children: ReactNode }) {
  return (
    <Paper className="card" p={{ base: 'lg', sm: 'xl' }} component="section">
      <Group align="flex-start" gap="xl">
        <Stack gap={4} flex="1 1 220px" maw={320}>
          <Title order={2} fz="md">{title}</Title>
          <Text size="sm" c="dimmed">{text}</Text>
        </Stack>
        <Stack gap="lg" flex="2 1 320px" maw={480}>{children}</Stack>
      </Group>
    </Paper>
  )
}
