/** Waiting in tests: always for a condition, always with a deadline, always saying what did not come. */

export type Patience = { readonly limitMs?: number; readonly what: string }

/** Resolves with the first value of `look` that is neither false, null nor undefined. It is asked every few milliseconds. */
export async function until<T>(
  look: () => T | Promise<T>,
  { limitMs = 5_000, what }: Patience,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const value = await look()
    if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`)
    await pause(10)
  }
}

/** For sound: how long one listens. Never used to let something "settle". */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A random number generator with a printed seed, so that a failure can be seen again. @returns numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    // Mulberry32: one multiplication-mixed counter.
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** A seed from `TEST_SEED` or at random, printed either way. */
export function newSeed(what: string): number {
  const given = process.env['TEST_SEED']
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given)
  process.stdout.write(`seed of ${what}: ${seed} (TEST_SEED=${seed} runs it again)\n`)
  return seed
}
