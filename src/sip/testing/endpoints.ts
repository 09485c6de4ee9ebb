/** For tests: endpoints on loopback with short timers, and waiting with a limit. */
import { systemClock } from '../../base/clock.ts'
import { within } from '../../base/deadline.ts'
import type { Emitter } from '../../base/emitter.ts'
import { silentLog } from '../../base/log.ts'
import type { SipAddress } from '../address.ts'
import { SipEndpoint, type SipEndpointOptions } from '../endpoint.ts'
import type { InviteDialog, InviteDialogEvents } from '../invite-dialog.ts'
import type { NameAddr } from '../name-addr.ts'
import { noParams } from '../params.ts'
import type { SipUri } from '../uri.ts'

export type Way = { readonly transport: 'udp' | 'tcp'; readonly host: string }

export const udp: Way = { transport: 'udp', host: '127.0.0.1' }

const limitMs = 8000

/** Closes everything that was opened, after each test. */
export class Opened {
  readonly #closers: Array<() => Promise<void>> = []

  add<T extends { close(): Promise<void> }>(part: T): T {
    this.#closers.push(() => part.close())
    return part
  }

  async close(): Promise<void> {
    await Promise.all(this.#closers.splice(0).map((close) => close()))
  }

  /** A started endpoint whose timers are a twentieth of the RFC's. */
  async endpoint(way: Way = udp, options: Partial<SipEndpointOptions> = {}): Promise<SipEndpoint> {
    const made = this.add(
      new SipEndpoint({
        clock: systemClock,
        log: silentLog,
        listen: [{ ...way, port: 0 }],
        userAgent: 'veche-test',
        timers: { t1Ms: 25, t2Ms: 200, t4Ms: 50, tryingAfterMs: 10 },
        ...options,
      }),
    )
    await made.start()
    return made
  }
}

export function addressOf(endpoint: SipEndpoint): SipAddress {
  const [address] = endpoint.localAddresses
  if (!address) throw new Error('nothing is listened on')
  return address
}

export function uriAt({ address, port, transport }: SipAddress, user = '1111'): SipUri {
  return { scheme: 'sip', user, host: address, port, params: transport === 'udp' ? noParams : { transport } }
}

export const alice: NameAddr = {
  displayName: 'Alice',
  uri: { scheme: 'sip', user: 'alice', host: 'example.com', params: noParams },
  params: noParams,
}

export const sdp = (name: string): Uint8Array => Buffer.from(`v=0\r\no=${name} 1 1 IN IP4 127.0.0.1\r\n`)
export const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString()

/** The next `name` of a dialog. Ask before doing what brings it about. */
export function next<Name extends keyof InviteDialogEvents>(dialog: InviteDialog, name: Name): Promise<InviteDialogEvents[Name]> {
  const happened = new Promise<InviteDialogEvents[Name]>((resolve) => {
    const off = dialog.on(name, (...args) => {
      off()
      resolve(args)
    })
  })
  return within(
    happened,
    { limitMs, what: `${String(name)} of the ${(dialog as { readonly direction: string }).direction} dialog` },
  )
}

export function nextInvite(endpoint: { on: Emitter<{ invite: [InviteDialog] }>['on'] }): Promise<InviteDialog> {
  const came = new Promise<InviteDialog>((resolve) => {
    const off = endpoint.on('invite', (dialog) => {
      off()
      resolve(dialog)
    })
  })
  return within(came, { limitMs, what: 'an INVITE' })
}

export type Talk = { readonly caller: InviteDialog; readonly called: InviteDialog }

/** A call from `a` to `b`, by way of `through` if given, up to its ACK. */
export async function talk(a: SipEndpoint, b: SipEndpoint, through?: SipAddress): Promise<Talk> {
  const came = nextInvite(b)
  const caller = await a.call({ to: uriAt(through ?? addressOf(b)), from: alice, sdp: sdp('offer') })
  const answered = next(caller, 'answered')
  const called = await came
  const acknowledged = next(called, 'ack')
  called.answer(sdp('answer'))
  await answered
  await acknowledged
  return { caller, called }
}
