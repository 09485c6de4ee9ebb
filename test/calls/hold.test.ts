/** Hold and resume in all styles, changed offers, offers that come late. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SipResponse } from '../../src/sip/message.ts'
import { toneSet } from '../kit/ears.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { expectHears, expectSilence, Scene } from '../kit/scene.ts'
import { pause, until } from '../kit/wait.ts'

const tones = toneSet(3)
const [one = 0, two = 0, three = 0] = tones

let scene: Scene

beforeAll(async () => {
  scene = await Scene.begin()
})
afterEach(() => scene.clear())
afterAll(() => scene.end())

async function threeInARoom(): Promise<{ number: string; a: PhoneCall; b: PhoneCall; c: PhoneCall }> {
  const { number } = await scene.room()
  const [a, b, c] = await scene.meeting(number, [one, two, three])
  await expectHears(a, [two, three], tones)
  return { number, a: a, b: b, c: c }
}

async function expectNothingComes(call: PhoneCall): Promise<void> {
  // What was under way when the answer came may still arrive.
  await pause(60)
  const since = performance.now()
  await pause(300)
  expect(call.sound.recording.since(since)).toHaveLength(0)
}

describe('hold', () => {
  it('by sendonly keeps the holding phone, and the music it sends, out of the room', async () => {
    const { number, a, b, c } = await threeInARoom()
    const answer = await b.hold('sendonly')
    expect(answer.status).toBe(200)
    expect(b.theirs.direction).toBe('recvonly')
    // The phone goes on sending its tone, as one that plays music while holding.
    await expectHears(a, [three], tones)
    await expectHears(c, [one], tones)
    await expectNothingComes(b)
    const [room] = (await scene.server.api.rooms()).filter((room) => room.number === number)
    expect(room?.participants.map(({ held }) => held)).toEqual([false, true, false])
    expect((await b.resume()).status).toBe(200)
    expect(b.theirs.direction).toBe('sendrecv')
    await expectHears(a, [two, three], tones)
    await expectHears(b, [one, three], tones)
  })

  for (const how of ['inactive', 'zero-address'] as const) {
    it(`by ${how} stops sound both ways until it is resumed`, async () => {
      const { a, b } = await threeInARoom()
      expect((await b.hold(how)).status).toBe(200)
      expect(b.theirs.direction).toBe('inactive')
      await expectHears(a, [three], tones)
      await expectNothingComes(b)
      expect((await b.resume()).status).toBe(200)
      await expectHears(a, [two, three], tones)
      await expectHears(b, [one, three], tones)
    })
  }

  it('by UPDATE works as by re-INVITE', async () => {
    const { a, b } = await threeInARoom()
    expect((await b.reoffer({ direction: 'sendonly' }, 'UPDATE')).status).toBe(200)
    await expectHears(a, [three], tones)
    expect((await b.reoffer({ direction: 'sendrecv' }, 'UPDATE')).status).toBe(200)
    await expectHears(a, [two, three], tones)
  })

  it('may be mutual', async () => {
    const { number } = await scene.room()
    const [a, b] = await scene.meeting(number, [one, two])
    await expectHears(a, [two], tones)
    await a.hold('sendonly')
    await b.hold('inactive')
    await expectNothingComes(a)
    await expectNothingComes(b)
    await a.resume()
    await expectSilence(a)
    await b.resume()
    await expectHears(a, [two], tones)
    await expectHears(b, [one], tones)
  })

  it('often and fast leaves the line as it was said last', async () => {
    const { a, b } = await threeInARoom()
    for (let turn = 0; turn < 8; turn++) {
      await b.hold(turn % 2 === 0 ? 'sendonly' : 'inactive')
      await b.resume()
    }
    await expectHears(a, [two, three], tones)
    await expectHears(b, [one, three], tones)
  })
})

describe('an offer', () => {
  it('may come late: the answer to our offer is in the ACK', async () => {
    const { number } = await scene.room()
    const [a] = await scene.meeting(number, [one])
    const b = await (await scene.person({ toneHz: two })).call(number, { late: true })
    expect(b.theirs.payloadTypes).toEqual([8, 0])
    await expectHears(a, [two], tones)
    await expectHears(b, [one], tones)
  })

  it('may be asked of us in the middle of a call', async () => {
    const { a, b } = await threeInARoom()
    expect((await b.lateReinvite()).status).toBe(200)
    expect(b.theirs.payloadTypes).toEqual([8, 0])
    await expectHears(a, [two, three], tones)
    expect((await b.lateReinvite({ direction: 'sendonly' })).status).toBe(200)
    await expectHears(a, [three], tones)
  })

  it('may change the codec of a call', async () => {
    const { a, b } = await threeInARoom()
    expect((await b.reoffer({ payloadTypes: [0] })).status).toBe(200)
    expect(b.theirs.payloadTypes).toEqual([0])
    await expectHears(b, [one, three], tones)
    await expectHears(a, [two, three], tones)
    await until(() => b.sound.recording.last?.payloadType === 0, { what: 'mu-law' })
  })

  it('that we cannot take is refused with 488 and changes nothing', async () => {
    const { a, b } = await threeInARoom()
    const before = versionOf(await b.reoffer({}))
    const body = new TextEncoder().encode(
      'v=0\r\no=phone 1 9 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n',
    )
    const answer = await b.send('UPDATE', { headers: [['Content-Type', 'application/sdp']], body })
    expect(answer.status).toBe(488)
    await expectHears(a, [two, three], tones)
    await expectHears(b, [one, three], tones)
    // Each description that we send has the next version (RFC 3264 §8); the refused one had none.
    expect(versionOf(await b.reoffer({}))).toBe(before + 1)
  })
})

function versionOf({ body }: SipResponse): number {
  return Number(/^o=\S+ \S+ (\d+) /m.exec(new TextDecoder().decode(body))?.[1])
}
