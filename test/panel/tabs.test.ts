/** Many tabs, many page loads, and the back button: no page may keep what the next one needs. */
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Scene } from '../kit/scene.ts'
import { adminPassword } from '../kit/server.ts'
import { hasChromium, openPlainBrowser } from './browser.ts'

/** More than the connections that a browser allows to one server. */
const many = 10
const loadedWithinMs = 5000
const seenWithinMs = 1000
const testMs = 90_000

describe.skipIf(!hasChromium)('the panel in a browser as people have it (package chromium)', () => {
  let scene: Scene
  let context: BrowserContext
  let close: () => Promise<void>
  let roomNumber: string

  beforeAll(async () => {
    scene = await Scene.begin()
    roomNumber = (await scene.room()).number
  })
  beforeEach(async () => {
    ;({ context, close } = await openPlainBrowser())
    await context.request.post(`${url(scene)}/api/v1/sign-in`, { data: { login: 'admin', password: adminPassword } })
  })
  afterEach(async () => {
    await close?.()
    await scene.clear()
  })
  afterAll(() => scene?.end())

  it('ten tabs all load, and a hidden one shows within a second of being looked at who came', { timeout: testMs }, async () => {
    const tabs: Page[] = []
    for (let tab = 0; tab < many; tab++) {
      const page = await context.newPage()
      await open(page, `${url(scene)}/conferences`)
      tabs.push(page)
    }
    const [first] = tabs as [Page, ...Page[]]
    expect(await first.evaluate('document.visibilityState')).toBe('hidden')
    const person = await scene.person()
    const call = await person.call(roomNumber)
    await scene.untilInside(roomNumber, 1)

    await first.bringToFront()
    const inside = first.getByText(`Person ${person.number}`).first()
    await inside.waitFor({ timeout: seenWithinMs })
    await call.hangUp()
    await inside.waitFor({ state: 'detached', timeout: seenWithinMs })
  })

  it('ten addresses in one tab all load, and the page kept for Back lives on', { timeout: testMs }, async () => {
    const page = await context.newPage()
    for (let load = 0; load < many; load++) {
      await open(page, `${url(scene)}/${load % 2 === 0 ? 'conferences' : 'history'}?${load}`)
    }
    const person = await scene.person()
    await person.call(roomNumber)
    await scene.untilInside(roomNumber, 1)

    await page.goBack({ waitUntil: 'commit' })
    expect(new URL(page.url()).search).toBe(`?${many - 2}`)
    await page.getByText(`Person ${person.number}`).first().waitFor({ timeout: seenWithinMs })
    expect(await page.evaluate('performance.getEntriesByType("navigation")[0].type')).toBe('navigate')
  })
})

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: 'commit', timeout: loadedWithinMs })
  await page.getByRole('heading', { level: 1 }).waitFor({ timeout: loadedWithinMs })
}

function url(scene: Scene): string {
  return `http://127.0.0.1:${scene.server.ports.http}`
}
