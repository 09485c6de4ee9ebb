/**
 * Brings a sum of many voices, 32 bits, into 16 bits without wrapping.
 *
 * Up to LIMIT_KNEE nothing is changed. Above, the louder a sample the less is added, and full scale is never passed:
 * `knee + room * u / (1 + u)` with `u` the excess over the knee in parts of the room. The curve is smooth at the knee.
 *
 * Without a state, on purpose: no gain that lags behind and makes the room breathe when somebody coughs, and the same sum
 * is the same sound for all who share it. The price is a little distortion of the peaks while several people shout at once.
 */

const FULL_SCALE = 32767

/** Samples below are not touched: 2.5 dB under full scale, above what a single voice reaches on most lines. */
export const LIMIT_KNEE = 24_576

const ROOM = FULL_SCALE - LIMIT_KNEE

/** One sample of a sum, limited. */
export function limitSample(sum: number): number {
  if (sum > LIMIT_KNEE) return LIMIT_KNEE + bent(sum - LIMIT_KNEE)
  if (sum < -LIMIT_KNEE) return -LIMIT_KNEE - bent(-LIMIT_KNEE - sum)
  return sum
}

/** Limits all of `sum` into `target`, which is as long. */
export function limitFrame(sum: Int32Array, target: Int16Array): void {
  const length = sum.length
  for (let i = 0; i < length; i++) {
    const sample = sum[i] as number
    target[i] = sample > LIMIT_KNEE || sample < -LIMIT_KNEE ? limitSample(sample) : sample
  }
}

function bent(excess: number): number {
  return ((ROOM * excess) / (ROOM + excess)) | 0
}
