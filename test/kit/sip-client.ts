/**
 * Requests and answers of one test phone: the least that RFC 3261 §17 asks of a client (repeating over UDP, acknowledging
 * refusals), with every rule breakable from outside.
 */
import { randomToken } from '../../src/base/ids.ts'
import { Headers } from '../../src/sip/headers.ts'
import { emptyBody, type SipMessage, type SipRequest, type SipResponse } from '../../src/sip/message.ts'
import { printMessage } from '../../src/sip/print.ts'
import type { SipLine } from './sip-line.ts'

export type HeaderList = ReadonlyArray<readonly [name: string, value: string]>

type Waiting = {
  readonly request: SipRequest
  readonly onResponse: (response: SipResponse) => void
  readonly provisional: (response: SipResponse) => void
  quiet: boolean
}

const firstRepeatMs = 500
const slowestRepeatMs = 4000

export class SipClient {
  readonly line: SipLine
  /** Every request of the server, also repeated ones. Answer with {@link respond}. */
  onRequest: (request: SipRequest) => void = () => {}
  /** A 2xx of an INVITE that came again: its ACK was lost. */
  onRepeatedOk: (response: SipResponse) => void = () => {}
  /** Everything that came, for judging afterwards. */
  readonly received: SipMessage[] = []
  /** Over TCP nothing is repeated. */
  readonly #repeats: boolean
  readonly #waiting = new Map<string, Waiting>()
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(line: SipLine) {
    this.line = line
    this.#repeats = line.target.transport === 'udp'
    line.onMessage = (message) => this.#take(message)
  }

  /** A Via of our own with a fresh branch; `sentBy` is what a phone behind NAT believes its address to be. */
  via(sentBy: string): string {
    return `SIP/2.0/${this.line.target.transport.toUpperCase()} ${sentBy};branch=z9hG4bK${randomToken(12)};rport`
  }

  /** Sends a request and resolves with its final response. @throws Error when none comes within `limitMs`. */
  ask(
    request: SipRequest,
    {
      limitMs = 10_000,
      provisional = () => {},
    }: { readonly limitMs?: number; readonly provisional?: (response: SipResponse) => void } = {},
  ): Promise<SipResponse> {
    const key = keyOf(request)
    const bytes = printMessage(request)
    return new Promise((resolve, reject) => {
      const limit = this.#after(limitMs, () => {
        this.#waiting.delete(key)
        reject(new Error(`${request.method} was not answered within ${limitMs} ms`))
      })
      const waiting: Waiting = {
        request,
        quiet: false,
        provisional,
        onResponse: (response) => {
          this.#cancel(limit)
          waiting.quiet = true
          resolve(response)
        },
      }
      this.#waiting.set(key, waiting)
      const repeat = (delayMs: number): void => {
        this.line.send(bytes)
        if (this.#repeats) this.#after(delayMs, () => !waiting.quiet && repeat(Math.min(delayMs * 2, slowestRepeatMs)))
      }
      repeat(firstRepeatMs)
    })
  }

  send(message: SipMessage): void {
    this.line.send(printMessage(message))
  }

  respond(
    request: SipRequest,
    status: number,
    {
      headers = [],
      body = emptyBody,
      toTag,
    }: { readonly headers?: HeaderList; readonly body?: Uint8Array; readonly toTag?: string } = {},
  ): void {
    const answer = new Headers()
    for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Record-Route'])
      for (const value of request.headers.all(name)) answer.add(name, value)
    if (toTag !== undefined && !request.headers.to.params.tag) answer.set('To', `${request.headers.get('To')};tag=${toTag}`)
    for (const [name, value] of headers) answer.add(name, value)
    this.send({ kind: 'response', status, reason: status < 300 ? 'OK' : 'Refused', headers: answer, body })
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.line.close()
  }

  #take(message: SipMessage): void {
    this.received.push(message)
    if (message.kind === 'request') return this.onRequest(message)
    const key = keyOf(message)
    const waiting = this.#waiting.get(key)
    if (!waiting) return
    if (message.status < 200) {
      // A provisional response ends the repeating of an INVITE only (RFC 3261 §17.1.1.2).
      if (waiting.request.method === 'INVITE') waiting.quiet = true
      return waiting.provisional(message)
    }
    const first = !this.#finals.has(key)
    this.#finals.add(key)
    if (waiting.request.method === 'INVITE' && message.status >= 300) this.send(refusalAck(waiting.request, message))
    if (first) waiting.onResponse(message)
    else if (waiting.request.method === 'INVITE' && message.status < 300) this.onRepeatedOk(message)
  }

  readonly #finals = new Set<string>()

  #after(delayMs: number, fire: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      fire()
    }, delayMs)
    this.#timers.add(timer)
    return timer
  }

  #cancel(timer: NodeJS.Timeout): void {
    clearTimeout(timer)
    this.#timers.delete(timer)
  }
}

/** A response belongs to the request with the same branch and method (RFC 3261 §17.1.3). */
function keyOf(message: SipMessage): string {
  return `${String(message.headers.via.params.branch)} ${message.headers.cseq.method}`
}

/** The ACK of a refusal is part of the INVITE's transaction: same branch (RFC 3261 §17.1.1.3). */
function refusalAck(invite: SipRequest, response: SipResponse): SipRequest {
  const headers = new Headers([
    ['Via', invite.headers.all('Via')[0] ?? ''],
    ['Max-Forwards', '70'],
    ['From', invite.headers.get('From') ?? ''],
    ['To', response.headers.get('To') ?? ''],
    ['Call-ID', invite.headers.callId],
    ['CSeq', `${invite.headers.cseq.number} ACK`],
  ])
  return { kind: 'request', method: 'ACK', uri: invite.uri, headers, body: emptyBody }
}
