/** The ways that calls come by: UDP and TCP, IPv4 and IPv6, through NAT, over networks that lose and repeat messages. */
import { networkInterfaces } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toneSet } from '../kit/ears.ts'
import { Relay } from '../kit/network.ts'
import type { Destination } from '../kit/phone-sound.ts'
import { expectHears, Scene } from '../kit/scene.ts'
import { newSeed } from '../kit/wait.ts'

const tones = toneSet(2)
const [one = 0, two = 0] = tones

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

async function relayTo(
  to: Destination,
  weather: Omit<Parameters<typeof Relay.open>[0], 'to' | 'seed'> & { readonly seed?: number } = {},
): Promise<Relay> {
  const relay = await Relay.open({ to, seed: 1, ...weather })
  relays.push(relay)
  return relay
}

describe('a call over TCP', () => {
  it('works as one over UDP, both ways of hanging up', async () => {
    const room = await scene.room()
    const [a] = await scene.meeting(room.number, [one])
    const phone = await scene.person({ toneHz: two, transport: 'tcp' })
    expect((await phone.register()).status).toBe(200)
    const b = await phone.call(room.number)
    await expectHears(a, [two], tones)
    await expectHears(b, [one], tones)
    expect((await b.hold()).status).toBe(200)
    expect((await b.resume()).status).toBe(200)
    await b.hangUp()
    expect(await scene.endReason(b.callId)).toBe('hung-up')
    const c = await phone.call(room.number)
    await scene.server.api.deleteConference(room.id, '?end=true')
    await c.untilEnded()
  })
})

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
if (!hasIpv6) process.stdout.write('skipped: this machine has no IPv6\n')

describe.skipIf(!hasIpv6)('a call over IPv6', () => {
  for (const transport of ['udp', 'tcp'] as const) {
    it(`works, with signalling over ${transport.toUpperCase()}`, async () => {
      const six = await Scene.begin({ address: '::1' })
      const { number } = await six.room()
      const a = await (await six.person({ toneHz: one, transport })).call(number)
      const b = await (await six.person({ toneHz: two, transport })).call(number)
      expect(b.theirs.address).toBe('::1')
      await expectHears(a, [two], tones)
      await expectHears(b, [one], tones)
      await six.end()
    })
  }
})

describe('a phone behind NAT', () => {
  it('is heard and hears, and gets its BYE, though nothing it says of its address is true', async () => {
    const room = await scene.room()
    const [a] = await scene.meeting(room.number, [one])
    const door = await relayTo(scene.server.sip())
    const soundVia = async (to: Destination) => (await relayTo(to)).address
    const phone = await scene.person({
      toneHz: two,
      target: { transport: 'udp', ...door.address },
      believes: '10.99.0.5',
      soundVia,
    })
    expect((await phone.register()).status).toBe(200)
    const b = await phone.call(room.number)
    await expectHears(a, [two], tones)
    await expectHears(b, [one], tones)
    await scene.server.api.deleteConference(room.id, '?end=true')
    await b.untilEnded()
  })
})

describe('signalling over a bad network', () => {
  it('makes one call of messages that all come twice', async () => {
    const room = await scene.room()
    const [a] = await scene.meeting(room.number, [one])
    const relay = await relayTo(scene.server.sip(), { up: { duplicated: 1 }, down: { duplicated: 1 } })
    const phone = await scene.person({ toneHz: two, target: { transport: 'udp', ...relay.address } })
    const b = await phone.call(room.number)
    await expectHears(a, [two], tones)
    await scene.untilInside(room.number, 2)
    await b.hangUp()
    await scene.untilInside(room.number, 1)
    const rows = (await scene.server.api.history()).filter(({ caller }) => caller.number === phone.number)
    expect(rows.map(({ endReason }) => endReason)).toEqual(['hung-up'])
  })

  it('survives a third of all messages being lost', { timeout: 60_000 }, async () => {
    const seed = newSeed('lost SIP messages')
    const room = await scene.room()
    const [a] = await scene.meeting(room.number, [one])
    const weather = { loss: 0.33, delayMs: 5, jitterMs: 20, duplicated: 0.1 }
    const relay = await relayTo(scene.server.sip(), { seed, up: weather, down: weather })
    const phone = await scene.person({ toneHz: two, target: { transport: 'udp', ...relay.address } })
    for (let round = 0; round < 2; round++) {
      const b = await phone.call(room.number)
      await expectHears(a, [two], tones)
      await b.hold()
      await b.resume()
      await expectHears(a, [two], tones)
      await b.hangUp()
      await scene.untilInside(room.number, 1)
    }
    expect(relay.counts.lost).toBeGreaterThan(0)
  })
})

describe('a caller who gives up', () => {
  it('before the answer is told 487 and leaves nothing behind', async () => {
    const room = await scene.room()
    const phone = await scene.person({ transport: 'tcp' })
    const dialling = phone.dial(room.number, { cancelAtOnce: true })
    await expect(dialling.answered).rejects.toMatchObject({ status: 487 })
    expect((await dialling.cancelled)?.status).toBe(200)
    expect(await scene.server.api.rooms()).toEqual([])
    for (const stay of await scene.server.api.history())
      if (stay.callId === dialling.callId) expect(stay.endReason).toBe('cancelled')
    expect((await scene.server.api.status()).calls).toBe(0)
  })
})
