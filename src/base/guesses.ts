/**
 * How fast something secret can be guessed by one guesser: a few wrong tries are free, then each one costs a pause, twice
 * as long as the last. Who the guesser is, its owner says by a key. What is remembered is bounded, and forgotten after a
 * quiet while.
 */
import type { Clock } from './clock.ts'

export type GuessesOptions = {
  readonly clock: Clock
  /** Wrong tries without a pause. */
  readonly free: number
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** How many guessers are remembered; the one that was quiet for longest is forgotten. */
  readonly limit?: number
}

const forgottenAfterMs = 60 * 60_000

type Count = { readonly wrong: number; readonly lastMs: number; readonly closedUntilMs: number }

export class Guesses {
  readonly #options: GuessesOptions
  /** By guesser, in the order of the last wrong try. */
  readonly #counts = new Map<string, Count>()

  constructor(options: GuessesOptions) {
    this.#options = options
  }

  get remembered(): number {
    return this.#counts.size
  }

  /** Whether a pause lasts: nothing may be learned from a try now, whether it is right or wrong. */
  isClosed(guesser: string): boolean {
    const count = this.#counts.get(guesser)
    return count !== undefined && count.closedUntilMs > this.#options.clock.nowMs()
  }

  /** Counts a wrong try; those made while a pause lasts taught nothing and do not count. */
  wrong(guesser: string): void {
    if (this.isClosed(guesser)) return
    const { clock, free, firstPauseMs, longestPauseMs, limit = 10_000 } = this.#options
    const nowMs = clock.nowMs()
    const old = this.#counts.get(guesser)
    const wrong = old && nowMs - old.lastMs < forgottenAfterMs ? old.wrong + 1 : 1
    const pauseMs = wrong < free ? 0 : Math.min(firstPauseMs * 2 ** (wrong - free), longestPauseMs)
    this.#counts.delete(guesser)
    this.#counts.set(guesser, { wrong, lastMs: nowMs, closedUntilMs: nowMs + pauseMs })
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > limit && oldest !== undefined) this.#counts.delete(oldest)
  }

  /** The secret was given: the guesser is none. */
  right(guesser: string): void {
    this.#counts.delete(guesser)
  }
}
