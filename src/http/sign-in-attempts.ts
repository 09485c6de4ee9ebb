/**
 * How fast passwords can be guessed: a few attempts are free, then every further one costs a longer pause, counted per
 * address and per login.
 *
 * An attempt counts against both before its password is looked at, so that a hundred at once are a hundred; the right
 * password clears them. What is remembered is bounded and forgotten after a quiet while.
 *
 * | counted by | free | longest pause | because |
 * |---|---|---|---|
 * | address (IPv6: its /64) | 10 | 15 min | one guesser, many logins |
 * | login | 10 | 30 s | many guessers, one login; nobody can lock the owner out for long |
 */
import { addressBlock } from '../base/address-block.ts'
import type { Clock } from '../base/clock.ts'
import { TooManyAttempts } from './errors.ts'

const freeAttempts = 10
const longestPauseMs = { address: 15 * 60_000, login: 30_000 } as const
const forgottenAfterMs = 60 * 60_000
const maxRemembered = 10_000
/** Hashing a password costs memory and a processor: so many at once, the others are sent away. */
const maxAtOnce = 8

export type Attempt = { readonly address: string; readonly login: string }

type Count = { failures: number; blockedUntilMs: number; lastMs: number }
type Kind = keyof typeof longestPauseMs

export class SignInAttempts {
  readonly #clock: Clock
  /** By kind and name, in the order of the last attempt. */
  readonly #counts = new Map<string, Count>()
  #atOnce = 0

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock
  }

  get remembered(): number {
    return this.#counts.size
  }

  /**
   * Looks at one attempt; `check` says whether the password was right (anything but null).
   * @throws TooManyAttempts without calling `check`, while a pause lasts
   */
  async attempt<T>({ address, login }: Attempt, check: () => Promise<T | null>): Promise<T | null> {
    const keys = [
      { kind: 'address', key: `address ${addressBlock(address)}` },
      { kind: 'login', key: `login ${login.trim().toLowerCase().slice(0, 100)}` },
    ] as const
    for (const { key } of keys) this.#refuseBlocked(key)
    if (this.#atOnce >= maxAtOnce) throw new TooManyAttempts(1)
    for (const { kind, key } of keys) this.#count(kind, key)
    this.#atOnce++
    try {
      const result = await check()
      if (result !== null) for (const { key } of keys) this.#counts.delete(key)
      return result
    } finally {
      this.#atOnce--
    }
  }

  #refuseBlocked(key: string): void {
    const leftMs = (this.#counts.get(key)?.blockedUntilMs ?? 0) - this.#clock.nowMs()
    if (leftMs > 0) throw new TooManyAttempts(Math.ceil(leftMs / 1000))
  }

  #count(kind: Kind, key: string): void {
    const nowMs = this.#clock.nowMs()
    const old = this.#counts.get(key)
    const failures = old && nowMs - old.lastMs < forgottenAfterMs ? old.failures + 1 : 1
    const excess = failures - freeAttempts
    const pauseMs = excess < 0 ? 0 : Math.min(1000 * 2 ** excess, longestPauseMs[kind])
    this.#counts.delete(key)
    this.#counts.set(key, { failures, blockedUntilMs: nowMs + pauseMs, lastMs: nowMs })
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= maxRemembered) break
      this.#counts.delete(oldest)
    }
  }
}
