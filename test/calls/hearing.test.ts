/** Everybody hears everybody else and never himself; codec and packet length are each phone's own affair. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toneSet } from '../kit/ears.ts'
import { expectHears, Scene } from '../kit/scene.ts'

let scene: Scene

beforeAll(async () => {
  scene = await Scene.begin()
})
afterEach(() => scene.clear())
afterAll(() => scene.end())

describe('a room', () => {
  for (const count of [2, 3, 10]) {
    it(`of ${count} phones lets each hear all others and not himself`, async () => {
      const { number } = await scene.room()
      const tones = toneSet(count)
      const calls = await scene.meeting(number, tones)
      await Promise.all(calls.map((call, index) => expectHears(call, tones.toSpliced(index, 1), tones)))
    })
  }

  it('goes on for the others when one leaves, and takes one who comes later', async () => {
    const { number } = await scene.room()
    const tones = toneSet(4)
    const [first = 0, second = 0, third = 0, late = 0] = tones
    const [a, b, c] = await scene.meeting(number, [first, second, third])
    await expectHears(a, [second, third], tones)
    await c.hangUp()
    await expectHears(a, [second], tones)
    await expectHears(b, [first], tones)
    const [d] = await scene.meeting(number, [late])
    await expectHears(a, [second, late], tones)
    await expectHears(d, [first, second], tones)
  })

  it('joins A-law and mu-law, and packets of 10, 20, 30 and 60 ms', async () => {
    const { number } = await scene.room()
    const ways = [
      { payloadTypes: [8], periodMs: 10 },
      { payloadTypes: [0], periodMs: 20 },
      { payloadTypes: [8], periodMs: 30 },
      { payloadTypes: [0], periodMs: 60 },
    ] as const
    const tones = toneSet(ways.length)
    const calls = []
    for (const [index, way] of ways.entries())
      calls.push(await (await scene.person({ toneHz: tones[index] ?? null })).call(number, way))
    await Promise.all(calls.map((call, index) => expectHears(call, tones.toSpliced(index, 1), tones)))
    // Each hears the codec it asked for, in packets of the length it asked for.
    const packets = calls.map(({ sound }) => ({
      payloadType: sound.recording.last?.payloadType,
      lengthBytes: sound.recording.last?.payload.length,
    }))
    expect(packets).toEqual(ways.map(({ payloadTypes: [payloadType], periodMs }) => ({ payloadType, lengthBytes: periodMs * 8 })))
  })

  it('keeps two rooms apart', async () => {
    const tones = toneSet(4)
    const [one = 0, two = 0, three = 0, four = 0] = tones
    const [left, right] = [await scene.room(), await scene.room()]
    const [a, b] = await scene.meeting(left.number, [one, two])
    const [c, d] = await scene.meeting(right.number, [three, four])
    await Promise.all([
      expectHears(a, [two], tones),
      expectHears(b, [one], tones),
      expectHears(c, [four], tones),
      expectHears(d, [three], tones),
    ])
  })
})
