/** Everything around the pages: look, dialogs, cache, routes, and who is signed in. */
import { Center, Loader, MantineProvider } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Router } from 'wouter'
import { meQuery } from './api/account.ts'
import { createQueryClient } from './api/client.ts'
import { SignInPage } from './pages/sign-in/sign-in-page.tsx'
import { Shell } from './shell/shell.tsx'
import { LeaveGuard, LeaveGuardContext } from './ui/leave-guard.ts'
import { LoadError } from './ui/states.tsx'
import { cssVariables, theme } from './ui/theme.ts'

export function App() {
  const { t } = useTranslation()
  const [client] = useState(createQueryClient)
  const [guard] = useState(startedGuard)
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <LeaveGuardContext value={guard}>
          <ModalsProvider modalProps={{ closeButtonProps: { 'aria-label': t('ui.close') } }}>
            <Notifications className="notices" position="bottom-left" zIndex={1000} />
            <Router aroundNav={guard.aroundNavigation}>
              <Door />
            </Router>
          </ModalsProvider>
        </LeaveGuardContext>
      </QueryClientProvider>
    </MantineProvider>
  )
}

function startedGuard(): LeaveGuard {
  const guard = new LeaveGuard()
  guard.start()
  return guard
}

/** Nobody signed in: the sign-in page, whatever the address; after signing in the address is where one meant to go. */
function Door() {
  const { t } = useTranslation()
  const { data: me, error, refetch } = useQuery(meQuery)
  if (me) return <Shell me={me} />
  if (me === null) return <SignInPage />
  return (
    <Center h="100dvh" p="lg">
      {error === null ? <Loader aria-label={t('ui.loading')} /> : <LoadError error={error} onRetry={() => void refetch()} />}
    </Center>
  )
}
