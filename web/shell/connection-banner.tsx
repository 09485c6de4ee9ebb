import { Alert, Group, Loader } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFeedHealth } from './live.tsx'

/** A short stumble of the network is nobody's business. */
const patienceMs = 1500

/** Says that what is shown may be old, for as long as that is so. */
export function ConnectionBanner() {
  const { t } = useTranslation()
  const lost = useFeedHealth() === 'lost'
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (!lost) return setShown(false)
    const timer = window.setTimeout(() => setShown(true), patienceMs)
    return () => window.clearTimeout(timer)
  }, [lost])
  return (
    <div role="status">
      {shown ? (
        <Alert color="yellow" variant="light" mb="md" py="xs">
          <Group gap="sm" wrap="nowrap"><Loader size={14} color="yellow" />{t('live.lost')}</Group>
        </Alert>
      ) : null}
    </div>
  )
}
