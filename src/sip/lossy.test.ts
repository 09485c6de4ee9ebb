import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SipEndpoint } from './endpoint.ts'
import { addressOf, alice, next, nextInvite, Opened, sdp, talk, text, uriAt } from './testing/endpoints.ts'
import { LossyRelay, type Fate } from './testing/lossy-relay.ts'

const opened = new Opened()
afterEach(() => opened.close())

async function network(fate: Fate) {
  const [a, b] = [await opened.endpoint(), await opened.endpoint()]
  const relay = opened.add(await LossyRelay.open(addressOf(b), fate))
  return { a, b, relay }
}

/** Drops the first `times` of the packets whose first line begins so. */
const lose = (start: string, times = 2, of = ''): Fate => ({ firstLine, text: packet, count }) =>
  firstLine.startsWith(start) && packet.includes(of) && count < times ? 0 : 1

const isEmpty = (endpoint: SipEndpoint): Promise<void> =>
  vi.waitFor(
    () => expect([endpoint.counts.transactions, endpoint.counts.dialogs]).toEqual([0, 0]),
    { timeout: 9000, interval: 20 },
  )

describe('a call over a network that loses', () => {
  it.each([
    ['the INVITE', lose('INVITE')],
    ['the 200', lose('SIP/2.0 200', 2, 'INVITE')],
    ['the ACK', lose('ACK')],
    ['the BYE', lose('BYE')],
    ['the answer to the BYE', lose('SIP/2.0 200', 2, 'BYE')],
    ['everything once', ((packet) => (packet.count === 0 ? 0 : 1)) satisfies Fate],
  ] as const)('%s takes place and ends', async (_what, fate) => {
    const { a, b, relay } = await network(fate)
    let invites = 0
    b.on('invite', () => invites++)
    const { caller, called } = await talk(a, b, relay.address)
    const over = next(called, 'ended')
    caller.end()
    expect((await over)[0]).toEqual({ why: 'remote-bye' })
    expect(invites).toBe(1)
    await Promise.all([isEmpty(a), isEmpty(b)])
  })

  it('nothing, but doubles every packet: it is one call all the same', async () => {
    const { a, b, relay } = await network(() => 2)
    const [invites, acks]: [string[], string[]] = [[], []]
    b.on('invite', (dialog) => {
      invites.push(dialog.id)
      dialog.on('ack', () => acks.push(dialog.id))
    })
    const { caller, called } = await talk(a, b, relay.address)
    called.on('reoffer', (reoffer) => reoffer.accept(sdp('agreed')))
    const acknowledged = next(called, 'ack')
    expect(text(await caller.reinvite(sdp('again')))).toBe(text(sdp('agreed')))
    await acknowledged
    const over = next(caller, 'ended')
    called.end()
    await over
    // One of the call, one of the re-INVITE.
    expect([invites.length, acks.length]).toEqual([1, 2])
    await Promise.all([isEmpty(a), isEmpty(b)])
  })

  it('every ACK is ended by the called side', async () => {
    const { a, b, relay } = await network(({ firstLine }) => (firstLine.startsWith('ACK') ? 0 : 1))
    const came = nextInvite(b)
    const caller = await a.call({ to: uriAt(relay.address), from: alice, sdp: sdp('offer') })
    const over = next(caller, 'ended')
    const called = await came
    const ended = next(called, 'ended')
    called.answer(sdp('answer'))
    expect((await ended)[0]).toEqual({ why: 'no-ack' })
    expect((await over)[0]).toMatchObject({ why: 'remote-bye' })
    await Promise.all([isEmpty(a), isEmpty(b)])
  })

  it.each([
    ['the refusal', lose('SIP/2.0 486')],
    ['the ACK of the refusal', lose('ACK')],
  ])('%s is refused once', async (_what, fate) => {
    const { a, b, relay } = await network(fate)
    const came = nextInvite(b)
    const caller = await a.call({ to: uriAt(relay.address), from: alice, sdp: sdp('offer') })
    const over = next(caller, 'ended')
    ;(await came).reject(486)
    expect((await over)[0]).toEqual({ why: 'refused', status: 486, reason: 'Busy Here' })
    await Promise.all([isEmpty(a), isEmpty(b)])
  })

  it.each([
    ['the CANCEL', lose('CANCEL')],
    ['the 487', lose('SIP/2.0 487')],
    ['the first provisional response', lose('SIP/2.0 180', 1)],
  ])('%s is taken back', async (_what, fate) => {
    const { a, b, relay } = await network(fate)
    const came = nextInvite(b)
    const caller = await a.call({ to: uriAt(relay.address), from: alice, sdp: sdp('offer') })
    const called = await came
    const over = next(called, 'ended')
    called.progress(180)
    caller.end()
    expect(caller.state).toBe('ended')
    expect((await over)[0]).toEqual({ why: 'remote-cancel' })
    await Promise.all([isEmpty(a), isEmpty(b)])
  })

  it('the re-INVITE, its answer and its ACK changes the session once', async () => {
    const isRe = (packet: string): boolean => /CSeq: 2 (INVITE|ACK)/.test(packet)
    const { a, b, relay } = await network(({ text: packet, count }) => (isRe(packet) && count < 2 ? 0 : 1))
    const { caller, called } = await talk(a, b, relay.address)
    let offers = 0
    called.on('reoffer', (reoffer) => {
      offers++
      expect(text(reoffer.offer)).toBe(text(sdp('hold')))
      reoffer.accept(sdp('held'))
    })
    const acknowledged = next(called, 'ack')
    expect(text(await caller.reinvite(sdp('hold')))).toBe(text(sdp('held')))
    await acknowledged
    expect(offers).toBe(1)
    const over = next(called, 'ended')
    caller.end()
    await over
    await Promise.all([isEmpty(a), isEmpty(b)])
  })

  it('a fifth of all packets by chance: every call takes place and ends', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
    console.info(`seed ${seed}`)
    let state = seed
    const random = (): number => (state = (state * 48_271 + 11) % 2_147_483_647) / 2_147_483_647
    const { a, b, relay } = await network(() => (random() < 0.2 ? 0 : 1))
    b.on('invite', (dialog) => dialog.answer(sdp('answer')))
    const calls = Array.from({ length: 30 }, async () => {
      const caller = await a.call({ to: uriAt(relay.address), from: alice, sdp: sdp('offer') })
      await next(caller, 'answered')
      const over = next(caller, 'ended')
      caller.end()
      await over
    })
    await Promise.all(calls)
    await Promise.all([isEmpty(a), isEmpty(b)])
  })
})
