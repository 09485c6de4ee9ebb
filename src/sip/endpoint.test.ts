import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import { silentLog } from '../base/log.ts'
import type { SipAddress } from './address.ts'
import { SipEndpoint, type SipEndpointOptions } from './endpoint.ts'
import type { DialogEnd, InviteDialog, InviteDialogEvents } from './invite-dialog.ts'
import { noParams } from './params.ts'
import type { NameAddr } from './name-addr.ts'
import type { SipUri } from './uri.ts'

const open: SipEndpoint[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((endpoint) => endpoint.close()))
})

type Way = { readonly transport: 'udp' | 'tcp'; readonly host: string }

async function endpoint(way: Way, options: Partial<SipEndpointOptions> = {}): Promise<SipEndpoint> {
  const made = new SipEndpoint({
    clock: systemClock,
    log: silentLog,
    listen: [{ ...way, port: 0 }],
    userAgent: 'veche-test',
    timers: { t1Ms: 50, t2Ms: 200, t4Ms: 100 },
    ...options,
  })
  open.push(made)
  await made.start()
  return made
}

function firstAddress(of: SipEndpoint): SipAddress {
  const [address] = of.localAddresses
  if (!address) throw new Error('nothing is listened on')
  return address
}

function uriOf(of: SipEndpoint, user: string): SipUri {
  const { address, port, transport } = firstAddress(of)
  return { scheme: 'sip', user, host: address, port, params: { transport } }
}

const alice: NameAddr = { displayName: 'Alice', uri: { scheme: 'sip', user: 'alice', host: 'example.com', params: noParams }, params: noParams }
const sdp = (name: string): Uint8Array => Buffer.from(`v=0\r\no=${name} 1 1 IN IP4 127.0.0.1\r\n`)
const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString()

function next<Name extends keyof InviteDialogEvents>(dialog: InviteDialog, name: Name): Promise<InviteDialogEvents[Name]> {
  const happened = new Promise<InviteDialogEvents[Name]>((resolve) => {
    const off = dialog.on(name, (...args) => {
      off()
      resolve(args)
    })
  })
  return within(happened, { limitMs: 5000, what: `${name} of the ${direction(dialog)} dialog` })
}

const direction = (dialog: InviteDialog): string => dialog.direction

function nextInvite(of: SipEndpoint): Promise<InviteDialog> {
  const came = new Promise<InviteDialog>((resolve) => {
    const off = of.on('invite', (dialog) => {
      off()
      resolve(dialog)
    })
  })
  return within(came, { limitMs: 5000, what: 'an INVITE' })
}

async function talk(way: Way, options: { readonly caller?: Partial<SipEndpointOptions>; readonly called?: Partial<SipEndpointOptions> } = {}) {
  const [a, b] = [await endpoint(way, options.caller), await endpoint(way, options.called)]
  const came = nextInvite(b)
  const caller = await a.call({ to: uriOf(b, '1111'), from: alice, sdp: sdp('offer') })
  const called = await came
  const answered = next(caller, 'answered')
  const acknowledged = next(called, 'ack')
  called.answer(sdp('answer'))
  await answered
  await acknowledged
  return { a, b, caller, called }
}

const ways: readonly Way[] = [
  { transport: 'udp', host: '127.0.0.1' },
  { transport: 'udp', host: '::1' },
  { transport: 'tcp', host: '127.0.0.1' },
  { transport: 'tcp', host: '::1' },
]

describe.each(ways)('a call by $transport over $host', (way) => {
  it('rings, is answered, acknowledged and hung up by the caller', async () => {
    const [a, b] = [await endpoint(way), await endpoint(way)]
    const came = nextInvite(b)
    const caller = await a.call({ to: uriOf(b, '1111'), from: alice, sdp: sdp('offer') })
    const called = await came
    expect(called.state).toBe('incoming')
    expect(text(called.offer)).toBe(text(sdp('offer')))
    expect(called.remoteParty.displayName).toBe('Alice')
    expect(called.invite.uri.user).toBe('1111')
    expect(called.localAddress).toEqual(firstAddress(b))
    expect(called.remoteAddress.address).toBe(way.host)
    const ringing = next(caller, 'progress')
    called.progress(180)
    expect((await ringing)[0]).toBe(180)
    expect(caller.state).toBe('early')
    const answered = next(caller, 'answered')
    const acknowledged = next(called, 'ack')
    called.answer(sdp('answer'))
    expect(text((await answered)[0])).toBe(text(sdp('answer')))
    expect((await acknowledged)[0]).toBeNull()
    expect([caller.state, called.state]).toEqual(['confirmed', 'confirmed'])
    const over = next(called, 'ended')
    caller.end({ reason: 'Q.850;cause=16' })
    expect((await over)[0]).toEqual({ why: 'remote-bye', reason: 'Q.850;cause=16' } satisfies DialogEnd)
  })

  it('is hung up by the called side', async () => {
    const { caller, called } = await talk(way)
    const over = next(caller, 'ended')
    called.end()
    expect((await over)[0]).toEqual({ why: 'remote-bye' })
  })
})
