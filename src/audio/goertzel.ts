/** How strong one frequency is in a stretch of sound (Goertzel's recursion): for tone detection and for tests. */

export type Stretch = { readonly offset: number; readonly length: number; readonly rateHz: number }

/**
 * Mean square of the part of `samples` that is a sine of `frequencyHz`; a pure sine of amplitude A gives A*A/2. Without
 * `stretch` all of it, at 8000 Hz.
 */
export function powerAt(samples: Int16Array, frequencyHz: number, stretch?: Partial<Stretch>): number {
  const offset = stretch?.offset ?? 0
  const length = stretch?.length ?? samples.length - offset
  const coefficient = goertzelCoefficient(frequencyHz, stretch?.rateHz ?? 8000)
  let s1 = 0
  let s2 = 0
  for (let i = offset; i < offset + length; i++) {
    const s0 = (samples[i] ?? 0) + coefficient * s1 - s2
    s2 = s1
    s1 = s0
  }
  return length > 0 ? goertzelPower(s1, s2, coefficient) / (length * length) : 0
}

export function goertzelCoefficient(frequencyHz: number, rateHz: number): number {
  return 2 * Math.cos((2 * Math.PI * frequencyHz) / rateHz)
}

/** From the last two states of the recursion; over the square of the length it is a mean square. */
export function goertzelPower(s1: number, s2: number, coefficient: number): number {
  return 2 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2)
}
