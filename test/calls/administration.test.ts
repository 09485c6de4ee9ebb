/** What an administrator does while people are in their rooms. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ApiRefused } from '../kit/api.ts'
import { CallRefused } from '../kit/dialling.ts'
import { loudness, toneSet } from '../kit/ears.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { samplesOf } from '../kit/recording.ts'
import { expectHears, expectMusic, expectSilence, Scene } from '../kit/scene.ts'
import { pause } from '../kit/wait.ts'

const tones = toneSet(3)
const [one = 0, two = 0, three = 0] = tones

let scene: Scene

beforeAll(async () => {
  scene = await Scene.begin()
})
afterEach(() => scene.clear())
afterAll(() => scene.end())

describe('a conference', () => {
  it('can be dialled from the moment that it was made', async () => {
    const phone = await scene.person()
    for (let round = 0; round < 5; round++) {
      const { number } = await scene.room()
      const call = await phone.call(number)
      await call.hangUp()
    }
  })

  it('that gets another number keeps those inside, and takes new ones there only', async () => {
    const room = await scene.room()
    const [a, b] = await scene.meeting(room.number, [one, two])
    const number = `${room.number}9`
    await scene.server.api.changeConference(room.id, { number })
    await expectHears(a, [two], tones)
    const late = await scene.person({ toneHz: three })
    await expect(late.call(room.number)).rejects.toMatchObject({ name: 'CallRefused', status: 404 })
    const c = await late.call(number)
    await expectHears(c, [one, two], tones)
    await expectHears(b, [one, three], tones)
    expect((await scene.server.api.rooms()).map((live) => live.number)).toEqual([number])
  })

  it('that gets a PIN asks the next caller; those inside stay', async () => {
    const room = await scene.room()
    const [a, b] = await scene.meeting(room.number, [one, two])
    await scene.server.api.changeConference(room.id, { pin: '2468' })
    const c = await (await scene.person({ toneHz: three })).call(room.number)
    await expectMusic(c, tones)
    await expectHears(a, [two], tones)
    await c.sound.press('2468')
    await expectHears(c, [one, two], tones)
    await expectHears(b, [one, three], tones)
  })

  it('that gets another PIN meets it at the door, where somebody is typing', async () => {
    const room = await scene.room({ pin: '1111' })
    const call = await (await scene.person()).call(room.number)
    await call.sound.press('22')
    await scene.server.api.changeConference(room.id, { pin: '2233' })
    await call.sound.press('33')
    await scene.untilInside(room.number, 1)
  })

  it('that loses its PIN lets in who is at the door', async () => {
    const room = await scene.room({ pin: '1111' })
    const call = await (await scene.person()).call(room.number)
    await expectMusic(call)
    await scene.server.api.changeConference(room.id, { pin: null })
    await scene.untilInside(room.number, 1)
  })

  it('with people inside is deleted only when asked twice, with a spoken goodbye', async () => {
    const room = await scene.room({ pin: '55' })
    const [a, b] = await scene.meeting(room.number, [null, null])
    await Promise.all([a.sound.press('55'), b.sound.press('55')])
    await scene.untilInside(room.number, 2)
    const waiting = await (await scene.person()).call(room.number)
    await expectMusic(waiting)
    await expectSilence(a)

    const refusal = await scene.server.api.deleteConference(room.id).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ApiRefused)
    expect(refusal).toMatchObject({ status: 409, code: 'room-is-live' })
    await expectSilence(a)

    const deleted = scene.server.api.deleteConference(room.id, '?end=true')
    await Promise.all([expectMusic(a), expectMusic(b), expectMusic(waiting)])
    await deleted
    for (const call of [a, b, waiting]) {
      await call.untilEnded()
      expect(await scene.endReason(call.callId)).toBe('conference-ended')
    }
    expect(await scene.server.api.rooms()).toEqual([])
    await expect((await scene.person()).call(room.number)).rejects.toBeInstanceOf(CallRefused)
  })

  it('is ended also for a phone that does not obey BYE', async () => {
    const room = await scene.room()
    const [a, b] = await scene.meeting(room.number, [one, two])
    b.ignoresBye = true
    await scene.server.api.deleteConference(room.id, '?end=true')
    await a.untilEnded()
    expect(await scene.server.api.rooms()).toEqual([])
    expect(await scene.endReason(b.callId)).toBe('conference-ended')
    expect((await scene.server.api.status()).participants).toBe(0)
    b.ignoresBye = false
    await b.untilEnded()
  })

  it('tells by a tone who comes and goes, if it is set so', async () => {
    for (const joinTone of [false, true]) {
      const room = await scene.room({ joinTone })
      const [a, b] = await scene.meeting(room.number, [null, null])
      await expectSilence(a)
      const joined = await loudMsWhile(a, async () => void (await (await scene.person()).call(room.number)))
      const left = await loudMsWhile(a, () => b.hangUp())
      if (joinTone) expect(Math.min(joined, left)).toBeGreaterThanOrEqual(60)
      else expect([joined, left]).toEqual([0, 0])
      await scene.clear()
    }
  })
})

/** How much of what `call` hears from `action` on, for a second, is not silence. */
async function loudMsWhile(call: PhoneCall, action: () => Promise<void>): Promise<number> {
  const sinceMs = performance.now()
  await action()
  await pause(1000)
  return call.sound.recording.since(sinceMs).filter((packet) => loudness(samplesOf(packet)) > -50).length * 20
}
