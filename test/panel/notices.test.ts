/** What the panel says in passing covers nothing that one may want to press next. */
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scene } from '../kit/scene.ts'
import { adminPassword } from '../kit/server.ts'
import { hasChromium, openBrowser, openPage } from './browser.ts'

/** The buttons, links and fields that are on the screen and yet not what a click on them would meet. */
const coveredParts = `[...document.querySelectorAll('button, a[href], input')].filter((part) => {
  const { left, top, right, bottom } = part.getBoundingClientRect()
  const places = [left + 2, (left + right) / 2, right - 2].flatMap((x) => [[x, top + 2], [x, bottom - 2]])
  const covered = places.some(([x, y]) => document.elementFromPoint(x, y)?.closest('.notices'))
  return covered && part.checkVisibility() && !part.closest('.notices')
}).map((part) => part.getAttribute('aria-label') ?? part.textContent)`
const moving = `document.querySelector('.notices [role=alert]').getAnimations({ subtree: true }).length`
const testMs = 60_000

describe.skipIf(!hasChromium)('the notices of the panel (package chromium)', () => {
  let scene: Scene
  let browser: Browser

  beforeAll(async () => {
    scene = await Scene.begin()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await scene?.end()
  })

  it.each([
    { language: 'ru', width: 390 },
    { language: 'en', width: 390 },
    { language: 'ru', width: 1280 },
    { language: 'en', width: 1280 },
  ] as const)('$language, $width pixels: after saving, Delete is pressed at once', { timeout: testMs }, async (one) => {
    const { language, width } = one
    const words = JSON.parse(readFileSync(new URL(`../../web/i18n/${language}.json`, import.meta.url), 'utf8'))
    const url = `http://127.0.0.1:${scene.server.ports.http}`
    const { id } = await scene.room({ pin: '0000' })
    const { page, context, complaints } = await openPage(browser, { locale: language, width })
    await page.request.post(`${url}/api/v1/sign-in`, { data: { login: 'admin', password: adminPassword } })
    await page.goto(`${url}/conferences/${id}`)
    expect(await page.evaluate(coveredParts)).toEqual([])

    const name = `Every second Thursday, ${language} ${width}`
    await page.getByLabel(words.conferences.fields.name, { exact: false }).fill(name)
    await page.getByRole('button', { name: words.ui.save, exact: true }).click()
    const notice = page.getByRole('alert').filter({ hasText: words.conferences.saved.replace('{{name}}', name) })
    await notice.waitFor()
    // It slides in: where it stands in the end is what counts.
    await expect.poll(() => page.evaluate(moving)).toBe(0)
    expect(await page.evaluate(coveredParts)).toEqual([])

    await page.getByRole('button', { name: words.ui.delete, exact: true }).click()
    await page.getByRole('dialog').getByText(words.conferences.deleting.title).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})
