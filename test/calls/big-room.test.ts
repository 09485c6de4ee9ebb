/** A room has no limit: two hundred phones, a few of them talking. */
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { PhoneCall } from '../kit/phone-call.ts'
import { toneSet } from '../kit/ears.ts'
import { expectHears, Scene } from '../kit/scene.ts'

const size = 200
const atOnce = 20
const tones = toneSet(6)

let scene: Scene

beforeAll(async () => {
  scene = await Scene.begin()
})
afterAll(() => scene.end())

describe('a room of two hundred', () => {
  it('lets everybody hear the talkers, and no talker himself', { timeout: 90_000 }, async () => {
    const { number } = await scene.room()
    const calls: PhoneCall[] = []
    while (calls.length < size) {
      const wave = Array.from({ length: atOnce }, (_, index) => tones[calls.length + index] ?? null)
      calls.push(...(await Promise.all(wave.map(async (toneHz) => (await scene.person({ toneHz })).call(number)))))
    }
    await scene.untilInside(number, size)
    const listeners = calls.filter((_, index) => index >= tones.length && index % 16 === 0)
    await Promise.all(listeners.map((call) => expectHears(call, tones, tones)))
    await Promise.all(calls.slice(0, tones.length).map((call, index) => expectHears(call, tones.toSpliced(index, 1), tones)))
  })
})
