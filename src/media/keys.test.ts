/** Keys (RFC 4733) through the media plane: told once, never heard, and a stuck one does not mute for good. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Sound } from './sound.ts'
import { Scene, listen, settle, tone, until } from './testing/scene.ts'

/** A tone of 8000 is heard at 8000; what leaks or hisses is far below this. */
const HEARD = 5000
const SILENT = 150

describe.each(['batched', 'portable'] as const)('keys (%s driver)', (driver) => {
  const scene = new Scene({ driver })
  const { engine } = scene
  let music: Sound

  beforeAll(async () => {
    await engine.start()
    music = engine.addSound('music', { pcm: tone(2000, 0.25), loop: true })
  })
  afterEach(() => scene.clear())
  afterAll(() => scene.close())

  it('tells each key once, and lets a key interrupt a prompt', async () => {
    const caller = await scene.join({ toneHz: 500 })
    const digits: string[] = []
    caller.stream.on('digit', (digit) => {
      digits.push(digit)
      caller.stream.stopPlaying()
    })
    const playing = caller.stream.play([music])
    await settle([caller.phone])
    caller.phone.press(1)
    caller.phone.press(1)
    caller.phone.press(11)
    expect(await playing).toBe('stopped')
    await until(() => digits.length === 3, 'three keys were told')
    await listen([caller.phone], 300)
    expect(digits).toEqual(['1', '1', '#'])
  })

  it('never lets a key be heard, nor concealment in its place', async () => {
    const mix = engine.openMix({ label: 'room' })
    const [a, b] = await Promise.all([500, 900].map((toneHz) => scene.join({ toneHz }, { mix })))
    if (!a || !b) throw new Error('two joined')
    await settle([a.phone, b.phone])
    let told = false
    a.stream.on('digit', () => (told = true))
    a.phone.press(7, { durationMs: 1000 })
    await until(() => told, 'the key was told')
    await listen([b.phone], 40) // two frames that were on their way
    await listen([b.phone], 400)
    expect(b.phone.loudest).toBeLessThan(20)
    mix.close()
  })

  it('hears one whose key is stuck again after a while', async () => {
    const mix = engine.openMix({ label: 'room' })
    const [a, b] = await Promise.all([500, 900].map((toneHz) => scene.join({ toneHz }, { mix })))
    if (!a || !b) throw new Error('two joined')
    await settle([a.phone, b.phone])
    let digits = 0
    a.stream.on('digit', () => digits++)
    a.phone.jam(1)
    await until(() => digits > 0, 'the key was told')
    await listen([b.phone], 400)
    expect(b.phone.hears(500)).toBeLessThan(SILENT)
    await listen([b.phone], 3000) // the key is taken to be stuck in this time
    await listen([b.phone], 400)
    expect(b.phone.hears(500)).toBeGreaterThan(HEARD)
    expect(digits).toBe(1)
    mix.close()
  })
})
