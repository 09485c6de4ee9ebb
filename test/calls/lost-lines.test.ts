/** Lines that die without a word, and people who take their time. All at the same time, each in a room of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasOtherSound, toneSet } from '../kit/ears.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { expectHears, expectMusic, expectSilence, Scene } from '../kit/scene.ts'
import { until } from '../kit/wait.ts'

const tones = toneSet(2)
const [one = 0, two = 0] = tones
/** The shortest that the server takes. */
const silentLineSeconds = 10

let scene: Scene

beforeAll(async () => {
  scene = await Scene.begin()
  await scene.server.api.changeSettings({ silentLineSeconds })
})
afterAll(() => scene.end())

describe.concurrent('a line that is lost', () => {
  it('leaves the room when no sound has come for the set time, and not sooner', { timeout: 40_000 }, async () => {
    const { number } = await scene.room()
    const [a, b] = await scene.meeting(number, [one, two])
    await expectHears(a, [two], tones)
    const vanishedAtMs = performance.now()
    b.phone.vanish()
    await expectSilence(a)
    await scene.untilInside(number, 1, silentLineSeconds * 1000 + 4000)
    expect(performance.now() - vanishedAtMs).toBeGreaterThan(silentLineSeconds * 1000 - 500)
    expect(await scene.endReason(b.callId)).toBe('line-lost')
    await expectMusic(a)
  })

  it('is not one that is on hold', { timeout: 40_000 }, async () => {
    const { number } = await scene.room()
    const [a, b] = await scene.meeting(number, [one, two])
    await b.hold('inactive')
    const heldAtMs = performance.now()
    await until(() => performance.now() - heldAtMs > silentLineSeconds * 1000 + 2500, {
      what: 'the time of a lost line to pass',
      limitMs: 20_000,
    })
    expect(b.end).toBeNull()
    await b.resume()
    await expectHears(a, [two], tones)
  })

  it('leaves the room when the session timer is not refreshed, though sound goes on', { timeout: 120_000 }, async () => {
    const { number } = await scene.room()
    const [a] = await scene.meeting(number, [one])
    const b = await (
      await scene.person({ toneHz: two })
    ).call(number, {
      headers: [
        ['Supported', 'timer'],
        ['Session-Expires', '90;refresher=uac'],
        ['Min-SE', '90'],
      ],
    })
    await expectHears(a, [two], tones)
    b.phone.client.line.cut = true
    await scene.untilInside(number, 1, 95_000)
    expect(await scene.endReason(b.callId)).toBe('line-lost')
    // Its packets still come, and reach nobody.
    await expectMusic(a)
  })

  it('is one whose ACK never comes', { timeout: 60_000 }, async () => {
    const { number } = await scene.room()
    const call = await (await scene.person()).call(number, { neverAcknowledge: true })
    const end = await call.untilEnded(40_000)
    expect(end.reason === null || end.reason.length > 0).toBe(true)
    expect(await scene.endReason(call.callId)).toBe('line-lost')
    const oks = call.phone.client.received.filter(
      (message) => message.kind === 'response' && message.status === 200 && message.headers.cseq.method === 'INVITE',
    )
    expect(oks.length).toBeGreaterThan(5)
  })
})

describe.concurrent('patience at the door', () => {
  it('lasts ten seconds after the prompt, then asks again, and the right PIN still lets in', { timeout: 40_000 }, async () => {
    const { number } = await scene.room({ pin: '31' })
    const call = await (await scene.person()).call(number)
    await expectMusic(call)
    await expectSilence(call)
    const quietAtMs = performance.now()
    await expectMusicWithin(call, 14_000)
    expect(performance.now() - quietAtMs).toBeGreaterThan(8000)
    await call.sound.press('31')
    await scene.untilInside(number, 1)
    await expectMusic(call)
  })

  it('ends five seconds after the last digit: what was pressed then is too late', { timeout: 40_000 }, async () => {
    const { number } = await scene.room({ pin: '31' })
    const call = await (await scene.person()).call(number)
    await expectMusic(call)
    await call.sound.press('3')
    await expectSilence(call)
    await expectMusicWithin(call, 8000)
    await call.sound.press('1')
    await expectSilence(call)
    await scene.untilInside(number, 0)
    await call.sound.press('#')
    await call.sound.press('31')
    await scene.untilInside(number, 1)
  })
})

async function expectMusicWithin(call: PhoneCall, limitMs: number): Promise<void> {
  await until(async () => hasOtherSound(await call.sound.listen(200)), { what: 'the prompt to be spoken again', limitMs })
}
