/** The code of a section that does not come: said in words, with a way on; and fetched early, so that it is rarely met. */
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scene } from '../kit/scene.ts'
import { adminPassword } from '../kit/server.ts'
import { hasChromium, openBrowser, openPage } from './browser.ts'

const languages = ['ru', 'en'] as const
/** The sections of the menu, and the files that hold them. */
const sections = ['conferences', 'employees', 'history', 'settings', 'apiKeys', 'status'] as const
const testMs = 60_000
const lastFile = /\/assets\/status-page-[^/]*\.js$/

describe.skipIf(!hasChromium)('the sections of the panel (package chromium)', () => {
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

  it.each(languages)('%s: one that cannot be loaded says so, and another attempt opens it', { timeout: testMs }, async (language) => {
    const words = wordsOf(language)
    const { page, context, complaints } = await openPage(browser, { locale: language })
    await context.route(lastFile, (route) => route.abort())
    await open(page, words)
    const failure = page.getByText(words.failure.notLoaded)
    const here = page.getByRole('heading', { level: 1, name: words.status.title })

    await menu(page, words, 'status').click()
    await failure.waitFor()
    await menu(page, words, 'history').click()
    await page.getByRole('heading', { level: 1, name: words.history.title }).waitFor()
    await menu(page, words, 'status').click()
    await failure.waitFor()
    await page.getByRole('button', { name: words.ui.retry }).click()
    await failure.waitFor()

    await context.unroute(lastFile)
    await page.getByRole('button', { name: words.ui.retry }).click()
    await here.waitFor()

    await context.route(lastFile, (route) => route.abort())
    await page.reload()
    await failure.waitFor()
    await context.unroute(lastFile)
    await page.getByRole('button', { name: words.failure.reload }).click()
    await here.waitFor()
    expect(complaints.filter((text) => !/ERR_FAILED|dynamically imported module|not loaded/.test(text))).toEqual([])
    await context.close()
  })

  it('all are there when the server goes away after a quiet moment', { timeout: testMs }, async () => {
    const words = wordsOf('ru')
    const { page, context } = await openPage(browser, { locale: 'ru' })
    await open(page, words)
    const fetched = `performance.getEntriesByType('resource').filter(({ name }) => ${lastFile}.test(name)).length`
    await expect.poll(() => page.evaluate(fetched), { timeout: 10_000 }).toBeGreaterThan(0)
    await scene.server.stop()
    for (const section of sections) {
      await menu(page, words, section).click()
      await page.getByRole('heading', { level: 1, name: words[section].title, exact: true }).waitFor()
    }
    await scene.server.run()
    await context.close()
  })

  async function open(page: Page, words: Words): Promise<void> {
    const url = `http://127.0.0.1:${scene.server.ports.http}`
    await page.request.post(`${url}/api/v1/sign-in`, { data: { login: 'admin', password: adminPassword } })
    await page.goto(url)
    await page.getByRole('heading', { level: 1, name: words.conferences.title }).waitFor()
  }
})

type Words = ReturnType<typeof wordsOf>

function wordsOf(language: (typeof languages)[number]) {
  return JSON.parse(readFileSync(new URL(`../../web/i18n/${language}.json`, import.meta.url), 'utf8'))
}

function menu(page: Page, words: Words, section: (typeof sections)[number]) {
  return page.getByRole('link', { name: words.menu[section], exact: true })
}
