import { AppShell, Burger, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Identity } from '../../src/model/account.ts'
import { Mark } from '../ui/mark.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { LiveFeedProvider } from './live.tsx'
import { Menu } from './menu.tsx'
import { Pages } from './pages.tsx'
import { PersonMenu } from './person-menu.tsx'
import classes from './shell.module.css'

const navbarWidth = 248
const headerHeight = 56

/** The menu at the side (behind a button on phones) and the page. */
export function Shell({ me }: { readonly me: Identity }) {
  const { t } = useTranslation()
  const [opened, { toggle, close }] = useDisclosure(false)
  const [location] = useLocation()
  const main = useRef<HTMLElement>(null)
  const shown = useRef(location)
  useEffect(() => {
    if (shown.current === location) return
    shown.current = location
    close()
    window.scrollTo(0, 0)
    // The keyboard and the screen reader go on in the new page, unless a field there has taken the focus.
    if (main.current?.contains(document.activeElement) !== true) main.current?.focus({ preventScroll: true })
  }, [location, close])
  return (
    <LiveFeedProvider>
      <a href="#content" className="skip">{t('ui.skip')}</a>
      <AppShell
        header={{ height: { base: headerHeight, md: 0 } }}
        navbar={{ width: navbarWidth, breakpoint: 'md', collapsed: { mobile: !opened } }}
        padding={{ base: 'md', md: 'xl' }} withBorder={false}
      >
        <AppShell.Header hiddenFrom="md" className={classes.nav}>
          <Group h="100%" px="md" gap="sm">
            <Burger
              opened={opened} onClick={toggle} size="sm" color="var(--veche-nav-text)" aria-label={t('menu.toggle')}
              aria-expanded={opened}
            />
            <Brand />
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className={classes.nav} onKeyDown={(event) => { if (event.key === 'Escape') close() }}>
          <Group h={72} px="lg" visibleFrom="md"><Brand /></Group>
          <AppShell.Section grow className={classes.scroll} px="sm" pt={{ base: 'sm', md: 0 }}><Menu /></AppShell.Section>
          <AppShell.Section p="sm"><PersonMenu me={me} /></AppShell.Section>
        </AppShell.Navbar>
        <AppShell.Main ref={main} id="content" tabIndex={-1} className={classes.main}>
          <ConnectionBanner />
          <Pages />
        </AppShell.Main>
      </AppShell>
    </LiveFeedProvider>
  )
}

function Brand() {
  return (
    <Group gap={10} wrap="nowrap">
      <Mark size={30} />
      <Text component="span" className={classes.brand}>veche</Text>
    </Group>
  )
}
