import { Code, List, Paper, Select, Skeleton, Stack, Table, Text, Title, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { statusQuery } from '../../api/server.ts'
import { hostAndPort, sipAddresses, type SipAddress } from '../../parts/sip-address.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { Icon } from '../../ui/icon.tsx'
import { SecretText } from '../../ui/secret-text.tsx'
import { LoadError } from '../../ui/states.tsx'

export type PhoneSetupProps = {
  /** False while the employee is not saved yet: the data is right, but nobody would be let in. */
  readonly saved: boolean
  readonly number: string
  readonly secret: string
}

const kinds = ['desk', 'linphone', 'microsip', 'baresip'] as const
type Kind = (typeof kinds)[number]

/** What to type into a phone, to be copied piece by piece. */
export function PhoneSetup({ saved, number, secret }: PhoneSetupProps) {
  const { t } = useTranslation()
  const { data: status, error, refetch } = useQuery(statusQuery)
  const [kind, setKind] = useState<Kind>('desk')
  const [place, setPlace] = useState(0)
  const addresses = status === undefined ? [] : sipAddresses(status, window.location.hostname)
  const address = addresses[place] ?? addresses[0]
  return (
    <Paper className="card" p={{ base: 'lg', sm: 'xl' }}>
      <Title order={2} fz="md" mb="xs"><Group gap={8}><Icon name="phone" />{t('setup.title')}</Group></Title>
      <Text size="sm" c="dimmed" mb="md">{saved ? t('setup.intro') : t('setup.afterSaving')}</Text>
      {error !== null && status === undefined ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : address === undefined ? <Skeleton h={180} /> : (
        <Stack gap="md">
          {addresses.length < 2 ? null : (
            <Select
              size="xs" label={t('setup.address')} value={String(addresses.indexOf(address))}
              onChange={(value) => setPlace(Number(value))}
              data={addresses.map((one, index) => ({
                value: String(index),
                label: `${hostAndPort(one)} · ${one.transport.toUpperCase()}`,
              }))}
            />
          )}
          <Table withRowBorders verticalSpacing={4} horizontalSpacing={0} style={{ borderColor: 'var(--veche-line)' }}>
            <Table.Tbody>
              <Fact label={t('setup.server')} value={hostAndPort(address)} />
              <Fact label={t('setup.user')} value={number} />
              <Fact label={t('setup.password')} value={<SecretText value={secret} name={t('setup.password')} />} />
              <Fact label={t('setup.transport')} value={address.transport.toUpperCase()} copied={false} />
            </Table.Tbody>
          </Table>
          <Select
            label={t('setup.which')} value={kind} onChange={(value) => setKind(kinds.find((one) => one === value) ?? 'desk')}
            data={kinds.map((value) => ({ value, label: t(`setup.kinds.${value}`) }))}
          />
          <Steps kind={kind} address={address} number={number} secret={secret} />
        </Stack>
      )}
    </Paper>
  )
}

function Fact({ label, value, copied = true }: { readonly label: string; readonly value: ReactNode; readonly copied?: boolean }) {
  const { t } = useTranslation()
  return (
    <Table.Tr h={44}>
      <Table.Th scope="row" fw={400} fz="sm" c="dimmed" w="42%">{label}</Table.Th>
      <Table.Td>
        {typeof value === 'string' ? (
          <Group gap={4} wrap="nowrap">
            <Text span size="sm" className="mono numbers cut">{value}</Text>
            {copied ? <CopyButton value={value} label={t('ui.copy', { name: label })} /> : null}
          </Group>
        ) : value}
      </Table.Td>
    </Table.Tr>
  )
}

type StepsProps = { readonly kind: Kind; readonly address: SipAddress; readonly number: string; readonly secret: string }

function Steps({ kind, address, number, secret }: StepsProps) {
  const { t } = useTranslation()
  const { host, port, transport } = address
  const server = hostAndPort(address)
  const values = { server, host, port, number, transport: transport.toUpperCase() }
  if (kind === 'baresip') {
    const line = (shown: string): string => `<sip:${number}@${server};transport=${transport}>;auth_pass=${shown}`
    return (
      <Stack gap={6}>
        <Text size="sm">{t('setup.baresip')}</Text>
        <Group gap={4} wrap="nowrap" align="flex-start">
          <Code block flex={1} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{line('••••')}</Code>
          <CopyButton value={line(secret)} label={t('setup.copyLine')} />
        </Group>
      </Stack>
    )
  }
  return (
    <List type="ordered" size="sm" spacing={4}>
      <List.Item>{t(`setup.${kind}.1`, values)}</List.Item>
      <List.Item>{t(`setup.${kind}.2`, values)}</List.Item>
      <List.Item>{t(`setup.${kind}.3`, values)}</List.Item>
    </List>
  )
}
