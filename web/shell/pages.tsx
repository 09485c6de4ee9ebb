import { Center, Loader } from '@mantine/core'
import { Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { preloadLanguages } from '../i18n/i18n.ts'
import { FailureBoundary } from './failure.tsx'
import { MissingPage } from './missing-page.tsx'
import { Section } from './section.tsx'

const conferences = new Section(async () => (await import('../pages/conferences/list-page.tsx')).ConferencesPage)
const conference = new Section(async () => (await import('../pages/conferences/form.tsx')).ConferenceForm)
const employees = new Section(async () => (await import('../pages/employees/list-page.tsx')).EmployeesPage)
const employee = new Section(async () => (await import('../pages/employees/form.tsx')).EmployeeForm)
const history = new Section(async () => (await import('../pages/history/list-page.tsx')).HistoryPage)
const settings = new Section(async () => (await import('../pages/settings/form.tsx')).SettingsPage)
const apiKeys = new Section(async () => (await import('../pages/api-keys/list-page.tsx')).ApiKeysPage)
const status = new Section(async () => (await import('../pages/status/status-page.tsx')).StatusPage)
const sections = [conferences, conference, employees, employee, history, settings, apiKeys, status]

export function Pages() {
  const { t } = useTranslation()
  const [location] = useLocation()
  useEffect(() => whenIdle(() => void preloadAll()), [])
  return (
    <FailureBoundary location={location} onRetry={() => { for (const section of sections) section.forgive() }}>
      <Suspense fallback={<Center h={240}><Loader aria-label={t('ui.loading')} /></Center>}>
        <Switch>
          <Route path="/"><Redirect to="/conferences" replace /></Route>
          <Route path="/conferences"><conferences.Page /></Route>
          <Route path="/conferences/:id">{({ id }) => <conference.Page key={id} id={id} />}</Route>
          <Route path="/employees"><employees.Page /></Route>
          <Route path="/employees/:id">{({ id }) => <employee.Page key={id} id={id} />}</Route>
          <Route path="/history"><history.Page /></Route>
          <Route path="/settings"><settings.Page /></Route>
          <Route path="/api-keys"><apiKeys.Page /></Route>
          <Route path="/status"><status.Page /></Route>
          <Route><MissingPage /></Route>
        </Switch>
      </Suspense>
    </FailureBoundary>
  )
}

/** Whatever may be opened later, one after another: then the server may go away or be upgraded, and no page is missing. */
async function preloadAll(): Promise<void> {
  for (const section of sections) await section.preload()
  await preloadLanguages()
}

const idleWithinMs = 3000

/** Safari has no idle callbacks. */
function whenIdle(work: () => void): () => void {
  if (!('requestIdleCallback' in window)) {
    const timer = globalThis.setTimeout(work, idleWithinMs)
    return () => globalThis.clearTimeout(timer)
  }
  const waiting = window.requestIdleCallback(work, { timeout: idleWithinMs })
  return () => window.cancelIdleCallback(waiting)
}
