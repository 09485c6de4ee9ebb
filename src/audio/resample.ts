/**
 * Changes the rate of whole sounds at load time: prompts and music of any rate to that of the telephone. For live sound
 * the kernels are used instead; this one is slow and good.
 *
 * One low-pass for every place an output sample can have between two input samples (a polyphase bank): a sinc under a
 * Kaiser window, some 90 dB down at half of the lower rate.
 */

/** Zero crossings of the sinc on either side, at the lower rate: the width of the transition follows from it. */
const CROSSINGS = 48

/** Kaiser's beta for 90 dB. */
const BETA = 8.96

/** The middle of the transition, as a part of half the lower rate: its end falls on that half. */
const CUTOFF = 0.94

/** Returns `pcm` at another rate; its length is rounded up. Allocates freely. */
export function resample(pcm: Int16Array, { fromHz, toHz }: { readonly fromHz: number; readonly toHz: number }): Int16Array {
  if (fromHz === toHz) return pcm.slice()
  const divisor = greatestCommonDivisor(fromHz, toHz)
  const up = toHz / divisor
  const down = fromHz / divisor
  const bank = buildBank(up, down)
  const half = bank.taps / 2
  const out = new Int16Array(Math.ceil((pcm.length * up) / down))
  for (let n = 0; n < out.length; n++) {
    const phase = (n * down) % up
    const first = Math.floor((n * down) / up) - half + 1
    const row = phase * bank.taps
    const from = Math.max(0, -first)
    const to = Math.min(bank.taps, pcm.length - first)
    let sum = 0
    // Both indices are inside by the bounds above.
    for (let k = from; k < to; k++) sum += (bank.weights[row + k] as number) * (pcm[first + k] as number)
    out[n] = Math.max(-32768, Math.min(32767, Math.round(sum)))
  }
  return out
}

type Bank = { readonly taps: number; /** A row of `taps` for each phase. */ readonly weights: Float32Array }

function buildBank(up: number, down: number): Bank {
  const shrink = Math.min(1, up / down)
  const reach = CROSSINGS / shrink
  const taps = 2 * Math.ceil(reach)
  const weights = new Float32Array(up * taps)
  const top = bessel(BETA)
  for (let phase = 0; phase < up; phase++) {
    let sum = 0
    for (let k = 0; k < taps; k++) {
      // From the output's place to this input sample, in input samples.
      const distance = k - taps / 2 + 1 - phase / up
      const inside = 1 - (distance / reach) ** 2
      const window = inside > 0 ? bessel(BETA * Math.sqrt(inside)) / top : 0
      const weight = window * sinc(distance * shrink * CUTOFF)
      weights[phase * taps + k] = weight
      sum += weight
    }
    // Each phase passes direct current unchanged: no tone at the rate of the phases.
    for (let k = 0; k < taps; k++) weights[phase * taps + k] = (weights[phase * taps + k] as number) / sum
  }
  return { taps, weights }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** Modified Bessel function of the first kind, order zero, by its series. */
function bessel(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
