/**
 * Nonces that prove themselves: nothing is stored when one is given out, so asking for many costs us nothing.
 *
 *     | issued, ms since 1970 (6 bytes) | random (8) | HMAC-SHA-256 of both and of the realm, its first 12 |   base64url
 *
 * Only a nonce that was used with the right password is remembered, with the counts it was used with (RFC 7616 §3.4,
 * nc), to refuse a replay. That memory is bounded: what falls out of it takes all nonces of its age and older along.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../base/clock.ts'

export type NonceOptions = {
  readonly realm: string
  readonly clock: Clock
  /** At least 16 bytes; the same on all nodes that shall accept one another's nonces. */
  readonly secret: Uint8Array
  readonly lifetimeMs: number
  /** How many used nonces are remembered. */
  readonly capacity: number
}

/** Requests may overtake one another by this many counts. */
const windowSize = 32

type Use = { readonly issuedMs: number; highest: number; window: number }

export class Nonces {
  readonly #options: NonceOptions
  readonly #used = new Map<string, Use>()
  /** Nonces issued until then are refused unless they are remembered. */
  #forgottenMs = 0

  constructor(options: NonceOptions) {
    this.#options = options
  }

  create(): string {
    const bytes = Buffer.alloc(26)
    bytes.writeUIntBE(this.#options.clock.wallMs(), 0, 6)
    randomBytes(8).copy(bytes, 6)
    this.#sign(bytes).copy(bytes, 14)
    return bytes.toString('base64url')
  }

  /**
   * Uses the nonce once; false when it is not ours, too old, or was used with this count already. `count` undefined: a
   * client that does not count (RFC 2069), the nonce is good for one use.
   */
  use(nonce: string, count: number | undefined): boolean {
    const issuedMs = this.#issuedMs(nonce)
    const ageMs = issuedMs === undefined ? NaN : this.#options.clock.wallMs() - issuedMs
    // A nonce from the future is another node's whose clock is ahead, within reason.
    if (issuedMs === undefined || ageMs > this.#options.lifetimeMs || ageMs < -60_000) return false
    const use = this.#used.get(nonce)
    if (use) return count !== undefined && advance(use, count)
    if (issuedMs <= this.#forgottenMs) return false
    this.#remember(nonce, { issuedMs, highest: count ?? Infinity, window: 0 })
    return true
  }

  #issuedMs(nonce: string): number | undefined {
    const bytes = Buffer.from(nonce, 'base64url')
    // Decoding overlooks odd letters; a nonce written in two ways would count as two.
    if (bytes.length !== 26 || bytes.toString('base64url') !== nonce) return undefined
    return timingSafeEqual(this.#sign(bytes), bytes.subarray(14)) ? bytes.readUIntBE(0, 6) : undefined
  }

  #sign(bytes: Buffer): Buffer {
    const hmac = createHmac('sha256', this.#options.secret)
    return hmac.update(bytes.subarray(0, 14)).update(this.#options.realm).digest().subarray(0, 12)
  }

  #remember(nonce: string, use: Use): void {
    const expiredMs = this.#options.clock.wallMs() - this.#options.lifetimeMs
    for (const [oldest, { issuedMs }] of this.#used) {
      const isFull = this.#used.size >= this.#options.capacity
      if (issuedMs >= expiredMs && !isFull) break
      this.#used.delete(oldest)
      this.#forgottenMs = Math.max(this.#forgottenMs, issuedMs)
    }
    this.#used.set(nonce, use)
  }
}

/** Whether `count` is new; it is marked then. Bit n of the window: the count n + 1 below the highest was seen. */
function advance(use: Use, count: number): boolean {
  if (count > use.highest) {
    const step = count - use.highest
    use.window = step > windowSize ? 0 : step === windowSize ? 1 << (windowSize - 1) : (use.window << step) | (1 << (step - 1))
    use.highest = count
    return true
  }
  const behind = use.highest - count
  if (behind === 0 || behind > windowSize) return false
  const bit = 1 << (behind - 1)
  if ((use.window & bit) !== 0) return false
  use.window |= bit
  return true
}
