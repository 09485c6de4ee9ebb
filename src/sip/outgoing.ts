/** Requests of ours on their way out: address, Via, transport by size (RFC 3261 §8.1.1.7, §18.1.1). */
import type { Clock } from '../base/clock.ts'
import { Unavailable } from '../base/errors.ts'
import { randomToken } from '../base/ids.ts'
import { formatSipAddress, type SipAddress } from './address.ts'
import type { SipRequest } from './message.ts'
import { noParams, withParam } from './params.ts'
import { printMessage } from './print.ts'
import { resolveUri } from './resolve.ts'
import { cancelOf } from './transaction/ack.ts'
import type { ClientOwner, ClientTransaction } from './transaction/client.ts'
import { magicCookie } from './transaction/key.ts'
import type { TransactionTable } from './transaction/table.ts'
import type { TransportLayer } from './transport/layer.ts'
import { sendOver, type Flow } from './transport/transport.ts'
import type { SipUri } from './uri.ts'
import { printVia } from './via.ts'

export type OutgoingParts = {
  readonly layer: TransportLayer
  readonly table: TransactionTable
  readonly clock: Clock
  readonly userAgent: string
}

/** Above this a datagram may be lost whole on its way (RFC 3261 §18.1.1). */
const maxDatagramBytes = 1300
/** How long a far end that refused TCP is not asked again. */
const tcpRefusedMs = 10 * 60_000
const maxTcpRefused = 1000
/** A call is not kept waiting for longer by a far end that leaves a connection unanswered. */
const reachMs = 1500

export class Outgoing {
  readonly #parts: OutgoingParts
  readonly #noTcpUntilMs = new Map<string, number>()

  readonly #underWay = new Set<Promise<unknown>>()

  constructor(parts: OutgoingParts) {
    this.#parts = parts
  }

  /** Keeps an eye on a sending whose way is still being found. */
  watch(sending: Promise<unknown>): void {
    this.#underWay.add(sending)
    const done = (): void => void this.#underWay.delete(sending)
    sending.then(done, done)
  }

  /** Resolves when everything that was asked for has been sent. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
  }

  /** The way to `uri`. @throws Unavailable, Invalid when there is none. */
  async flowTo(uri: SipUri): Promise<Flow> {
    const { layer } = this.#parts
    return layer.flowTo(await resolveUri(uri, (transport, family) => layer.offers(transport, family)))
  }

  /** The way to an address that is known. @throws Unavailable when there is none. */
  flowToAddress(address: SipAddress): Promise<Flow> {
    return this.#parts.layer.flowTo(address)
  }

  /**
   * `flow`, or TCP to the same place when the request is too long for a datagram and something listens there. A URI that
   * asks for UDP by name gets UDP, and so does a far end that is known by its flow only: without `uri`.
   */
  async fitting(request: SipRequest, { flow, uri }: { readonly flow: Flow; readonly uri: SipUri | undefined }): Promise<Flow> {
    if (flow.transport.kind !== 'udp' || !uri || uri.params.transport !== undefined) return flow
    const { layer, clock } = this.#parts
    if (printMessage(this.#complete(this.#withVia(request, flow))).length <= maxDatagramBytes) return flow
    const remote: SipAddress = { ...flow.remote, transport: 'tcp' }
    const key = formatSipAddress(remote)
    const wasRefused = (this.#noTcpUntilMs.get(key) ?? 0) > clock.nowMs()
    if (wasRefused || !layer.offers('tcp', flow.transport.family)) return flow
    const wide = await layer.flowTo(remote)
    try {
      await this.#within(wide.transport.reach(remote), reachMs)
      return wide
    } catch {
      if (this.#noTcpUntilMs.size >= maxTcpRefused) this.#noTcpUntilMs.clear()
      this.#noTcpUntilMs.set(key, clock.nowMs() + tcpRefusedMs)
      return flow
    }
  }

  /** Sends a request that has no Via yet, in a transaction of its own. */
  send(request: SipRequest, { flow, owner }: { readonly flow: Flow; readonly owner: ClientOwner }): ClientTransaction {
    return this.#parts.table.send(this.#complete(this.#withVia(request, flow)), { flow, owner })
  }

  /** Sends the CANCEL of an INVITE under way. Its own response tells nothing: the INVITE's does. */
  cancel(invite: ClientTransaction, reason?: string): void {
    this.#parts.table.send(cancelOf(invite.request, reason), { flow: invite.flow, owner: { response() {}, failed() {} } })
  }

  /** Sends the ACK of a 2xx, which has no transaction; the returned function sends it again. */
  sendAck(request: SipRequest, flow: Flow): () => void {
    const bytes = printMessage(this.#complete(this.#withVia(request, flow)))
    const send = (): void => sendOver(flow, bytes)
    send()
    return send
  }

  #within(reached: Promise<void>, limitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = this.#parts.clock.after(limitMs, () => reject(new Unavailable('the far end does not take TCP')))
      reached.then(resolve, reject).finally(() => limit.cancel())
    })
  }

  #withVia(request: SipRequest, { local, transport }: Flow): SipRequest {
    const headers = request.headers.copy()
    const params = withParam(withParam(noParams, 'branch', magicCookie + randomToken(16)), 'rport', true)
    headers.prepend('Via', printVia({ transport: transport.kind.toUpperCase(), host: local.address, port: local.port, params }))
    return { ...request, headers }
  }

  #complete(request: SipRequest): SipRequest {
    if (!request.headers.has('User-Agent')) request.headers.add('User-Agent', this.#parts.userAgent)
    return request
  }
}
