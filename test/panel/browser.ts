/** The system's chromium, driven as a person would: by labels and roles. */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

export const chromiumPath = '/usr/bin/chromium'

/** False where there is no browser: tests that need one say so and are skipped. */
export const hasChromium = existsSync(chromiumPath)

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

/** A page of a browser that speaks `locale`; everything it complains about is kept in `complaints`. */
export async function openPage(browser: Browser, { locale, width = 1280 }: { readonly locale: string; readonly width?: number }): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
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
