import { ActionIcon, Button, Paper, Table, Text, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '../../../src/model/account.ts'
import { apiKeysQuery, deleteApiKey } from '../../api/account.ts'
import { ask } from '../../ui/ask.tsx'
import { Icon } from '../../ui/icon.tsx'
import { noticeDone, noticeProblem } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadError, Nothing, RowsLoading } from '../../ui/states.tsx'
import { useTimeWords } from '../../ui/time.ts'
import { ApiKeyDialog } from './form.tsx'

export function ApiKeysPage() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data: keys, error, refetch } = useQuery(apiKeysQuery)
  const [opened, dialog] = useDisclosure(false)
  const { full, moment } = useTimeWords()
  const remove = async (key: ApiKey): Promise<void> => {
    const agreed = await ask({
      title: t('apiKeys.deleting.title'),
      text: t('apiKeys.deleting.text', { name: key.name }),
      yes: t('ui.delete'),
      no: t('ui.cancel'),
      dangerous: true,
    })
    if (!agreed) return
    try {
      await deleteApiKey(key.id)
      client.setQueryData(apiKeysQuery.queryKey, (old) => old?.filter(({ id }) => id !== key.id))
      noticeDone(t('apiKeys.deleting.done'))
    } catch (problem) {
      noticeProblem(t('apiKeys.deleting.failed'), problem)
    }
  }
  const add = <Button leftSection={<Icon name="plus" size={16} />} onClick={dialog.open}>{t('apiKeys.add')}</Button>
  const docs = (
    <Button
      component="a" href="/api/docs" target="_blank" rel="noreferrer" variant="default"
      leftSection={<Icon name="document" size={16} />}
    >
      {t('apiKeys.docs')}
    </Button>
  )
  return (
    <Page
      title={t('apiKeys.title')} description={t('apiKeys.description')}
      actions={<>{docs}{keys?.length === 0 ? null : add}</>}
    >
      {error !== null && keys === undefined ? <LoadError error={error} onRetry={() => void refetch()} /> : (
        <Paper className="card">
          {keys === undefined ? <RowsLoading rows={3} /> : keys.length === 0 ? (
            <Nothing icon="key" title={t('apiKeys.empty.title')} text={t('apiKeys.empty.text')}>{add}</Nothing>
          ) : (
            <Table className="table" highlightOnHover verticalSpacing={6} aria-label={t('apiKeys.title')}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('apiKeys.columns.name')}</Table.Th>
                  <Table.Th visibleFrom="sm">{t('apiKeys.columns.created')}</Table.Th>
                  <Table.Th>{t('apiKeys.columns.used')}</Table.Th>
                  <Table.Th aria-label={t('ui.actions')} />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {keys.map((key) => (
                  <Table.Tr key={key.id}>
                    <Table.Td fw={600} className="typed">{key.name}</Table.Td>
                    <Table.Td visibleFrom="sm">
                      <Text span size="sm" c="dimmed" title={full(key.createdAt)}>{moment(key.createdAt)}</Text>
                    </Table.Td>
                    <Table.Td>
                      {key.lastUsedAt === null ? (
                        <Text span size="sm" c="dimmed">{t('apiKeys.never')}</Text>
                      ) : (
                        <Text span size="sm" title={full(key.lastUsedAt)}>{moment(key.lastUsedAt)}</Text>
                      )}
                    </Table.Td>
                    <Table.Td w={60}>
                      <Tooltip label={t('ui.delete')}>
                        <ActionIcon
                          color="red" className="row-buttons" aria-label={t('apiKeys.delete', { name: key.name })}
                          onClick={() => void remove(key)}
                        >
                          <Icon name="trash" />
                        </ActionIcon>
                      </Tooltip>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Paper>
      )}
      <ApiKeyDialog opened={opened} onClose={dialog.close} />
    </Page>
  )
}
