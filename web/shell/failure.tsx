import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icon.tsx'
import { Page } from '../ui/page.tsx'
import { NotLoaded } from './section.tsx'

export type FailureBoundaryProps = {
  /** Another address gives the page another chance. */
  readonly location: string
  /** Before the content is shown again. */
  readonly onRetry: () => void
  readonly children: ReactNode
}

type State = { readonly error: unknown; readonly failed: boolean }

/** Holds what goes wrong in a page inside that page: the menu stays, and there is a way on. */
export class FailureBoundary extends Component<FailureBoundaryProps, State> {
  override state: State = { error: null, failed: false }

  static getDerivedStateFromError(error: unknown): State {
    return { error, failed: true }
  }

  override componentDidUpdate({ location }: FailureBoundaryProps): void {
    if (this.state.failed && location !== this.props.location) this.#again()
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return <Failure error={this.state.error} onRetry={() => this.#again()} />
  }

  #again(): void {
    this.props.onRetry()
    this.setState({ error: null, failed: false })
  }
}

function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation()
  const text = error instanceof NotLoaded ? t('failure.notLoaded') : t('failure.broken')
  return (
    <Page title={t('failure.title')}>
      <Alert color="red" variant="light" data-tone="bad" icon={<Icon name="warning" />} role="alert">
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{text}</Text>
          <Group gap="sm">
            <Button size="xs" variant="default" leftSection={<Icon name="refresh" size={14} />} onClick={onRetry}>
              {t('ui.retry')}
            </Button>
            <Button size="xs" variant="default" onClick={() => window.location.reload()}>{t('failure.reload')}</Button>
          </Group>
        </Stack>
      </Alert>
    </Page>
  )
}
