/** The system's chromium, driven as a person would: by labels and roles. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { on, once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

export const chromiumPath = '/usr/bin/chromium'

/** False where there is no browser: tests that need one say so and are skipped. */
export const hasChromium = existsSync(chromiumPath)

const quietFlags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
] as const
const startedWithinMs = 15_000
const endedWithinMs = 5000

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: [...quietFlags] })
}

/** A page of a browser that speaks `locale`; everything it complains about is kept in `complaints`. */
export async function openPage(
  browser: Browser,
  { locale, width = 1280 }: { readonly locale: string; readonly width?: number },
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ locale, viewport: { width, height: 900 } })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Before the sign-in the panel asks who it is and is told 401.
    if (message.type() === 'error' && !/401/.test(message.text())) complaints.push(message.text())
  })
  return { page, context, complaints }
}

/** A browser as people have it: tabs that are not looked at are hidden, and pages are kept for the back button. */
export async function openPlainBrowser(): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'veche-browser-'))
  const child = spawn(chromiumPath, [...quietFlags, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    const limit = setTimeout(() => child.kill('SIGKILL'), endedWithinMs)
    await ended
    clearTimeout(limit)
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const browser = await chromium.connectOverCDP(await debuggingAddress(child), { noDefaults: true })
    const [context] = browser.contexts()
    if (context === undefined) throw new Error('the browser has no window')
    const close = async (): Promise<void> => {
      // Asked to, it ends all its processes; killed, the last of them would still write into the profile.
      const session = await browser.newBrowserCDPSession()
      await session.send('Browser.close').catch(() => undefined)
      await stop()
    }
    return { context, close }
  } catch (error) {
    child.kill()
    await stop()
    throw error
  }
}

/** Where the browser says that it listens. */
async function debuggingAddress(child: ChildProcessByStdio<null, null, Readable>): Promise<string> {
  let said = ''
  const signal = AbortSignal.timeout(startedWithinMs)
  for await (const [text] of on(child.stderr.setEncoding('utf8'), 'data', { close: ['end'], signal })) {
    said += text as string
    const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? []
    if (address !== undefined) return address
  }
  throw new Error(`the browser did not start:\n${said}`)
}
