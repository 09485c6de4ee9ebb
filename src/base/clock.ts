/**
 * Time, as the rest of the house may see it. Rooms are given a clock; nothing else asks the system for the time.
 */

export type Timer = { cancel(): void }

export interface Clock {
  /** Monotonic milliseconds, for differences only. */
  nowMs(): number
  /** Milliseconds since 1970-01-01 UTC, for what is stored or shown. */
  wallMs(): number
  /** Calls `fire` once after `delayMs`. */
  after(delayMs: number, fire: () => void): Timer
}

/** The machine's clock. Its timers keep the process alive: whoever starts one closes it. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, fire) {
    const handle = setTimeout(fire, delayMs)
    return { cancel: () => clearTimeout(handle) }
  },
}

/** A clock whose timers tell a bug to `onBug` instead of ending the process: it is the part that owns the timer that is broken. */
export function guardedClock(clock: Clock, onBug: (error: unknown) => void): Clock {
  return {
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs(),
    after: (delayMs, fire) =>
      clock.after(delayMs, () => {
        try {
          fire()
        } catch (error) {
          onBug(error)
        }
      }),
  }
}

/** A clock that stands still until told: tests of timed machines finish at once and never sleep. */
export class ManualClock implements Clock {
  #nowMs = 0
  readonly #startWallMs: number
  readonly #timers = new Set<{ dueMs: number; readonly fire: () => void }>()

  constructor(startWallMs = Date.UTC(2026, 0, 1)) {
    this.#startWallMs = startWallMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  wallMs(): number {
    return this.#startWallMs + this.#nowMs
  }

  after(delayMs: number, fire: () => void): Timer {
    const timer = { dueMs: this.#nowMs + delayMs, fire }
    this.#timers.add(timer)
    return { cancel: () => void this.#timers.delete(timer) }
  }

  /** How many timers are waiting: a part that closed must leave none. */
  get pending(): number {
    return this.#timers.size
  }

  /** Moves time on, firing due timers in order, those that they start included. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs
    for (;;) {
      let next: { dueMs: number; readonly fire: () => void } | undefined
      for (const timer of this.#timers) if (timer.dueMs <= untilMs && (!next || timer.dueMs < next.dueMs)) next = timer
      if (!next) break
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      next.fire()
    }
    this.#nowMs = untilMs
  }
}
