/** Sound over lines that lose, delay and shuffle packets. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { judge, talkAmplitude, toneLevel, toneSet } from '../kit/ears.ts'
import { Relay } from '../kit/network.ts'
import { PhoneSound, type Destination } from '../kit/phone-sound.ts'
import { expectHears, expectMusic, Scene } from '../kit/scene.ts'
import { newSeed } from '../kit/wait.ts'

const tones = toneSet(2)
const [one = 0, two = 0] = tones
const sentDb = 20 * Math.log10(talkAmplitude / 32767)

let scene: Scene
const relays: Relay[] = []

beforeAll(async () => {
  scene = await Scene.begin()
})
afterEach(async () => {
  await scene.clear()
  for (const relay of relays.splice(0)) relay.close()
})
afterAll(() => scene.end())

describe('a bad line', () => {
  it('of 5 % loss and 30 ms of jitter is still understood', async () => {
    const seed = newSeed('bad line')
    const { number } = await scene.room()
    const [a] = await scene.meeting(number, [one])
    const weather = { loss: 0.05, delayMs: 20, jitterMs: 30, duplicated: 0.02 }
    const soundVia = async (to: Destination) => {
      const relay = await Relay.open({ to, seed, up: weather, down: weather })
      relays.push(relay)
      return relay.address
    }
    const b = await (await scene.person({ toneHz: two, soundVia })).call(number)
    await scene.untilInside(number, 2)
    await a.sound.listen(1000)
    const [heardByA, heardByB] = await Promise.all([a.sound.listen(3000), b.sound.listen(2000)])
    expect(toneLevel(heardByA, two)).toBeGreaterThan(sentDb - 2.5)
    expect(toneLevel(heardByA, two)).toBeLessThan(sentDb + 1)
    expect(judge(heardByA, [one]).tones).toEqual([])
    expect(toneLevel(heardByB, one)).toBeGreaterThan(sentDb - 2.5)
    // In almost every short piece of it the tone is there: no long holes.
    const piece = 8 * 60
    let holes = 0
    for (let at = 0; at + piece <= heardByA.length; at += piece)
      if (toneLevel(heardByA.subarray(at, at + piece), two) < sentDb - 6) holes++
    expect(holes).toBeLessThanOrEqual(4)
  })

  it('of 15 % loss, shuffled and repeated, still gives a PIN, each key once', async () => {
    const seed = newSeed('keys over a bad line')
    const { number } = await scene.room({ pin: '112233' })
    const soundVia = async (to: Destination) => {
      const relay = await Relay.open({ to, seed, up: { loss: 0.15, delayMs: 10, jitterMs: 40, duplicated: 0.2 } })
      relays.push(relay)
      return relay.address
    }
    const call = await (await scene.person({ soundVia })).call(number)
    await expectMusic(call)
    await call.sound.press('112233', { pressMs: 80, gapMs: 80 })
    await scene.untilInside(number, 1)
  })

  it('of a phone that begins anew, with another source and other numbers, is heard again', async () => {
    const { number } = await scene.room()
    const [a, b] = await scene.meeting(number, [one, two])
    await expectHears(a, [two], tones)
    b.sound.newSource()
    await expectHears(a, [two], tones)
    await expectHears(b, [one], tones)
  })

  it('whose NAT forgets the way in the middle of a call is heard again', { timeout: 40_000 }, async () => {
    const { number } = await scene.room()
    const [a] = await scene.meeting(number, [one])
    let relay: Relay | undefined
    const soundVia = async (to: Destination) => {
      relay = await Relay.open({ to, seed: 1 })
      relays.push(relay)
      return relay.address
    }
    const b = await (await scene.person({ toneHz: two, soundVia })).call(number)
    await expectHears(a, [two], tones)
    relay?.rebind()
    await expectHears(a, [two], tones)
    await expectHears(b, [one], tones)
  })

  it('with a foreign voice on its port does not let it in', async () => {
    const { number } = await scene.room()
    const [a, b] = await scene.meeting(number, [one, null])
    await expectHears(b, [one], tones)
    // Same machine, another port: sound aimed at where B's is expected.
    const intruder = await PhoneSound.open('127.0.0.1')
    intruder.toneHz = two
    intruder.start({ address: b.theirs.address, port: b.theirs.port }, { payloadType: 8, periodMs: 20 })
    const heard = await Promise.all([a.sound.listen(1000), b.sound.listen(1000)])
    intruder.close()
    expect(heard.map((samples) => judge(samples, tones))).toMatchObject([
      { tones: [], unclear: [] },
      { tones: [one], unclear: [] },
    ])
    expect(intruder.recording.received).toBe(0)
    await expectHears(b, [one], tones)
  })
})
