/** The far end of one dialog: its identity, the way to it, and our requests in their order (RFC 3261 §12.2.1). */
import { Unavailable } from '../../base/errors.ts'
import { contactOf } from '../capabilities.ts'
import { proofFor, type Credentials } from '../challenge.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { Outgoing } from '../outgoing.ts'
import type { Flow } from '../transport/transport.ts'
import { printUri } from '../uri.ts'
import type { Via } from '../via.ts'
import { isInTurn, nextHop, nextRequest, requestIn, retarget, type Identity, type RequestParts } from './identity.ts'
import { isPinned } from './pin.ts'

export type PeerParts = {
  readonly outgoing: Outgoing
  readonly identity: Identity
  /** On which the INVITE came or went. */
  readonly flow: Flow
  /** See `isPinned`. */
  readonly via: Via | undefined
  readonly credentials: Credentials | undefined
}

export class Peer {
  readonly #parts: PeerParts
  #identity: Identity
  /** Requests leave in the order of their CSeq, though finding the way takes time. */
  #sent: Promise<void> = Promise.resolve()
  #way: { readonly hop: string; readonly flow: Promise<Flow> } | undefined
  #lastAck: { readonly seq: number; again: () => void } | undefined

  constructor(parts: PeerParts) {
    this.#parts = parts
    this.#identity = parts.identity
  }

  get identity(): Identity {
    return this.#identity
  }

  /** Our Contact towards this far end. */
  get contact(): string {
    return contactOf(this.#parts.flow.local)
  }

  /** Counts a request of the far end; false when its CSeq is not higher than the last one's. */
  take(request: SipRequest): boolean {
    const { number } = request.headers.cseq
    if (!isInTurn(this.#identity, number)) return false
    this.#identity = { ...this.#identity, remoteSeq: number }
    return true
  }

  /** Follows the far end to the Contact of a target refresh. */
  retarget(message: SipRequest | SipResponse): void {
    this.#identity = retarget(this.#identity, message)
  }

  /** An early dialog became one: numbers go on, route and target are the 2xx's. */
  confirm(identity: Identity): void {
    const { localSeq, remoteSeq } = this.#identity
    this.#identity = { ...identity, localSeq: Math.max(localSeq, identity.localSeq), remoteSeq }
  }

  /**
   * Sends a request and resolves with its final response, answering one challenge on the way. Repeated 2xx of an INVITE are
   * acknowledged again here once {@link acknowledge} was called.
   * @throws Unavailable when none comes.
   */
  async ask(parts: RequestParts): Promise<{ readonly response: SipResponse; readonly seq: number }> {
    const first = await this.#ask(parts)
    const proof = proofFor({ ...first, credentials: this.#parts.credentials })
    return proof ? this.#ask({ ...parts, headers: [...(parts.headers ?? []), ...proof] }) : first
  }

  /** Acknowledges the 2xx of our INVITE with CSeq `seq`. */
  acknowledge(seq: number, body?: Uint8Array): void {
    const request = requestIn(this.#identity, seq, {
      method: 'ACK',
      ...(body && { headers: [['Content-Type', 'application/sdp']] as const, body }),
    })
    const entry = { seq, again: () => {} }
    this.#lastAck = entry
    this.#inTurn(async () => {
      entry.again = this.#parts.outgoing.sendAck(request, await this.#flow())
    }).catch(() => {}) // the far end repeats its 2xx, or gives up
  }

  #ask(parts: RequestParts): Promise<{ readonly request: SipRequest; readonly response: SipResponse; readonly seq: number }> {
    const { identity, request } = nextRequest(this.#identity, parts)
    this.#identity = identity
    const seq = identity.localSeq
    const uri = this.#isPinned ? undefined : nextHop(identity)
    return new Promise((resolve, reject) => {
      const owner = {
        response: (response: SipResponse) => {
          if (response.status < 200) return
          if (this.#lastAck?.seq === seq) this.#lastAck.again()
          resolve({ request, response, seq })
        },
        failed: (why: 'timeout' | 'transport') => {
          reject(new Unavailable(`${parts.method} was not answered (${why})`, { code: 'no-answer' }))
        },
      }
      this.#inTurn(async () => {
        const flow = await this.#parts.outgoing.fitting(request, { flow: await this.#flow(), uri })
        this.#parts.outgoing.send(request, { flow, owner })
      }).catch(reject)
    })
  }

  #inTurn(send: () => Promise<void>): Promise<void> {
    const done = this.#sent.then(send)
    this.#parts.outgoing.watch(done)
    this.#sent = done.catch(() => {})
    return done
  }

  #flow(): Promise<Flow> {
    const { flow, outgoing } = this.#parts
    if (this.#isPinned) return Promise.resolve(this.#pinnedFlow)
    const uri = nextHop(this.#identity)
    const hop = printUri(uri)
    // A Contact that leads nowhere we can go: the way the INVITE took is worth a try.
    if (this.#way?.hop !== hop) this.#way = { hop, flow: outgoing.flowTo(uri).catch(() => flow) }
    return this.#way.flow
  }

  get #isPinned(): boolean {
    const { flow, via } = this.#parts
    const { target, routes } = this.#identity
    return isPinned({ target, hasRoute: routes.length > 0, remote: flow.remote, reliable: flow.transport.reliable, via })
  }

  /** When its connection is gone, the Contact is worth a try. */
  get #pinnedFlow(): Flow {
    const { flow } = this.#parts
    const { host, port = 5060 } = this.#identity.target
    return flow.transport.reliable ? { ...flow, otherwise: { address: host, port } } : flow
  }
}
