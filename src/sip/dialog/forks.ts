/** The far ends that an INVITE of ours has met: each To tag is a dialog of its own until one answers (RFC 3261 §12.1.2). */
import type { Credentials } from '../challenge.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { Flow } from '../transport/transport.ts'
import { identityOfCaller, tagOf } from './identity.ts'
import { Peer } from './peer.ts'
import type { DialogWires } from './wires.ts'

type Fork = { readonly peer: Peer; lastRseq: number | undefined }

/** A hostile proxy may invent tags; no honest one forks to more. */
const maxForks = 50

export class Forks {
  readonly #parts: { readonly wires: DialogWires; readonly credentials: Credentials | undefined }
  readonly #byTag = new Map<string, Fork>()

  constructor(parts: { readonly wires: DialogWires; readonly credentials: Credentials | undefined }) {
    this.#parts = parts
  }

  /** A provisional response: opens an early dialog, and confirms it when it was sent reliably (RFC 3262 §4). False: a repeat. */
  provisional(response: SipResponse, invite: { readonly request: SipRequest; readonly flow: Flow }): boolean {
    const tag = tagOf(response.headers.to)
    if (tag === '') return true
    const fork = this.#byTag.get(tag) ?? (this.#byTag.size < maxForks ? this.#open(tag, response, invite) : undefined)
    if (!response.headers.tokens('Require').includes('100rel')) return true
    const rseq = Number(response.headers.get('RSeq'))
    if (!fork || !Number.isInteger(rseq)) return false
    // One that is not the next has had, or is missing, another before it; the far end repeats what is missing.
    if (fork.lastRseq !== undefined && rseq !== fork.lastRseq + 1) return false
    fork.lastRseq = rseq
    const rack = `${rseq} ${invite.request.headers.cseq.number} INVITE`
    fork.peer.ask({ method: 'PRACK', headers: [['RAck', rack]] }).catch(() => {}) // the response is repeated, or the call fails
    return true
  }

  /** A 2xx: the dialog is there, its route and target are those of this response (RFC 3261 §13.2.2.4). */
  success(response: SipResponse, invite: { readonly request: SipRequest; readonly flow: Flow }): Peer {
    const tag = tagOf(response.headers.to)
    const known = this.#byTag.get(tag)
    if (!known) return this.#open(tag, response, invite).peer
    known.peer.confirm(identityOfCaller(invite.request, response))
    return known.peer
  }

  #open(tag: string, response: SipResponse, { request, flow }: { readonly request: SipRequest; readonly flow: Flow }): Fork {
    const peer = new Peer({
      outgoing: this.#parts.wires.outgoing,
      identity: identityOfCaller(request, response),
      flow,
      via: undefined,
      credentials: this.#parts.credentials,
    })
    const fork: Fork = { peer, lastRseq: undefined }
    this.#byTag.set(tag, fork)
    return fork
  }
}
