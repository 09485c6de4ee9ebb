/**
 * All transactions under way, and what an arriving message means to them: repeats are absorbed here, an ACK of a refusal
 * ends here, a CANCEL finds its INVITE (RFC 3261 §17, §9.2), a copy that came another way is told (§8.2.2.2).
 */
import type { Clock } from '../../base/clock.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { Flow } from '../transport/transport.ts'
import { ClientTransaction, type ClientOwner } from './client.ts'
import { clientKey, hasCookie, mergeKey, serverKey } from './key.ts'
import { ServerTransaction } from './server.ts'
import type { SipTimers } from './timers.ts'

export type ArrivedRequest = {
  readonly request: SipRequest
  readonly flow: Flow
  /** Where its responses go. */
  readonly reply: Flow
}

/** What `receiveRequest` found. */
export type Finding =
  /** Dealt with, or nothing to deal with. */
  | { readonly kind: 'absorbed' }
  | { readonly kind: 'new'; readonly transaction: ServerTransaction }
  /** The same request is under way by another path: answer 482. */
  | { readonly kind: 'merged'; readonly transaction: ServerTransaction }
  /** `invite` is what the CANCEL is for, if it is known. */
  | { readonly kind: 'cancel'; readonly transaction: ServerTransaction; readonly invite: ServerTransaction | undefined }
  /** An ACK for a 2xx. */
  | { readonly kind: 'ack' }
  /** No room for one more. */
  | { readonly kind: 'full' }

export class TransactionTable {
  readonly #clock: Clock
  readonly #timers: SipTimers
  readonly #limit: number
  readonly #clients = new Map<string, ClientTransaction>()
  readonly #servers = new Map<string, ServerTransaction>()
  /** Key: {@link mergeKey}. */
  readonly #originals = new Map<string, ServerTransaction>()

  constructor(parts: { readonly clock: Clock; readonly timers: SipTimers; readonly maxTransactions: number }) {
    this.#clock = parts.clock
    this.#timers = parts.timers
    this.#limit = parts.maxTransactions
  }

  get size(): number {
    return this.#clients.size + this.#servers.size
  }

  /** Sends `request`, whose top Via is already ours, and waits for responses on behalf of `owner`. */
  send(request: SipRequest, { flow, owner }: { readonly flow: Flow; readonly owner: ClientOwner }): ClientTransaction {
    const key = clientKey(request)
    const transaction = new ClientTransaction({
      request,
      flow,
      owner,
      clock: this.#clock,
      timers: this.#timers,
      forget: () => void this.#clients.delete(key),
    })
    this.#clients.set(key, transaction)
    transaction.start()
    return transaction
  }

  /** Says whether a transaction was waiting for `response`; others are dropped (RFC 6026 §8.9). */
  receiveResponse(response: SipResponse): boolean {
    const transaction = this.#clients.get(clientKey(response))
    transaction?.receive(response)
    return transaction !== undefined
  }

  receiveRequest(arrived: ArrivedRequest): Finding {
    const { request } = arrived
    const existing = this.#servers.get(serverKey(request))
    if (request.method === 'ACK') return existing && isItsAck(request, existing) ? this.#acknowledged(existing) : { kind: 'ack' }
    if (existing) {
      existing.repeat()
      return { kind: 'absorbed' }
    }
    if (this.#servers.size >= this.#limit) return { kind: 'full' }
    if (request.method === 'CANCEL') {
      const invite = this.#servers.get(serverKey(request, 'INVITE'))
      return { kind: 'cancel', transaction: this.#open(arrived, undefined), invite }
    }
    const common = mergeKey(request)
    const original = common === undefined ? undefined : this.#originals.get(common)
    if (original && !isRefused(original)) return { kind: 'merged', transaction: this.#open(arrived, undefined) }
    return { kind: 'new', transaction: this.#open(arrived, common) }
  }

  /** Stops every timer and forgets everything, telling nobody. */
  close(): void {
    for (const transaction of [...this.#clients.values(), ...this.#servers.values()]) transaction.abandon()
  }

  #acknowledged(invite: ServerTransaction): Finding {
    return invite.acknowledge() ? { kind: 'ack' } : { kind: 'absorbed' }
  }

  #open({ request, flow, reply }: ArrivedRequest, common: string | undefined): ServerTransaction {
    const key = serverKey(request)
    const transaction = new ServerTransaction({
      request,
      flow,
      reply,
      clock: this.#clock,
      timers: this.#timers,
      forget: () => {
        this.#servers.delete(key)
        if (common !== undefined && this.#originals.get(common) === transaction) this.#originals.delete(common)
      },
    })
    this.#servers.set(key, transaction)
    if (common !== undefined) this.#originals.set(common, transaction)
    transaction.start()
    return transaction
  }
}

/** Without the cookie the key says little about whose ACK it is; then the To tag must be the one we gave. */
function isItsAck(ack: SipRequest, invite: ServerTransaction): boolean {
  return hasCookie(ack) || invite.toTag === undefined || ack.headers.to.params.tag === invite.toTag
}

/** After a refusal the caller may try again; some forget to raise CSeq when they add credentials. */
function isRefused({ finalStatus }: ServerTransaction): boolean {
  return finalStatus !== undefined && finalStatus >= 300
}
