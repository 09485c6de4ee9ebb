/** The running timers of one transaction: at most one of each name. */
import type { Clock, Timer } from '../../base/clock.ts'
import type { TimerName } from './timers.ts'

export class Alarms {
  readonly #clock: Clock
  readonly #fire: (timer: TimerName) => void
  readonly #running = new Map<TimerName, Timer>()

  constructor(clock: Clock, fire: (timer: TimerName) => void) {
    this.#clock = clock
    this.#fire = fire
  }

  start(name: TimerName, delayMs: number): void {
    this.#running.get(name)?.cancel()
    const timer = this.#clock.after(delayMs, () => {
      this.#running.delete(name)
      this.#fire(name)
    })
    this.#running.set(name, timer)
  }

  stop(name: TimerName): void {
    this.#running.get(name)?.cancel()
    this.#running.delete(name)
  }

  stopAll(): void {
    for (const timer of this.#running.values()) timer.cancel()
    this.#running.clear()
  }
}
