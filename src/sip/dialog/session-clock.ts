/** The running session timer of one dialog (RFC 4028 §10). */
import type { Clock, Timer } from '../../base/clock.ts'
import { retryMs, sessionAlarm, type SessionAgreement } from './session-timer.ts'

/** So often a refused refresh is asked again soon; these take less than another half interval. */
const maxRetries = 6

export class SessionClock {
  readonly #parts: { readonly clock: Clock; readonly refresh: () => void; readonly expired: () => void }
  #agreement: SessionAgreement | undefined
  #alarm: Timer | undefined
  #retries = 0

  constructor(parts: { readonly clock: Clock; readonly refresh: () => void; readonly expired: () => void }) {
    this.#parts = parts
  }

  get agreement(): SessionAgreement | undefined {
    return this.#agreement
  }

  /** Starts anew: every 2xx to an INVITE or UPDATE is a refresh, whoever sent it. */
  agree(agreement: SessionAgreement | undefined): void {
    this.stop()
    this.#agreement = agreement
    this.#retries = 0
    if (!agreement) return
    const { act, afterMs } = sessionAlarm(agreement)
    this.#arm(afterMs, act === 'refresh' ? this.#parts.refresh : this.#parts.expired)
  }

  /**
   * A refresh was refused by a far end that lives: asks again before it gives up. One that always refuses is asked at half
   * times only. A session that has been refreshed in the meantime needs nothing.
   */
  refused(): void {
    if (this.#alarm || !this.#agreement) return
    if (this.#retries === maxRetries) return this.agree(this.#agreement)
    this.#retries++
    this.#arm(retryMs(this.#agreement), this.#parts.refresh)
  }

  stop(): void {
    this.#alarm?.cancel()
    this.#alarm = undefined
  }

  #arm(afterMs: number, act: () => void): void {
    this.#alarm = this.#parts.clock.after(afterMs, () => {
      this.#alarm = undefined
      act()
    })
  }
}
