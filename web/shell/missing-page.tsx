import { Button, Paper } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Page } from '../ui/page.tsx'
import { Nothing } from '../ui/states.tsx'

export function MissingPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('missing.title')}>
      <Paper className="card">
        <Nothing icon="search" title={t('missing.nothing')} text={t('missing.text')}>
          <Button component={Link} href="/conferences">{t('missing.home')}</Button>
        </Nothing>
      </Paper>
    </Page>
  )
}
