import {
  ActionIcon, Button, Collapse, Grid, Group, Paper, Select, Stack, Switch, TextInput, Tooltip, UnstyledButton,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { conferenceDraft, type Conference } from '../../../src/model/conference.ts'
import { languages, type Language } from '../../../src/model/language.ts'
import { addConference, changeConference, conferenceQuery, conferencesQuery } from '../../api/conferences.ts'
import { settingsQuery } from '../../api/server.ts'
import { NumberField } from '../../parts/number-field.tsx'
import { Overtaken } from '../../parts/overtaken.tsx'
import { randomPin } from '../../parts/random.ts'
import { useRecordForm } from '../../parts/record-form.ts'
import { Icon } from '../../ui/icon.tsx'
import { noticeDone } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SaveButton, type SaveMode } from '../../ui/save-button.tsx'
import { ConferenceAside } from './aside.tsx'
import { useDeleteConference } from './use-delete.tsx'

const asOnServer = 'server'

type Values = { name: string; number: string; pin: string; language: Language | null; joinTone: boolean }

export type ConferenceEditorProps = {
  readonly conference: Conference | null
  /** A free number for a new one. */
  readonly suggestion: string
  /** Saved, and the next one is wanted. */
  readonly onAnother: () => void
}

export function ConferenceEditor({ conference, suggestion, onAnother }: ConferenceEditorProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const remove = useDeleteConference()
  const { data: settings } = useQuery(settingsQuery)
  const [more, { toggle }] = useDisclosure(conference !== null && (conference.language !== null || conference.joinTone))

  const onSaved = (saved: Conference, mode: SaveMode): void => {
    client.setQueryData(conferenceQuery(saved.id).queryKey, saved)
    void client.invalidateQueries({ queryKey: conferencesQuery.queryKey })
    noticeDone(t('conferences.saved', { name: saved.name }), howToDial(saved))
    if (mode === 'close') navigate('/conferences')
    else if (mode === 'add') onAnother()
    else if (conference === null) navigate(`/conferences/${saved.id}`, { replace: true })
  }
  const howToDial = ({ number, pin }: Conference): string =>
    pin === null ? t('conferences.dial.short', { number }) : t('conferences.dial.shortPin', { number })

  const { form, busy, overtaken, submit, takeNewest, release } = useRecordForm<Values, Conference>({
    owner: 'conference',
    schema: conferenceDraft,
    record: conference,
    valuesOf: (record) => ({
      name: record?.name ?? '',
      number: record?.number ?? suggestion,
      pin: record?.pin ?? '',
      language: record?.language ?? null,
      joinTone: record?.joinTone ?? false,
    }),
    save: (based, values) => {
      const draft = conferenceDraft.parse(values)
      return based === null ? addConference(draft) : changeConference(based, draft)
    },
    onSaved,
  })

  const reload = async (): Promise<void> => {
    if (conference !== null) takeNewest(await client.fetchQuery({ ...conferenceQuery(conference.id), staleTime: 0 }))
  }
  const removeAndLeave = async (one: Conference): Promise<void> => {
    if (!(await remove(one))) return
    release()
    navigate('/conferences')
  }

  const asOnServerText = settings === undefined
    ? t('conferences.asOnServer')
    : t('conferences.asOnServerNamed', { language: t(`language.names.${settings.language}`) })
  const title = conference === null ? t('conferences.new') : conference.name
  return (
    <Page title={title} back="/conferences" actions={conference === null ? null : (
      <Button
        variant="subtle" color="red" leftSection={<Icon name="trash" size={16} />}
        onClick={() => void removeAndLeave(conference)}
      >
        {t('ui.delete')}
      </Button>
    )}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Paper className="card" p={{ base: 'lg', sm: 'xl' }}>
            <form noValidate onSubmit={(event) => event.preventDefault()}>
              <Stack gap="md">
                {overtaken ? (
                  <Overtaken
                    onReload={() => void reload()}
                  />
                ) : null}
                <TextInput
                  label={t('conferences.fields.name')} required autoFocus={conference === null} maxLength={100}
                  autoComplete="off" {...form.getInputProps('name')}
                />
                <NumberField
                  label={t('conferences.fields.number')} description={t('conferences.fields.numberHint')} required maw={260}
                  own={conference?.number ?? null} {...form.getInputProps('number')} value={form.values.number} />
                <TextInput
                  label={t('conferences.fields.pin')} description={t('conferences.fields.pinHint')}
                  inputMode="numeric" autoComplete="off" maw={260} className="numbers"
                  rightSection={
                    <Tooltip label={t('conferences.generatePin')}>
                      <ActionIcon
                        color="gray" size="md" aria-label={t('conferences.generatePin')}
                        onClick={() => form.setFieldValue('pin', randomPin())}
                      >
                        <Icon name="refresh" size={16} />
                      </ActionIcon>
                    </Tooltip>
                  }
                  {...form.getInputProps('pin')}
                  onChange={(event) => {
                    form.setFieldValue('pin', event.currentTarget.value)
                    if (/[^0-9\s]/.test(event.currentTarget.value)) form.setFieldError('pin', 'pin-format')
                  }}
                />
                <UnstyledButton onClick={toggle} aria-expanded={more} c="dimmed" fz="sm" fw={500} w="fit-content">
                  <Group gap={4}><Icon name={more ? 'down' : 'right'} size={14} />{t('conferences.moreFields')}</Group>
                </UnstyledButton>
                <Collapse expanded={more}>
                  <Stack gap="lg" pb="xs">
                    <Select
                      label={t('conferences.fields.language')} maw={260}
                      data={[
                        { value: asOnServer, label: asOnServerText },
                        ...languages.map((value) => ({ value, label: t(`language.names.${value}`) })),
                      ]}
                      value={form.values.language ?? asOnServer}
                      onChange={(value) => form.setFieldValue('language', languages.find((one) => one === value) ?? null)}
                    />
                    <Switch
                      label={t('conferences.fields.joinTone')} description={t('conferences.fields.joinToneHint')}
                      {...form.getInputProps('joinTone', { type: 'checkbox' })}
                    />
                  </Stack>
                </Collapse>
                <Group gap="sm" mt="xs">
                  <SaveButton busy={busy} onSave={submit} />
                  <Button variant="default" onClick={() => navigate('/conferences')}>{t('ui.cancel')}</Button>
                </Group>
              </Stack>
            </form>
          </Paper>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}><ConferenceAside conference={conference} /></Grid.Col>
      </Grid>
    </Page>
  )
}
