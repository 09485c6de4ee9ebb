/** The running session timer of one dialog (RFC 4028 §10). */
import type { Clock, Timer } from '../../base/clock.ts'
import { sessionAlarm, type SessionAgreement } from './session-timer.ts'

export class SessionClock {
  readonly #parts: { readonly clock: Clock; readonly refresh: () => void; readonly expired: () => void }
  #agreement: SessionAgreement | undefined
  #alarm: Timer | undefined

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
    if (!agreement) return
    const { act, afterMs } = sessionAlarm(agreement)
    this.#alarm = this.#parts.clock.after(afterMs, act === 'refresh' ? this.#parts.refresh : this.#parts.expired)
  }

  stop(): void {
    this.#alarm?.cancel()
    this.#alarm = undefined
  }
}
