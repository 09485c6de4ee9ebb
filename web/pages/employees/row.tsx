import { Box, Group, Skeleton, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { Employee, Phone } from '../../../src/model/employee.ts'
import { sourceHost } from '../../parts/caller.tsx'
import { RowButtons } from '../../ui/row-buttons.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useDeleteEmployee } from './use-delete.tsx'

export type EmployeeRowProps = {
  readonly employee: Employee
  /** Undefined: not known yet. */
  readonly phones: readonly Phone[] | undefined
  /** The room they are in now. */
  readonly roomName: string | undefined
}

export function EmployeeRow({ employee, phones, roomName }: EmployeeRowProps) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const remove = useDeleteEmployee()
  const edit = `/employees/${employee.id}`
  return (
    <Table.Tr onDoubleClick={() => navigate(edit)}>
      <Table.Td>
        <Group gap="2px 8px">
          <Text component={Link} href={edit} size="sm" fw={600} c="inherit" className="typed">
            {employee.name}
          </Text>
          <Text span size="sm" c="dimmed" className="numbers" hiddenFrom="sm">{`<${employee.number}>`}</Text>
          {roomName === undefined ? null : <Tag tone="good" long>{t('employees.inRoom', { name: roomName })}</Tag>}
        </Group>
        {phones === undefined ? null : <Box hiddenFrom="sm" mt={2}><Registration phones={phones} /></Box>}
      </Table.Td>
      <Table.Td className="numbers" visibleFrom="sm">{employee.number}</Table.Td>
      <Table.Td visibleFrom="sm">{phones === undefined ? <Skeleton h={12} w={90} /> : <Registration phones={phones} />}</Table.Td>
      <Table.Td visibleFrom="md">
        {phones?.length === 0 ? <Text span c="dimmed">—</Text> : null}
        {phones?.map(({ contact, source }) => (
          <Text key={contact} size="sm" c="dimmed" className="numbers mono">{sourceHost(source)}</Text>
        ))}
      </Table.Td>
      <Table.Td w={1}>
        <RowButtons
          editHref={edit} editLabel={t('employees.edit', { name: employee.name })}
          deleteLabel={t('employees.delete', { name: employee.name })} onDelete={() => void remove(employee)}
        />
      </Table.Td>
    </Table.Tr>
  )
}

/** A dot and words: registered or not, and what phone says so. */
export function Registration({ phones }: { readonly phones: readonly Phone[] }) {
  const { t } = useTranslation()
  if (phones.length === 0) {
    return (
      <Group gap={10} wrap="nowrap">
        <span className="dot" />
        <Text span size="sm" c="dimmed" className="nowrap">{t('employees.notRegistered')}</Text>
      </Group>
    )
  }
  const agents = phones.map(({ userAgent }) => userAgent).filter((agent) => agent !== null)
  return (
    <Group gap={10} wrap="nowrap">
      <span className="dot" data-live />
      <div>
        <Text size="sm" className="nowrap">
          {phones.length === 1 ? t('employees.registered') : t('employees.registeredMany', { count: phones.length })}
        </Text>
        {agents.length === 0 ? null : <Text size="xs" c="dimmed" lineClamp={1} visibleFrom="xs">{agents.join(', ')}</Text>}
      </div>
    </Group>
  )
}
