/** A call on its way: INVITE, the challenge and its answer, until 200, a refusal, or our own CANCEL. */
import { randomToken } from '../../src/base/ids.ts'
import { Headers } from '../../src/sip/headers.ts'
import { emptyBody, type SipRequest, type SipResponse } from '../../src/sip/message.ts'
import { PhoneCall } from './phone-call.ts'
import { PhoneSound } from './phone-sound.ts'
import type { Phone } from './phone.ts'
import { writeSdp } from './sdp.ts'
import type { HeaderList } from './sip-client.ts'

export type DialOptions = {
  /** 8 A-law, 0 mu-law; in order of preference. */
  readonly payloadTypes?: readonly (0 | 8)[]
  /** How long the packets that we send are, whatever was said. */
  readonly periodMs?: number
  /** The `a=ptime` we write; the same as `periodMs` when left out. */
  readonly ptimeMs?: number
  readonly telephoneEvent?: number | null
  /** The INVITE carries no offer; ours is the answer in the ACK (RFC 3261 §13.2.1). */
  readonly late?: boolean
  readonly headers?: HeaderList
  /** No ACK is sent. */
  readonly neverAcknowledge?: boolean
  /** The phone's microphone from the start; the phone's own tone when left out. */
  readonly toneHz?: number | null
  readonly limitMs?: number
  /** CANCEL leaves with the INVITE that carries the credentials, before anybody can have answered it. */
  readonly cancelAtOnce?: boolean
}

/** The server refused a call. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
  readonly status: number
  readonly response: SipResponse

  constructor(response: SipResponse) {
    super(`refused with ${response.status} ${response.reason}`)
    this.status = response.status
    this.response = response
  }
}

export class Dialling {
  readonly answered: Promise<PhoneCall>
  /** Every response so far, the challenge included. */
  readonly responses: SipResponse[] = []
  readonly callId = randomToken(16)
  /** The answer to the CANCEL of {@link DialOptions.cancelAtOnce}. */
  cancelled: Promise<SipResponse> | null = null
  readonly #phone: Phone
  #invite: SipRequest | null = null

  constructor(phone: Phone, number: string, options: DialOptions) {
    this.#phone = phone
    this.answered = this.#run(number, options)
    // Whoever cancels is not interested in the refusal; whoever waits gets it all the same.
    this.answered.catch(() => {})
  }

  /** Sends CANCEL for the INVITE that is under way; resolves with the answer to the CANCEL. */
  async cancel(): Promise<SipResponse> {
    const invite = this.#invite
    if (!invite) throw new Error('nothing to cancel yet')
    const headers = new Headers([
      ['Via', invite.headers.all('Via')[0] ?? ''],
      ['Max-Forwards', '70'],
      ['From', invite.headers.get('From') ?? ''],
      ['To', invite.headers.get('To') ?? ''],
      ['Call-ID', this.callId],
      ['CSeq', `${invite.headers.cseq.number} CANCEL`],
    ])
    return this.#phone.client.ask({ kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: emptyBody })
  }

  async #run(number: string, options: DialOptions): Promise<PhoneCall> {
    const phone = this.#phone
    const { payloadTypes = [8, 0], periodMs = 20, ptimeMs = periodMs, telephoneEvent = 101, late = false, limitMs } = options
    const sound = await PhoneSound.open(phone.client.line.local.address)
    sound.toneHz = options.toneHz === undefined ? phone.toneHz : options.toneHz
    const ours = {
      address: phone.ownAddress,
      port: sound.address.port,
      payloadTypes,
      telephoneEvent,
      ptimeMs,
      direction: 'sendrecv',
    } as const
    const uri = `sip:${number}@${phone.domain}`
    const first = phone.request('INVITE', {
      uri,
      callId: this.callId,
      headers: [
        ['Allow', 'INVITE, ACK, BYE, CANCEL, UPDATE, OPTIONS, INFO'],
        ...(options.headers ?? []),
        ...(late ? [] : [['Content-Type', 'application/sdp'] as const]),
      ],
      body: late ? emptyBody : writeSdp({ ...ours, sessionId: 1, version: 1 }),
    })
    try {
      let { invite, response } = await this.#send(first, limitMs)
      if (response.status === 401 || response.status === 407) {
        const again = phone.withCredentials(first, response)
        if (again) {
          const answer = this.#send(again, limitMs)
          if (options.cancelAtOnce) this.cancelled = this.cancel()
          ;({ invite, response } = await answer)
        }
      }
      if (response.status >= 300) throw new CallRefused(response)
      const call = new PhoneCall({
        phone,
        sound,
        invite,
        response,
        ours,
        late,
        periodMs,
        neverAcknowledge: options.neverAcknowledge ?? false,
      })
      phone.calls.set(this.callId, call)
      await call.begin()
      return call
    } catch (error) {
      sound.close()
      throw error
    }
  }

  async #send(invite: SipRequest, limitMs = 20_000): Promise<{ readonly invite: SipRequest; readonly response: SipResponse }> {
    this.#invite = invite
    const response = await this.#phone.client.ask(invite, { limitMs, provisional: (one) => this.responses.push(one) })
    this.responses.push(response)
    return { invite, response }
  }
}
