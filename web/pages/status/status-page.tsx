import { Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServerStatus } from '../../../src/model/status.ts'
import { statusQuery } from '../../api/server.ts'
import { hostAndPort } from '../../parts/sip-address.ts'
import { useFeedHealth } from '../../shell/live.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadError } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useNow, useTimeWords } from '../../ui/time.ts'

export function StatusPage() {
  const { t } = useTranslation()
  const { data: status, error, refetch } = useQuery({ ...statusQuery, refetchOnMount: 'always' })
  return (
    <Page title={t('status.title')} description={t('status.description')}>
      {status !== undefined ? <Cards status={status} /> : error !== null ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <SimpleGrid cols={{ base: 2, md: 4 }}>
          {['a', 'b', 'c', 'd'].map((card) => <Skeleton key={card} h={108} radius="lg" />)}
        </SimpleGrid>
      )}
    </Page>
  )
}

function Cards({ status }: { readonly status: ServerStatus }) {
  const { t } = useTranslation()
  const { full } = useTimeWords()
  const live = useFeedHealth() === 'live'
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: 'sm', sm: 'lg' }}>
        <Count icon="dial" label={t('status.calls')} value={status.calls} />
        <Count icon="room" label={t('status.rooms')} value={status.rooms} />
        <Count icon="people" label={t('status.participants')} value={status.participants} />
        <Count icon="phone" label={t('status.phones')} value={status.phones} />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Facts title={t('status.server')}>
          <Fact label={t('status.version')}>{status.version}</Fact>
          <Fact label={t('status.uptime')}><Uptime since={status.startedAt} /></Fact>
          <Fact label={t('status.startedAt')}>{full(status.startedAt)}</Fact>
          <Fact label={t('status.feed')}>
            <Group gap={10} component="span" wrap="nowrap">
              <span className="dot" data-live={live ? true : undefined} />{live ? t('status.feedLive') : t('status.feedLost')}
            </Group>
          </Fact>
        </Facts>
        <Facts title={t('status.network')}>
          <Fact label={t('status.sip')}>
            <Stack gap={4}>
              {status.sip.map((address) => (
                <Group key={`${address.transport} ${hostAndPort(address)}`} gap={8} component="span">
                  <span className="mono numbers">{hostAndPort(address)}</span>
                  <Tag>{address.transport.toUpperCase()}</Tag>
                </Group>
              ))}
            </Stack>
          </Fact>
          <Fact label={t('status.publicAddress')}>
            {status.publicAddress === null ? (
              <Text span inherit c="dimmed">{t('status.noPublicAddress')}</Text>
            ) : (
              <span className="mono">{status.publicAddress}</span>
            )}
          </Fact>
          <Fact label={t('status.media')}>
            {t(`status.drivers.${status.mediaDriver}`)}
            {status.mediaDriverReason === null ? null : (
              <Text size="xs" c="dimmed" mt={2}>{t('status.driverReason', { reason: status.mediaDriverReason })}</Text>
            )}
          </Fact>
        </Facts>
      </SimpleGrid>
    </Stack>
  )
}

function Count({ icon, label, value }: { readonly icon: IconName; readonly label: string; readonly value: number }) {
  return (
    <Paper className="card" p="lg">
      <Group gap={8} c="dimmed" wrap="nowrap"><Icon name={icon} /><Text size="sm">{label}</Text></Group>
      <Text fz={32} fw={600} lh={1.3} mt={4} className="numbers">{value}</Text>
    </Paper>
  )
}

function Facts({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper className="card" p="lg" component="section">
      <Title order={2} fz="md" mb="xs">{title}</Title>
      <dl style={{ margin: 0 }}>{children}</dl>
    </Paper>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Group gap="sm" py={9} align="flex-start" wrap="nowrap" style={{ borderTop: '1px solid var(--veche-line)' }}>
      <Text component="dt" size="sm" c="dimmed" w="40%" style={{ flex: 'none' }}>{label}</Text>
      <Text component="dd" size="sm" m={0} miw={0} style={{ overflowWrap: 'anywhere' }}>{children}</Text>
    </Group>
  )
}

const minuteMs = 60_000
const minutesPerHour = 60
const minutesPerDay = 24 * minutesPerHour

function Uptime({ since }: { readonly since: string }) {
  const { t } = useTranslation()
  const minutes = Math.max(0, Math.floor((useNow(minuteMs / 6) - Date.parse(since)) / minuteMs))
  const parts = [
    { count: Math.floor(minutes / minutesPerDay), words: (count: number) => t('status.days', { count }) },
    { count: Math.floor((minutes % minutesPerDay) / minutesPerHour), words: (count: number) => t('status.hours', { count }) },
    { count: minutes % minutesPerHour, words: (count: number) => t('status.minutes', { count }) },
  ]
  // The two largest say enough.
  const said = parts.filter(({ count }) => count > 0).slice(0, 2)
  return said.length === 0 ? t('status.justStarted') : said.map(({ count, words }) => words(count)).join(' ')
}
