/** How often something may be done for strangers: so many at once, refilled evenly. */
export class Allowance {
  readonly #nowMs: () => number
  readonly #perSecond: number
  #left: number
  #filledAtMs: number

  constructor({ nowMs, perSecond }: { readonly nowMs: () => number; readonly perSecond: number }) {
    this.#nowMs = nowMs
    this.#perSecond = perSecond
    this.#left = perSecond
    this.#filledAtMs = nowMs()
  }

  /** Takes one; false when none is left. */
  take(): boolean {
    const nowMs = this.#nowMs()
    this.#left = Math.min(this.#perSecond, this.#left + ((nowMs - this.#filledAtMs) * this.#perSecond) / 1000)
    this.#filledAtMs = nowMs
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
