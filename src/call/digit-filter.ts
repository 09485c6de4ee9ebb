/**
 * Some phones send every key press twice: as telephone-event and as INFO. The same digit by the other way within a short
 * time is the same press.
 */
import type { Clock } from '../base/clock.ts'

const samePressMs = 400

export class DigitFilter {
  readonly #clock: Clock
  #last: { readonly digit: string; readonly way: 'rtp' | 'info'; readonly atMs: number } | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether this is a press of its own. */
  isNew(digit: string, way: 'rtp' | 'info'): boolean {
    const atMs = this.#clock.nowMs()
    const last = this.#last
    if (last && last.way !== way && last.digit === digit && atMs - last.atMs < samePressMs) {
      this.#last = null
      return false
    }
    this.#last = { digit, way, atMs }
    return true
  }
}
