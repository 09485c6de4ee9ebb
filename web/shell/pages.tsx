import { lazy } from 'react'
import { Redirect, Route, Switch } from 'wouter'

// A section's code is loaded when it is first opened.
const ConferencesPage = lazy(async () => ({ default: (await import('../pages/conferences/list-page.tsx')).ConferencesPage }))
const ConferenceForm = lazy(async () => ({ default: (await import('../pages/conferences/form.tsx')).ConferenceForm }))
const EmployeesPage = lazy(async () => ({ default: (await import('../pages/employees/list-page.tsx')).EmployeesPage }))
const EmployeeForm = lazy(async () => ({ default: (await import('../pages/employees/form.tsx')).EmployeeForm }))
const HistoryPage = lazy(async () => ({ default: (await import('../pages/history/list-page.tsx')).HistoryPage }))
const SettingsPage = lazy(async () => ({ default: (await import('../pages/settings/form.tsx')).SettingsPage }))
const ApiKeysPage = lazy(async () => ({ default: (await import('../pages/api-keys/list-page.tsx')).ApiKeysPage }))
const StatusPage = lazy(async () => ({ default: (await import('../pages/status/status-page.tsx')).StatusPage }))
const MissingPage = lazy(async () => ({ default: (await import('./missing-page.tsx')).MissingPage }))

export function Pages() {
  return (
    <Switch>
      <Route path="/"><Redirect to="/conferences" replace /></Route>
      <Route path="/conferences"><ConferencesPage /></Route>
      <Route path="/conferences/:id">{({ id }) => <ConferenceForm key={id} id={id} />}</Route>
      <Route path="/employees"><EmployeesPage /></Route>
      <Route path="/employees/:id">{({ id }) => <EmployeeForm key={id} id={id} />}</Route>
      <Route path="/history"><HistoryPage /></Route>
      <Route path="/settings"><SettingsPage /></Route>
      <Route path="/api-keys"><ApiKeysPage /></Route>
      <Route path="/status"><StatusPage /></Route>
      <Route><MissingPage /></Route>
    </Switch>
  )
}
