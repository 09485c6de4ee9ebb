import { Alert, Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { apiKeyDraft, type ApiKeyWithToken } from '../../../src/model/account.ts'
import { addApiKey, apiKeysQuery } from '../../api/account.ts'
import { fieldText } from '../../i18n/problem-text.ts'
import { fieldCodes } from '../../parts/field-codes.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { Icon } from '../../ui/icon.tsx'
import { noticeProblem } from '../../ui/notice.tsx'

export type ApiKeyDialogProps = { readonly opened: boolean; readonly onClose: () => void }

/** A name in, a token out: shown once, so a click beside the dialog does not close it. */
export function ApiKeyDialog({ opened, onClose }: ApiKeyDialogProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const make = useMutation({
    mutationFn: addApiKey,
    onSuccess: () => void client.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
    onError: (error) => noticeProblem(t('ui.saveFailed'), error),
  })
  const close = (): void => {
    onClose()
    make.reset()
  }
  return (
    <Modal
      opened={opened} onClose={close} closeOnClickOutside={make.data === undefined}
      title={<Text fw={600}>{make.data === undefined ? t('apiKeys.add') : t('apiKeys.made')}</Text>}
      closeButtonProps={{ 'aria-label': t('ui.close') }} size="lg"
    >
      {make.data === undefined ? (
        <NameForm busy={make.isPending} onName={(name) => make.mutate({ name })} onCancel={close} />
      ) : (
        <Token made={make.data} onClose={close} />
      )}
    </Modal>
  )
}

type NameFormProps = { readonly busy: boolean; readonly onName: (name: string) => void; readonly onCancel: () => void }

function NameForm({ busy, onName, onCancel }: NameFormProps) {
  const { t } = useTranslation()
  const form = useForm({
    initialValues: { name: '' },
    validate: (values) => fieldCodes(apiKeyDraft, values),
    enhanceGetInputProps: ({ inputProps }) =>
      typeof inputProps.error === 'string' ? { error: fieldText('apiKey', inputProps.error) } : undefined,
  })
  return (
    <form noValidate onSubmit={form.onSubmit(({ name }) => onName(name))}>
      <Stack>
        <TextInput
          label={t('apiKeys.name')} description={t('apiKeys.nameHint')} data-autofocus autoComplete="off"
          maxLength={100} {...form.getInputProps('name')}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>{t('ui.cancel')}</Button>
          <Button type="submit" loading={busy}>{t('apiKeys.make')}</Button>
        </Group>
      </Stack>
    </form>
  )
}

function Token({ made, onClose }: { readonly made: ApiKeyWithToken; readonly onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Stack>
      <Alert color="yellow" variant="light" icon={<Icon name="warning" />} role="status">{t('apiKeys.once')}</Alert>
      <Group gap={4} wrap="nowrap">
        <Code block flex={1} fz="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{made.token}</Code>
        <CopyButton value={made.token} label={t('apiKeys.copyToken')} />
      </Group>
      <Text size="sm" c="dimmed">{t('apiKeys.usage')}</Text>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {`Authorization: Bearer ${made.token.slice(0, 8)}…`}
      </Code>
      <Group justify="flex-end"><Button onClick={onClose}>{t('apiKeys.noted')}</Button></Group>
    </Stack>
  )
}
