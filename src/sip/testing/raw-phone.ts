/** For tests: a UDP socket that says what it is told, letter by letter, and remembers what it hears. */
import { createSocket, type Socket } from 'node:dgram'
import { within } from '../../base/deadline.ts'
import type { SipAddress } from '../address.ts'
import type { SipMessage, SipRequest, SipResponse } from '../message.ts'
import { parseMessage } from '../parse.ts'

export type Head = {
  readonly method: string
  readonly uri?: string
  readonly branch?: string
  /** Whole Via value in place of the usual one. */
  readonly via?: string
  readonly fromTag?: string
  readonly toTag?: string
  readonly callId?: string
  readonly cseq?: number
  readonly lines?: readonly string[]
  readonly body?: string
}

export class RawPhone {
  readonly heard: SipMessage[] = []
  /** What came and was no message: answers to what was malformed itself. */
  readonly unreadable: string[] = []
  readonly #socket: Socket
  readonly #to: SipAddress
  readonly #waiting: Array<{
    readonly wanted: (message: SipMessage) => boolean
    readonly resolve: (message: SipMessage) => void
  }> = []

  private constructor(socket: Socket, to: SipAddress) {
    this.#socket = socket
    this.#to = to
    socket.on('message', (bytes) => {
      const result = parseMessage(bytes)
      if (result.kind !== 'message') return void this.unreadable.push(Buffer.from(bytes).toString())
      const at = this.#waiting.findIndex(({ wanted }) => wanted(result.message))
      if (at >= 0) this.#waiting.splice(at, 1)[0]?.resolve(result.message)
      else this.heard.push(result.message)
    })
  }

  static open(to: SipAddress): Promise<RawPhone> {
    const socket = createSocket(to.address.includes(':') ? 'udp6' : 'udp4')
    return new Promise((resolve) => {
      socket.bind(0, to.address, () => resolve(new RawPhone(socket, to)))
    })
  }

  get port(): number {
    return this.#socket.address().port
  }

  get address(): SipAddress {
    return { transport: 'udp', address: this.#socket.address().address, port: this.port }
  }

  get contact(): string {
    return `Contact: <sip:phone@127.0.0.1:${this.port}>`
  }

  send(datagram: string | Uint8Array): void {
    this.#socket.send(datagram, this.#to.port, this.#to.address)
  }

  request(head: Head): void {
    this.send(this.text(head))
  }

  text({
    method,
    uri = 'sip:1111@127.0.0.1',
    branch = `z9hG4bK${method}`,
    via,
    fromTag = 'raw',
    toTag,
    callId = 'raw-call',
    cseq = 1,
    lines = [],
    body = '',
  }: Head): string {
    return [
      `${method} ${uri} SIP/2.0`,
      `Via: ${via ?? `SIP/2.0/UDP 127.0.0.1:${this.port};branch=${branch};rport`}`,
      'Max-Forwards: 70',
      `From: <sip:phone@example.com>;tag=${fromTag}`,
      `To: <sip:1111@example.com>${toTag === undefined ? '' : `;tag=${toTag}`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method === 'ACK' && branch === 'z9hG4bKINVITE' ? 'ACK' : method}`,
      ...lines,
      ...(body === '' || lines.some((line) => line.startsWith('Content-Type')) ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n')
  }

  /** Answers `request` with the fields a response must copy. */
  respond(request: SipRequest, { status, toTag, lines = [], body = '' }: {
    readonly status: number
    readonly toTag?: string
    readonly lines?: readonly string[]
    readonly body?: string
  }): void {
    const { headers } = request
    const to = headers.get('To') ?? ''
    this.send(
      [
        `SIP/2.0 ${status} Whatever`,
        ...headers.all('Via').map((via) => `Via: ${via}`),
        `From: ${headers.get('From')}`,
        `To: ${toTag === undefined || to.includes('tag=') ? to : `${to};tag=${toTag}`}`,
        `Call-ID: ${headers.callId}`,
        `CSeq: ${headers.get('CSeq')}`,
        ...lines,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    )
  }

  /** The next request of `method`, heard already or to come. */
  async hearRequest(method: string): Promise<SipRequest> {
    const message = await this.#hear((one) => one.kind === 'request' && one.method === method, method)
    return message as SipRequest
  }

  /** The next response with `status` to `method`. */
  async hearResponse(status: number, method?: string): Promise<SipResponse> {
    const fits = (one: SipMessage): boolean => {
      if (one.kind !== 'response' || one.status !== status) return false
      return method === undefined || one.headers.cseq.method === method
    }
    return (await this.#hear(fits, `${status} ${method ?? ''}`)) as SipResponse
  }

  /** The next response of whatever status that is final. */
  async hearFinal(): Promise<SipResponse> {
    return (await this.#hear((one) => one.kind === 'response' && one.status >= 200, 'a final response')) as SipResponse
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.close(() => resolve())
    })
  }

  #hear(wanted: (message: SipMessage) => boolean, what: string): Promise<SipMessage> {
    const at = this.heard.findIndex(wanted)
    const [had] = at < 0 ? [] : this.heard.splice(at, 1)
    if (had) return Promise.resolve(had)
    const told = new Promise<SipMessage>((resolve) => {
      this.#waiting.push({ wanted, resolve })
    })
    return within(told, { limitMs: 5000, what })
  }
}
