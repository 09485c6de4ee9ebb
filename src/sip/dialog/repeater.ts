/**
 * A response that is repeated until the far end confirms it: a 2xx until its ACK (RFC 3261 §13.3.1.4), a reliable
 * provisional one until its PRACK (RFC 3262 §3). The pause doubles from T1 up to `longestMs`; after 64*T1 it gives up.
 *
 * Over reliable transports too: what lies behind the next hop is not known to be reliable.
 */
import type { Clock, Timer } from '../../base/clock.ts'
import { patienceMs, type SipTimers } from '../transaction/timers.ts'

export type RepeaterParts = {
  readonly clock: Clock
  readonly timers: SipTimers
  readonly longestMs: number
  readonly send: () => void
  /** Nobody confirmed. */
  readonly giveUp: () => void
}

export class Repeater {
  readonly #parts: RepeaterParts
  readonly #limit: Timer
  #next: Timer

  /** Sends at once. */
  constructor(parts: RepeaterParts) {
    this.#parts = parts
    this.#limit = parts.clock.after(patienceMs(parts.timers), () => {
      this.stop()
      parts.giveUp()
    })
    this.#next = this.#after(parts.timers.t1Ms)
    parts.send()
  }

  /** It was confirmed, or does not matter any more. */
  stop(): void {
    this.#limit.cancel()
    this.#next.cancel()
  }

  #after(pauseMs: number): Timer {
    return this.#parts.clock.after(pauseMs, () => {
      this.#next = this.#after(Math.min(pauseMs * 2, this.#parts.longestMs))
      this.#parts.send()
    })
  }
}
