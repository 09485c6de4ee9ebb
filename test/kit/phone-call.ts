/** A test phone's call that was answered: its dialog (RFC 3261 §12), its sound, and what can be done wrong with both. */
import { Headers } from '../../src/sip/headers.ts'
import { emptyBody, type SipRequest, type SipResponse } from '../../src/sip/message.ts'
import { printUri } from '../../src/sip/uri.ts'
import type { PhoneSound } from './phone-sound.ts'
import type { Phone } from './phone.ts'
import { readSdp, writeSdp, type PhoneDescription, type PhoneDirection } from './sdp.ts'
import type { HeaderList } from './sip-client.ts'
import { uriOf } from './uri.ts'
import { until } from './wait.ts'

export type PhoneCallParts = {
  readonly phone: Phone
  readonly sound: PhoneSound
  readonly invite: SipRequest
  /** The 2xx. */
  readonly response: SipResponse
  readonly ours: PhoneDescription
  readonly late: boolean
  readonly periodMs: number
  readonly neverAcknowledge: boolean
}

/** How the call ended: by us, or by the server's BYE with its Reason. */
export type PhoneCallEnd =
  { readonly by: 'us' } | { readonly by: 'server'; readonly reason: string | null; readonly atMs: number }

export class PhoneCall {
  readonly sound: PhoneSound
  readonly callId: string
  /** What the server said of its sound last. */
  theirs: PhoneDescription
  end: PhoneCallEnd | null = null
  /** When our first ACK was sent, by `performance.now()`. */
  acknowledgedAtMs = 0
  /** BYE is neither obeyed nor answered. */
  ignoresBye = false
  readonly #parts: PhoneCallParts
  readonly #target: string
  #ours: PhoneDescription
  #version = 1
  #cseq: number
  #ackAgain: () => void = () => {}

  constructor(parts: PhoneCallParts) {
    this.#parts = parts
    const { invite, response } = parts
    this.sound = parts.sound
    this.callId = invite.headers.callId
    this.#cseq = invite.headers.cseq.number
    this.#ours = parts.ours
    this.#target = printUri((response.headers.contacts[0] ?? response.headers.to).uri)
    this.theirs = readSdp(response.body)
  }

  get phone(): Phone {
    return this.#parts.phone
  }

  /** For {@link Dialling}: acknowledges the 2xx and begins to send sound. */
  async begin(): Promise<void> {
    const { late, ours, neverAcknowledge, response } = this.#parts
    if (neverAcknowledge) return
    this.#acknowledge(response, late ? writeSdp({ ...ours, sessionId: 1, version: 1 }) : null)
    this.acknowledgedAtMs = performance.now()
    await this.#startSound()
  }

  /** Sends the last ACK again. */
  acknowledge(): void {
    this.#ackAgain()
  }

  /** Hangs up and waits for the answer. */
  async hangUp(): Promise<void> {
    if (this.end) return
    this.end = { by: 'us' }
    this.sound.stop()
    await this.send('BYE')
    this.sound.close()
  }

  /** Resolves when the server has ended the call. */
  async untilEnded(limitMs = 5000): Promise<Extract<PhoneCallEnd, { by: 'server' }>> {
    return until(() => (this.end?.by === 'server' ? this.end : null), { what: `BYE to ${this.phone.number}`, limitMs })
  }

  /** Puts the server on hold: `sendonly`, `inactive`, or the way of RFC 2543. */
  async hold(how: 'sendonly' | 'inactive' | 'zero-address' = 'sendonly'): Promise<SipResponse> {
    return how === 'zero-address' ? this.reoffer({ address: '0.0.0.0' }) : this.reoffer({ direction: how })
  }

  resume(): Promise<SipResponse> {
    return this.reoffer({ address: this.phone.ownAddress, direction: 'sendrecv' })
  }

  /** Offers anew, by re-INVITE or UPDATE (RFC 3311). What is not given stays. */
  async reoffer(change: Partial<PhoneDescription>, method: 'INVITE' | 'UPDATE' = 'INVITE'): Promise<SipResponse> {
    this.#ours = { ...this.#ours, ...change }
    const response = await this.send(method, { headers: [['Content-Type', 'application/sdp']], body: this.#description() })
    if (method === 'INVITE' && response.status < 300) this.#acknowledge(response, null)
    if (response.status < 300) await this.#agreed(response.body)
    return response
  }

  /** A re-INVITE without offer: the server offers, our ACK answers (RFC 3261 §14.2). */
  async lateReinvite(change: { readonly direction?: PhoneDirection } = {}): Promise<SipResponse> {
    this.#ours = { ...this.#ours, ...change }
    const response = await this.send('INVITE')
    if (response.status >= 300) return response
    this.#acknowledge(response, this.#description())
    await this.#agreed(response.body)
    return response
  }

  /** A key press by SIP INFO. */
  info(digit: string, type: 'application/dtmf-relay' | 'application/dtmf' = 'application/dtmf-relay'): Promise<SipResponse> {
    const text = type === 'application/dtmf' ? digit : `Signal=${digit}\r\nDuration=160\r\n`
    return this.send('INFO', { headers: [['Content-Type', type]], body: new TextEncoder().encode(text) })
  }

  /** Any request inside the dialog. */
  send(
    method: string,
    { headers = [], body = emptyBody }: { readonly headers?: HeaderList; readonly body?: Uint8Array } = {},
  ): Promise<SipResponse> {
    this.#cseq++
    return this.phone.client.ask(this.#request(method, { cseq: this.#cseq, headers, body }))
  }

  /** For {@link Phone}: a request of the server inside this dialog. */
  take(request: SipRequest): void {
    const { client } = this.phone
    switch (request.method) {
      case 'ACK':
        return
      case 'BYE':
        if (this.ignoresBye) return
        this.end ??= { by: 'server', reason: request.headers.get('Reason') ?? null, atMs: performance.now() }
        this.sound.stop()
        return client.respond(request, 200)
      case 'INVITE':
      case 'UPDATE': {
        const timer = request.headers.get('Session-Expires')
        const headers: HeaderList = [
          ['Contact', this.phone.contact],
          ...(timer === undefined ? [] : [['Session-Expires', timer] as const, ['Require', 'timer'] as const]),
          ...(request.body.length > 0 ? [['Content-Type', 'application/sdp'] as const] : []),
        ]
        if (request.body.length > 0) this.#version++
        return client.respond(request, 200, { headers, body: request.body.length > 0 ? this.#description() : emptyBody })
      }
      default:
        return client.respond(request, 200)
    }
  }

  #description(): Uint8Array {
    this.#version++
    return writeSdp({ ...this.#ours, sessionId: 1, version: this.#version })
  }

  async #agreed(body: Uint8Array): Promise<void> {
    this.theirs = readSdp(body)
    const { direction, address } = this.#ours
    if (direction === 'inactive' || address === '0.0.0.0') this.sound.stop()
    else await this.#startSound()
  }

  async #startSound(): Promise<void> {
    const { phone, periodMs } = this.#parts
    const { address, port, payloadTypes, telephoneEvent } = this.theirs
    const to = { address, port }
    this.sound.telephoneEvent = telephoneEvent
    const payloadType = payloadTypes[0] === 0 ? 0 : 8
    this.sound.stop()
    this.sound.start((await phone.options.soundVia?.(to)) ?? to, { payloadType, periodMs })
  }

  #acknowledge({ headers: { cseq } }: SipResponse, answer: Uint8Array | null): void {
    const ack = this.#request('ACK', {
      cseq: cseq.number,
      headers: answer ? [['Content-Type', 'application/sdp']] : [],
      body: answer ?? emptyBody,
    })
    this.#ackAgain = () => this.phone.client.send(ack)
    this.#ackAgain()
  }

  #request(
    method: string,
    { cseq, headers, body }: { readonly cseq: number; readonly headers: HeaderList; readonly body: Uint8Array },
  ): SipRequest {
    const { phone, invite, response } = this.#parts
    const list: HeaderList = [
      ['Via', phone.client.via(phone.sentBy)],
      ['Max-Forwards', '70'],
      ['From', invite.headers.get('From') ?? ''],
      ['To', response.headers.get('To') ?? ''],
      ['Call-ID', this.callId],
      ['CSeq', `${cseq} ${method}`],
      ['Contact', phone.contact],
      ...headers,
    ]
    return { kind: 'request', method, uri: uriOf(this.#target), headers: new Headers(list), body }
  }
}
