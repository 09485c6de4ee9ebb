/** An administrator's first minute, in both languages: sign in, add a room, dial it, see who is in it. */
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Scene } from '../kit/scene.ts'
import { adminPassword } from '../kit/server.ts'
import { hasChromium, openBrowser, openPage } from './browser.ts'

const languages = ['ru', 'en'] as const
const seenWithinMs = 1000

describe.skipIf(!hasChromium)('the panel in a browser (package chromium)', () => {
  let scene: Scene
  let browser: Browser

  beforeAll(async () => {
    scene = await Scene.begin()
    browser = await openBrowser()
  })
  afterEach(() => scene.clear())
  afterAll(async () => {
    await browser?.close()
    await scene?.end()
  })

  it.each(languages)('%s: add a room, dial it, see the caller come and go within a second', async (language) => {
    const words = JSON.parse(readFileSync(new URL(`../../web/i18n/${language}.json`, import.meta.url), 'utf8'))
    const { page, context, complaints } = await openPage(browser, { locale: language })
    await page.goto(url(scene))
    await page.getByLabel(words.signIn.login, { exact: true }).fill('admin')
    await page.getByLabel(words.signIn.password, { exact: true }).fill(adminPassword)
    await page.getByRole('button', { name: words.signIn.enter }).click()

    await page.getByRole('link', { name: words.menu.conferences, exact: true }).click()
    await page.getByRole('link', { name: words.conferences.add }).click()
    const number = page.getByLabel(words.conferences.fields.number, { exact: false })
    await expect.poll(() => number.inputValue()).toMatch(/^\d+$/)
    const suggested = await number.inputValue()

    await number.fill('1111')
    await page.getByText(/Planning/).first().waitFor()
    await number.fill(suggested)
    const name = `Room ${language}`
    await page.getByLabel(words.conferences.fields.name, { exact: false }).fill(name)
    await page.getByRole('button', { name: words.ui.save, exact: true }).click()
    await expect.poll(async () => (await scene.server.api.conferences()).find((one) => one.name === name)?.number).toBe(suggested)

    await page.getByRole('link', { name: words.menu.conferences, exact: true }).click()
    const row = page.getByRole('row', { name: new RegExp(name) })
    await row.waitFor()
    const person = await scene.person()
    const call = await person.call(suggested)
    const inside = row.getByText(`Person ${person.number}`)
    await inside.first().waitFor({ timeout: seenWithinMs })
    await call.hangUp()
    await inside.first().waitFor({ state: 'detached', timeout: seenWithinMs })

    await page.getByRole('link', { name: words.menu.history, exact: true }).click()
    await page.getByText(`Person ${person.number}`).first().waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it.each(['conferences', 'employees', 'history', 'settings', 'api-keys', 'status'])('%s fits a phone-width screen in Russian', async (path) => {
    const { page, context, complaints } = await openPage(browser, { locale: 'ru', width: 390 })
    await page.request.post(`${url(scene)}/api/v1/sign-in`, { data: { login: 'admin', password: adminPassword } })
    await page.goto(`${url(scene)}/${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect(overflow).toBeLessThanOrEqual(0)
    expect(complaints).toEqual([])
    await context.close()
  })
})

function url(scene: Scene): string {
  return `http://127.0.0.1:${scene.server.ports.http}`
}
