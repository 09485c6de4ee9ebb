/** A request that waits for the answer of somebody above. */
import type { SipAddress } from './address.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { createResponse } from './response.ts'
import type { ServerTransaction } from './transaction/server.ts'

export type Answer = {
  readonly reason?: string
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>
  /** With its Content-Type among `headers`. */
  readonly body?: Uint8Array
}

export interface ServerRequest {
  readonly request: SipRequest
  /** Where the packet came from. */
  readonly source: SipAddress
  /** Ourselves as the sender can reach us. */
  readonly local: SipAddress
  /** Whether a final response was given. */
  readonly answered: boolean
  /** Promises an answer after the event is over; otherwise the request is then answered by default. */
  later(): void
  /** Once only for a final status; what comes after it is ignored. */
  respond(status: number, answer?: Answer): void
}

export type ServerRequestParts = {
  readonly request: SipRequest
  readonly transaction: ServerTransaction
  readonly userAgent: string
  readonly toTag: string
}

/** Refined with `promised`: whether somebody called `later`. */
export class OpenRequest implements ServerRequest {
  readonly request: SipRequest
  readonly #parts: ServerRequestParts
  #promised = false

  constructor(parts: ServerRequestParts) {
    this.#parts = parts
    this.request = parts.request
  }

  get source(): SipAddress {
    return this.#parts.transaction.flow.remote
  }

  get local(): SipAddress {
    return this.#parts.transaction.flow.local
  }

  get answered(): boolean {
    return this.#parts.transaction.finalStatus !== undefined
  }

  /** Answered, or going to be. */
  get taken(): boolean {
    return this.answered || this.#promised
  }

  later(): void {
    this.#promised = true
  }

  respond(status: number, answer?: Answer): void {
    if (this.answered) return
    if (isChallenge(status)) this.respondOnce(status, answer)
    else this.respondAgain(status, answer)
  }

  /** A final answer that does not depend on anything but the request: it is made again for whoever repeats that. */
  respondOnce(status: number, answer: Answer = {}): void {
    if (!this.answered) this.#parts.transaction.respondOnce(this.#response(status, answer))
  }

  /** A 2xx to an INVITE, which is repeated until its ACK. */
  respondAgain(status: number, answer: Answer = {}): void {
    this.#parts.transaction.respond(this.#response(status, answer))
  }

  #response(status: number, { reason, headers = [], body }: Answer): SipResponse {
    const { userAgent, toTag } = this.#parts
    return createResponse(this.request, {
      status,
      toTag,
      headers: [['Server', userAgent], ...headers],
      ...(reason !== undefined && { reason }),
      ...(body && { body }),
    })
  }
}

/** Whether a response asks for credentials: nobody has proven anything yet, so nothing is kept of the request. */
export function isChallenge(status: number): boolean {
  return status === 401 || status === 407
}
