/**
 * All sockets of one endpoint (RFC 3261 §18): what arrives is parsed, stamped with where it came from and handed up; what
 * cannot be read is refused or dropped, and counted.
 */
import { Allowance } from '../../base/allowance.ts'
import type { Clock } from '../../base/clock.ts'
import { Unavailable, unreachable } from '../../base/errors.ts'
import { randomToken } from '../../base/ids.ts'
import type { Log } from '../../base/log.ts'
import { formatSipAddress, type SipAddress } from '../address.ts'
import { Headers } from '../headers.ts'
import { emptyBody, type SipMessage, type SipRequest, type SipResponse } from '../message.ts'
import { parseMessage, type BadRequest, type ParseResult } from '../parse.ts'
import { printMessage } from '../print.ts'
import { OwnAddress } from './own-address.ts'
import { isWildcard } from './reach.ts'
import { replyFlow, stampVia } from './reply.ts'
import { TcpTransport, type TcpLimits } from './tcp.ts'
import { sendOver, type Flow, type SendTrace, type Transport } from './transport.ts'
import { UdpTransport } from './udp.ts'

export type SipListen = { readonly transport: 'udp' | 'tcp'; readonly host: string; readonly port: number }

export type LayerParts = {
  readonly clock: Clock
  readonly log: Log
  readonly listen: readonly SipListen[]
  readonly publicAddress: string | undefined
  readonly tcp: TcpLimits
  /** How many malformed requests a second are worth an answer. */
  readonly refusalsPerSecond: number
  /** `flow` is where the request came from, `reply` where its responses go. */
  readonly onRequest: (arrived: { readonly request: SipRequest; readonly flow: Flow; readonly reply: Flow }) => void
  readonly onResponse: (response: SipResponse) => void
}

/** Packets since the start, by what became of them. */
export type LayerCounts = { messages: number; keepAlives: number; refused: number; garbage: number }

export class TransportLayer {
  readonly counts: LayerCounts = { messages: 0, keepAlives: 0, refused: 0, garbage: 0 }
  readonly #parts: LayerParts
  readonly #transports: readonly Transport[]
  readonly #own: OwnAddress
  readonly #refusals: Allowance

  constructor(parts: LayerParts) {
    this.#parts = parts
    this.#own = new OwnAddress(parts)
    this.#refusals = new Allowance({ nowMs: () => parts.clock.nowMs(), perSecond: parts.refusalsPerSecond })
    this.#transports = parts.listen.map((listen) => this.#build(listen))
  }

  /** What is really listened on: port 0 is replaced by the port that was given, a wildcard stays. */
  get localAddresses(): readonly SipAddress[] {
    return this.#transports.map((transport) => transport.bound)
  }

  /** @throws Unavailable when one address cannot be had; then none is kept. */
  async start(): Promise<void> {
    try {
      for (const transport of this.#transports) await transport.start()
    } catch (cause) {
      await this.close()
      throw cause
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.close()))
  }

  /** Whether requests can be sent by `transport` to addresses of that family. */
  offers(transport: SipAddress['transport'], family: 4 | 6): boolean {
    return this.#transports.some((one) => one.kind === transport && one.family === family)
  }

  /** The way to `remote`. @throws Unavailable when nothing that is listened on leads there. */
  async flowTo(remote: SipAddress): Promise<Flow> {
    const family = remote.address.includes(':') ? 6 : 4
    const fitting = this.#transports.filter((one) => one.kind === remote.transport && one.family === family)
    const [first] = fitting
    if (!first) throw new Unavailable(`nothing listens that leads to ${formatSipAddress(remote)}`, { code: 'no-transport' })
    if (fitting.length === 1) return { transport: first, remote, local: await this.#own.towards(remote.address, first) }
    const route = (await this.#own.routeTo(remote.address)) ?? first.bound.address
    const transport = fitting.find(({ bound }) => bound.address === route) ?? fitting.find(
      ({ bound }) => isWildcard(bound.address),
    ) ?? first
    return { transport, remote, local: await this.#own.towards(remote.address, transport) }
  }

  #build(listen: SipListen): Transport {
    if (listen.transport === 'udp') {
      const transport: Transport = new UdpTransport({
        listen,
        onDatagram: (bytes, source) => this.#arrived(parseMessage(bytes), { source, transport }),
        onSend: traceOf(this.#parts.log, 'udp'),
      })
      return transport
    }
    const transport: Transport = new TcpTransport({
      listen,
      clock: this.#parts.clock,
      limits: this.#parts.tcp,
      onResult: (result, source) => this.#arrived(result, { source, transport }),
      onSend: traceOf(this.#parts.log, 'tcp'),
    })
    return transport
  }

  #arrived(result: ParseResult, from: { readonly source: SipAddress; readonly transport: Transport }): void {
    switch (result.kind) {
      case 'message':
        this.counts.messages++
        if (this.#parts.log.writes('debug')) this.#trace(from.source, result.message)
        if (result.message.kind === 'response') return this.#parts.onResponse(result.message)
        return this.#request(result.message, from)
      case 'keep-alive':
        this.counts.keepAlives++
        return
      case 'bad-request':
        this.counts.refused++
        return this.#refuse(result, from)
      case 'garbage':
        this.counts.garbage++
        if (this.#parts.log.writes('debug')) {
          this.#parts.log.debug({ source: formatSipAddress(from.source), why: result.why }, 'garbage')
        }
        return
      default:
        return unreachable(result)
    }
  }

  #request(request: SipRequest, { source, transport }: { readonly source: SipAddress; readonly transport: Transport }): void {
    stampVia(request.headers, source)
    const handUp = (local: SipAddress): void => {
      const flow: Flow = { transport, remote: source, local }
      this.#parts.onRequest({ request, flow, reply: replyFlow(flow, request.headers.via) })
    }
    const local = this.#own.towards(source.address, transport)
    if (local instanceof Promise) void local.then(handUp)
    else handUp(local)
  }

  /** One line; bodies and keys are nobody's business. */
  #trace(address: SipAddress, message: SipMessage): void {
    const head = message.kind === 'request' ? message.method : `${message.status} ${message.reason}`
    const { callId, cseq } = message.headers
    this.#parts.log.debug(
      { address: formatSipAddress(address), callId, cseq: `${cseq.number} ${cseq.method}` },
      `received ${head}`,
    )
  }

  /** Answered without a transaction: whoever repeats it is answered again. */
  #refuse(bad: BadRequest, { source, transport }: { readonly source: SipAddress; readonly transport: Transport }): void {
    if (!bad.headers || bad.method === 'ACK' || !this.#refusals.take()) return
    const headers = new Headers()
    for (const via of bad.headers.all('Via')) headers.add('Via', via)
    for (const name of ['From', 'To', 'Call-ID', 'CSeq']) {
      const value = bad.headers.get(name)
      if (value !== undefined) headers.add(name, value)
    }
    stampVia(headers, source)
    const to = headers.get('To')
    if (to !== undefined && !/;\s*tag\s*=/i.test(to)) headers.set('To', `${to};tag=${randomToken(10)}`)
    const response: SipResponse = { kind: 'response', status: bad.status, reason: bad.reason, headers, body: emptyBody }
    sendOver(replyFlow({ transport, remote: source, local: transport.bound }, headers.via), printMessage(response))
  }
}

/** Start line, Call-ID and CSeq of what is sent, where anybody wants to read them. */
function traceOf(log: Log, transport: SipAddress['transport']): SendTrace | undefined {
  if (!log.writes('debug')) return undefined
  return (bytes, to) => {
    const [head = ''] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').split('\r\n\r\n', 1)
    const callId = /^Call-ID: (.*)$/m.exec(head)?.[1]
    const cseq = /^CSeq: (.*)$/m.exec(head)?.[1]
    log.debug({ address: formatSipAddress({ transport, ...to }), callId, cseq }, `sent ${head.split('\r\n', 1)[0]}`)
  }
}
