/** Who proves no account is refused, always in the same words; unless strangers are let in. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SipResponse } from '../../src/sip/message.ts'
import type { Conference } from '../../src/model/conference.ts'
import { CallRefused } from '../kit/dialling.ts'
import { toneSet } from '../kit/ears.ts'
import type { Phone } from '../kit/phone.ts'
import { expectHears, Scene } from '../kit/scene.ts'
import { until } from '../kit/wait.ts'

let scene: Scene
let room: Conference
let known: string

beforeAll(async () => {
  scene = await Scene.begin()
  room = await scene.room()
  known = (await scene.person()).number
})
afterEach(() => scene.clear())
afterAll(() => scene.end())

/** The refusal of a call, as its header fields say it, without what is random or the caller's own. */
async function refusal(phone: Phone, number: string): Promise<{ status: number; reason: string; fields: string[] }> {
  const dialling = phone.dial(number)
  await expect(dialling.answered).rejects.toBeInstanceOf(CallRefused)
  return plain(dialling.responses.at(-1))
}

function plain(response: SipResponse | undefined): { status: number; reason: string; fields: string[] } {
  if (!response) throw new Error('no response')
  const own = ['Via', 'From', 'To', 'Call-ID', 'CSeq']
  const fields = [...response.headers]
    .filter(([name]) => !own.includes(name))
    .map(([name, value]) => `${name}: ${value.replace(/nonce="[^"]*"/, 'nonce=""')}`)
  return { status: response.status, reason: response.reason, fields }
}

describe('a caller without an account', () => {
  it('is refused in the same words whatever is wrong and whatever was dialled', async () => {
    const nobody = await scene.phone({ number: 'nobody', secret: null })
    const wrongSecret = await scene.phone({ number: known, secret: 'not-the-secret' })
    const unknownUser = await scene.phone({ number: '9999', secret: 'any-secret' })
    const expected = await refusal(nobody, room.number)
    expect(expected.status).toBe(401)
    expect(await refusal(nobody, '404404')).toEqual(expected)
    expect(await refusal(nobody, known)).toEqual(expected)
    expect(await refusal(wrongSecret, room.number)).toEqual(expected)
    expect(await refusal(wrongSecret, '404404')).toEqual(expected)
    expect(await refusal(unknownUser, room.number)).toEqual(expected)
    expect((await wrongSecret.register()).status).toBe(401)
    expect((await unknownUser.register()).status).toBe(401)
    expect(await scene.server.api.rooms()).toEqual([])
    expect(await scene.server.api.history()).toEqual([])
  })

  it('enters when strangers are let in, but not under the number of an employee', async () => {
    await scene.server.api.changeSettings({ strangersMayCall: true })
    try {
      const tones = toneSet(2)
      const [one = 0, two = 0] = tones
      const stranger = await scene.phone({ number: '79161234567', secret: null, displayName: 'Somebody', toneHz: one })
      const employee = await scene.person({ toneHz: two })
      const [a, b] = [await stranger.call(room.number), await employee.call(room.number)]
      await expectHears(a, [two], tones)
      await expectHears(b, [one], tones)
      const [live] = await scene.server.api.rooms()
      expect(live?.participants.map(({ caller }) => ({ kind: caller.kind, number: caller.number, name: caller.name }))).toEqual([
        { kind: 'stranger', number: '79161234567', name: 'Somebody' },
        { kind: 'employee', number: employee.number, name: `Person ${employee.number}` },
      ])
      const impostor = await scene.phone({ number: known, secret: null })
      expect((await refusal(impostor, room.number)).status).toBe(401)
    } finally {
      await scene.server.api.changeSettings({ strangersMayCall: false })
    }
  })

  it("is sent no sound before the ACK, which shows that the call is not another one's doing", async () => {
    await scene.server.api.changeSettings({ strangersMayCall: true })
    try {
      const stranger = await scene.phone({ number: '79161234567', secret: null })
      const call = await stranger.call(room.number, { neverAcknowledge: true })
      const answers = () => stranger.client.received.filter((one) => one.kind === 'response' && one.status === 200).length
      await until(() => answers() >= 3, { what: 'the answer to be repeated', limitMs: 5000 })
      expect(call.sound.recording.received).toBe(0)
    } finally {
      await scene.server.api.changeSettings({ strangersMayCall: false })
    }
  })

  it('may not fill the house with calls that nobody acknowledges', async () => {
    await scene.server.api.changeSettings({ strangersMayCall: true })
    try {
      const forger = await scene.phone({ number: '79160000000', secret: null })
      const forged = await Promise.allSettled(Array.from({ length: 130 }, () => forger.call(room.number, { neverAcknowledge: true })))
      const statuses = forged.map((one) => (one.status === 'fulfilled' ? 200 : (one.reason as CallRefused).status))
      expect([statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 503).length]).toEqual([100, 30])
      for (const one of forged) if (one.status === 'fulfilled') await one.value.hangUp()
      const stranger = await scene.phone({ number: '79161234567', secret: null })
      for (let calls = 0; calls < 3; calls++) await (await stranger.call(room.number)).hangUp()
    } finally {
      await scene.server.api.changeSettings({ strangersMayCall: false })
    }
  })

  it('is refused again from the moment that strangers are not let in any more', async () => {
    const stranger = await scene.phone({ number: '79161234567', secret: null })
    expect((await refusal(stranger, room.number)).status).toBe(401)
  })
})

describe('an employee', () => {
  it('registers, and is known to be registered until unregistering', async () => {
    const phone = await scene.person()
    expect((await phone.register(120)).status).toBe(200)
    const refreshed = await phone.register(120)
    expect(refreshed.status).toBe(200)
    expect(refreshed.headers.contacts.map(({ uri }) => uri.port)).toEqual([phone.client.line.local.port])
    expect((await scene.server.api.status()).phones).toBe(1)
    expect((await phone.register(0)).status).toBe(200)
    expect((await scene.server.api.status()).phones).toBe(0)
  })

  it('who dials a number that nobody has gets 404, one of a colleague 480', async () => {
    const phone = await scene.person()
    expect((await refusal(phone, '987654')).status).toBe(404)
    expect((await refusal(phone, 'not-a-number')).status).toBe(404)
    expect((await refusal(phone, known)).status).toBe(480)
  })
})
