import { Button, Grid, Group, Paper, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { employeeDraft, type EmployeeWithSecret } from '../../../src/model/employee.ts'
import { addEmployee, changeEmployee, employeeQuery, employeesQuery } from '../../api/employees.ts'
import { phonesQuery } from '../../api/server.ts'
import { NumberField } from '../../parts/number-field.tsx'
import { Overtaken } from '../../parts/overtaken.tsx'
import { randomSecret } from '../../parts/random.ts'
import { useRecordForm } from '../../parts/record-form.ts'
import { Icon } from '../../ui/icon.tsx'
import { noticeDone } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SaveButton, type SaveMode } from '../../ui/save-button.tsx'
import { PhoneSetup } from './phone-setup.tsx'
import { Registration } from './row.tsx'
import { SecretField } from './secret-field.tsx'
import { useDeleteEmployee } from './use-delete.tsx'

type Values = { name: string; number: string; secret: string }

export type EmployeeEditorProps = {
  readonly employee: EmployeeWithSecret | null
  /** A free number for a new one. */
  readonly suggestion: string
  /** Saved, and the next one is wanted. */
  readonly onAnother: () => void
}

export function EmployeeEditor({ employee, suggestion, onAnother }: EmployeeEditorProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const remove = useDeleteEmployee()
  const { data: phones } = useQuery(phonesQuery)
  const [firstSecret] = useState(randomSecret)

  const onSaved = (saved: EmployeeWithSecret, mode: SaveMode): void => {
    client.setQueryData(employeeQuery(saved.id).queryKey, saved)
    void client.invalidateQueries({ queryKey: employeesQuery.queryKey })
    noticeDone(t('employees.saved', { name: saved.name }), employee === null ? t('employees.savedHint') : undefined)
    if (mode === 'close') navigate('/employees')
    else if (mode === 'add') onAnother()
    else if (employee === null) navigate(`/employees/${saved.id}`, { replace: true })
  }

  const { form, busy, overtaken, submit, takeNewest, release } = useRecordForm<Values, EmployeeWithSecret>({
    owner: 'employee',
    schema: employeeDraft,
    record: employee,
    valuesOf: (known) => ({ name: known?.name ?? '', number: known?.number ?? suggestion, secret: known?.secret ?? firstSecret }),
    save: async (based, values) => {
      const draft = employeeDraft.parse(values)
      if (based === null) return addEmployee(draft)
      // An untouched secret stays out of the change: phones keep their registrations.
      const { secret: typed, ...rest } = draft
      const changed = typed === undefined || typed === based.secret ? rest : { ...rest, secret: typed }
      return { ...(await changeEmployee(based, changed)), secret: typed ?? based.secret }
    },
    onSaved,
  })

  const reload = async (): Promise<void> => {
    if (employee !== null) takeNewest(await client.fetchQuery({ ...employeeQuery(employee.id), staleTime: 0 }))
  }
  const removeAndLeave = async (one: EmployeeWithSecret): Promise<void> => {
    if (!(await remove(one))) return
    release()
    navigate('/employees')
  }

  const secretChanged = employee !== null && form.values.secret !== employee.secret
  return (
    <Page title={employee?.name ?? t('employees.new')} back="/employees" actions={employee === null ? null : (
      <Button
        variant="subtle" color="red" leftSection={<Icon name="trash" size={16} />}
        onClick={() => void removeAndLeave(employee)}
      >
        {t('ui.delete')}
      </Button>
    )}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Paper className="card" p={{ base: 'lg', sm: 'xl' }}>
            <form noValidate onSubmit={(event) => event.preventDefault()}>
              <Stack gap="md">
                {overtaken ? (
                  <Overtaken
                    onReload={() => void reload()}
                  />
                ) : null}
                {employee === null || phones === undefined ? null : (
                  <Registration phones={phones.filter(({ employeeId }) => employeeId === employee.id)} />
                )}
                <TextInput
                  label={t('employees.fields.name')} required autoFocus={employee === null} maxLength={100}
                  autoComplete="off" {...form.getInputProps('name')}
                />
                <NumberField
                  label={t('employees.fields.number')} description={t('employees.fields.numberHint')} required maw={260}
                  own={employee?.number ?? null} {...form.getInputProps('number')} value={form.values.number} />
                <SecretField
                  {...form.getInputProps('secret')} value={form.values.secret}
                  onRenew={() => form.setFieldValue('secret', randomSecret())}
                />
                {secretChanged ? <Text size="sm" c="orange" role="status">{t('employees.secretChanged')}</Text> : null}
                <Group gap="sm" mt="xs">
                  <SaveButton busy={busy} onSave={submit} />
                  <Button variant="default" onClick={() => navigate('/employees')}>{t('ui.cancel')}</Button>
                </Group>
              </Stack>
            </form>
          </Paper>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <PhoneSetup saved={employee !== null} number={form.values.number.trim()} secret={form.values.secret} />
        </Grid.Col>
      </Grid>
    </Page>
  )
}
