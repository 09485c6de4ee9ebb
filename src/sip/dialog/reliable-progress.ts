/**
 * Provisional responses that arrive for certain (RFC 3262 §3): numbered by RSeq, repeated until their PRACK, one at a time.
 */
import type { Clock } from '../../base/clock.ts'
import { randomInteger } from '../../base/ids.ts'
import { patienceMs, type SipTimers } from '../transaction/timers.ts'
import { Repeater } from './repeater.ts'

/** What is to be sent, once the ones before are confirmed. */
export type Provisional = {
  /** Called with the RSeq to be written; again for every repeat. */
  readonly send: (rseq: number) => void
  /** A 2xx must wait for the PRACK of one with SDP (RFC 3262 §3). */
  readonly hasSdp: boolean
}

export class ReliableProgress {
  readonly #parts: { readonly clock: Clock; readonly timers: SipTimers; readonly giveUp: () => void }
  readonly #waiting: Provisional[] = []
  #rseq = randomInteger(1, 1_000_000)
  #pending: { readonly rseq: number; readonly hasSdp: boolean; readonly repeater: Repeater } | undefined
  #whenFree: (() => void) | undefined

  /** `giveUp`: no PRACK came within 64*T1, the INVITE is to be refused. */
  constructor(parts: { readonly clock: Clock; readonly timers: SipTimers; readonly giveUp: () => void }) {
    this.#parts = parts
  }

  send(provisional: Provisional): void {
    if (this.#pending) this.#waiting.push(provisional)
    else this.#begin(provisional)
  }

  /** Takes the value of RAck, `rseq cseq method`; false when nothing of that number waits (RFC 3262 §3: answer 481). */
  confirm(rack: string, inviteSeq: number): boolean {
    const [rseq, seq, method] = rack.trim().split(/\s+/)
    const pending = this.#pending
    if (!pending || Number(rseq) !== pending.rseq || Number(seq) !== inviteSeq || method !== 'INVITE') return false
    pending.repeater.stop()
    this.#pending = undefined
    const next = this.#waiting.shift()
    if (next) this.#begin(next)
    if (!this.#isHeld()) this.#release()
    return true
  }

  /** Calls `then` when a 2xx may be sent: at once, or after the PRACK of the SDP that is under way. */
  whenFree(then: () => void): void {
    if (!this.#isHeld()) return then()
    this.#whenFree = then
  }

  stop(): void {
    this.#pending?.repeater.stop()
    this.#pending = undefined
    this.#waiting.length = 0
    this.#whenFree = undefined
  }

  #isHeld(): boolean {
    return (this.#pending?.hasSdp ?? false) || this.#waiting.some(({ hasSdp }) => hasSdp)
  }

  #release(): void {
    const then = this.#whenFree
    this.#whenFree = undefined
    then?.()
  }

  #begin({ send, hasSdp }: Provisional): void {
    const rseq = this.#rseq++
    const { clock, timers, giveUp } = this.#parts
    const repeater = new Repeater({ clock, timers, longestMs: patienceMs(timers), send: () => send(rseq), giveUp })
    this.#pending = { rseq, hasSdp, repeater }
  }
}
