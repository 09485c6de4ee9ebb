/**
 * A test phone: a SIP account of the server, with sound. It does what a desk phone does, and on request what a broken or
 * hostile one does.
 */
import { randomToken } from '../../src/base/ids.ts'
import { answerChallenge } from '../../src/sip/digest-client.ts'
import { Headers } from '../../src/sip/headers.ts'
import { emptyBody, type SipRequest, type SipResponse } from '../../src/sip/message.ts'
import { printUri } from '../../src/sip/uri.ts'
import { Dialling, type DialOptions } from './dialling.ts'
import type { PhoneCall } from './phone-call.ts'
import type { Destination } from './phone-sound.ts'
import { SipClient, type HeaderList } from './sip-client.ts'
import { openSipLine, type SipTarget } from './sip-line.ts'
import { bracketed, uriOf } from './uri.ts'

export type PhoneOptions = {
  readonly target: SipTarget
  /** SIP user name. */
  readonly number: string
  /** Null: it has no password and cannot answer a challenge. */
  readonly secret: string | null
  readonly displayName?: string
  /** What it sends while it talks; null: silence. */
  readonly toneHz?: number | null
  /** What it believes its address to be, when it stands behind NAT: in Via, Contact and SDP. */
  readonly believes?: string
  /** Where its sound really goes, given where the server wants it: a bad line, a NAT. */
  readonly soundVia?: (to: Destination) => Promise<Destination>
}

export class Phone {
  readonly options: PhoneOptions
  readonly client: SipClient
  readonly calls = new Map<string, PhoneCall>()
  readonly #registration = { callId: randomToken(16), tag: randomToken(8), cseq: 0 }

  private constructor(options: PhoneOptions, client: SipClient) {
    this.options = options
    this.client = client
    client.onRequest = (request) => this.#takeRequest(request)
    client.onRepeatedOk = (response) => this.calls.get(response.headers.callId)?.acknowledge()
  }

  static async open(options: PhoneOptions): Promise<Phone> {
    return new Phone(options, new SipClient(await openSipLine(options.target)))
  }

  get number(): string {
    return this.options.number
  }

  get toneHz(): number | null {
    return this.options.toneHz ?? null
  }

  /** The server as the host part of URIs. */
  get domain(): string {
    const { address, port } = this.options.target
    return `${bracketed(address)}:${port}`
  }

  /** Our address as we believe and say it. */
  get ownAddress(): string {
    return this.options.believes ?? this.client.line.local.address
  }

  get sentBy(): string {
    return `${bracketed(this.ownAddress)}:${this.client.line.local.port}`
  }

  get contact(): string {
    return `<sip:${this.number}@${this.sentBy}${this.options.target.transport === 'tcp' ? ';transport=tcp' : ''}>`
  }

  /** A request outside of any call, complete but for credentials. */
  request(
    method: string,
    parts: {
      readonly uri?: string
      readonly to?: string
      readonly tag?: string
      readonly callId?: string
      readonly cseq?: number
      readonly headers?: HeaderList
      readonly body?: Uint8Array
    } = {},
  ): SipRequest {
    const {
      uri = `sip:${this.domain}`,
      to,
      tag = randomToken(8),
      callId = randomToken(16),
      cseq = 1,
      headers = [],
      body = emptyBody,
    } = parts
    const name = this.options.displayName
    return {
      kind: 'request',
      method,
      uri: uriOf(uri),
      headers: new Headers([
        ['Via', this.client.via(this.sentBy)],
        ['Max-Forwards', '70'],
        ['From', `${name === undefined ? '' : `"${name}" `}<sip:${this.number}@${this.domain}>;tag=${tag}`],
        ['To', to ?? `<${uri}>`],
        ['Call-ID', callId],
        ['CSeq', `${cseq} ${method}`],
        ['Contact', this.contact],
        ['User-Agent', 'veche test phone'],
        ...headers,
      ]),
      body,
    }
  }

  /** The same request again, with credentials; null when the challenge cannot be answered. */
  withCredentials(request: SipRequest, challenge: SipResponse): SipRequest | null {
    const { number, secret } = this.options
    if (secret === null) return null
    const answers = answerChallenge({
      challenge: challenge.headers,
      username: number,
      password: secret,
      method: request.method,
      uri: printUri(request.uri),
    })
    if (answers.length === 0) return null
    const headers = request.headers.copy()
    headers.set('Via', this.client.via(this.sentBy))
    headers.set('CSeq', `${request.headers.cseq.number + 1} ${request.method}`)
    for (const [name, value] of answers) headers.set(name, value)
    return { ...request, headers }
  }

  /** Asks, answers one challenge, asks again. */
  async ask(request: SipRequest, limitMs?: number): Promise<SipResponse> {
    const limit = limitMs === undefined ? {} : { limitMs }
    const first = await this.client.ask(request, limit)
    if (first.status !== 401 && first.status !== 407) return first
    const again = this.withCredentials(request, first)
    return again ? this.client.ask(again, limit) : first
  }

  /** Registers for `expires` seconds (0: no more). Resolves with the final response, whatever it is. */
  async register(expires = 300): Promise<SipResponse> {
    const { callId, tag } = this.#registration
    this.#registration.cseq += 2
    return this.ask(
      this.request('REGISTER', {
        to: `<sip:${this.number}@${this.domain}>`,
        callId,
        tag,
        cseq: this.#registration.cseq,
        headers: [['Expires', String(expires)]],
      }),
    )
  }

  /** Begins a call; see {@link Dialling}. */
  dial(number: string, options: DialOptions = {}): Dialling {
    return new Dialling(this, number, options)
  }

  /** Calls and waits for the answer. @throws CallRefused with the status of a refusal. */
  call(number: string, options: DialOptions = {}): Promise<PhoneCall> {
    return this.dial(number, options).answered
  }

  /** The phone is gone as by a pulled plug: nothing is sent, nothing is answered, nobody is told. */
  vanish(): void {
    this.client.line.cut = true
    for (const call of this.calls.values()) call.sound.stopped = true
  }

  /** Hangs up whatever is up and frees everything. */
  async close(): Promise<void> {
    for (const call of this.calls.values()) {
      if (!this.client.line.cut && call.end === null) await call.hangUp().catch(() => {})
      call.sound.close()
    }
    this.client.close()
  }

  #takeRequest(request: SipRequest): void {
    const call = this.calls.get(request.headers.callId)
    if (call) return call.take(request)
    if (request.method !== 'ACK') this.client.respond(request, request.method === 'OPTIONS' ? 200 : 481, { toTag: 'none' })
  }
}
