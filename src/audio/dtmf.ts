/**
 * Keys heard in the sound itself (ITU-T Q.23, Q.24), for lines that send no telephone events.
 *
 * Blocks of 102 samples; each must hold one row and one column frequency that stand out from the other three, are near one
 * another in strength (twist), and are nearly all of the sound. Speech and music hold harmonics and noise besides.
 *
 * | block | 0 | 1 | 2 | 3 | ... | n | n+1 | n+2 |
 * |---|---|---|---|---|---|---|---|---|
 * | holds | 5 | 5 | 5 | 5 | | - | - | - |
 * | says | | 5 | | | | | | the key is up |
 *
 * A key is told at its second block (25 to 38 ms after it went down) and may be told again after three blocks without it:
 * tones and pauses of 40 ms are heard, tones of 12 ms are not, and a hole of 10 ms does not make two of one.
 */
import { RATE_HZ } from './frame.ts'
import { goertzelCoefficient, goertzelPower } from './goertzel.ts'
import { DTMF_COLUMNS_HZ, DTMF_ROWS_HZ } from './tone.ts'

/** A bin as wide as the rows are apart: none of the eight leaks much into its neighbour. */
const BLOCK_SAMPLES = 102

const ROWS = 4

/** Of either tone: weaker ones are echoes and crosstalk (Q.24 gives national limits from -25 to -40 dBm0). */
const LEAST_DBOV = -42

/** Column over row, and row over column, at most: Q.24's 4 and 8 dB, and what a block mismeasures. */
const TWIST_COLUMN = 10 ** 0.5
const TWIST_ROW = 10 ** 0.95

/** The chosen tone over each other one of its group. */
const STANDS_OUT = 10 ** 0.5

/** Row and column together, as a share of all. */
const SHARE = 0.9

/** Senders are off by up to this part (Q.24); the share is measured where the tone really is. */
const OFF = 0.015

const HITS_TO_BEGIN = 2
const MISSES_TO_END = 3

const LEAST_POWER = (32767 * 10 ** (LEAST_DBOV / 20)) ** 2

/** Event numbers of RFC 4733 by row and column of the keypad. */
const EVENTS = Int8Array.of(1, 2, 3, 12, 4, 5, 6, 13, 7, 8, 9, 14, 10, 0, 11, 15)

const FREQUENCIES_HZ = [...DTMF_ROWS_HZ, ...DTMF_COLUMNS_HZ]
const TONES = FREQUENCIES_HZ.length
const COEFFICIENTS = Float64Array.from(FREQUENCIES_HZ, (hz) => goertzelCoefficient(hz, RATE_HZ))
const FLAT = Float64Array.from(FREQUENCIES_HZ, (hz) => goertzelCoefficient(hz * (1 - OFF), RATE_HZ))
const SHARP = Float64Array.from(FREQUENCIES_HZ, (hz) => goertzelCoefficient(hz * (1 + OFF), RATE_HZ))

/** One stream's detector; made at join, given every frame. */
export class DtmfDetector {
  readonly #block = new Int16Array(BLOCK_SAMPLES)
  readonly #power = new Float64Array(TONES)
  #samples = 0
  /** What the last block held, and in how many on end. */
  #candidate = -1
  #hits = 0
  /** The key that is down. */
  #down = -1
  #misses = 0

  /** Takes a frame of FRAME_SAMPLES or fewer. @returns the event 0-15 (RFC 4733) of a key that went down in it, or -1 */
  detect(frame: Int16Array): number {
    const block = this.#block
    const length = frame.length
    let pressed = -1
    let samples = this.#samples
    for (let i = 0; i < length; i++) {
      block[samples++] = frame[i] as number
      if (samples < BLOCK_SAMPLES) continue
      samples = 0
      const event = this.#judge(this.#look())
      if (event >= 0) pressed = event
    }
    this.#samples = samples
    return pressed
  }

  reset(): void {
    this.#samples = 0
    this.#candidate = -1
    this.#hits = 0
    this.#down = -1
    this.#misses = 0
  }

  /** @returns the event that the block holds, or -1 */
  #look(): number {
    const meanSquare = meanSquareOf(this.#block)
    // Both tones are above the least, or there is no need to look: silence costs nothing.
    if (meanSquare < LEAST_POWER) return -1
    const power = this.#power
    for (let tone = 0; tone < TONES; tone++) power[tone] = blockPower(this.#block, COEFFICIENTS[tone] as number)
    const row = this.#strongest(0)
    const column = this.#strongest(ROWS)
    if (row < 0 || column < 0) return -1
    const rowPower = this.#around(row)
    const columnPower = this.#around(column)
    if (columnPower > rowPower * TWIST_COLUMN || rowPower > columnPower * TWIST_ROW) return -1
    if (rowPower + columnPower < meanSquare * SHARE) return -1
    return EVENTS[row * ROWS + column - ROWS] as number
  }

  /** The one tone of four from `first` that stands out; -1: none does. */
  #strongest(first: number): number {
    const power = this.#power
    let best = first
    for (let tone = first + 1; tone < first + ROWS; tone++) if ((power[tone] as number) > (power[best] as number)) best = tone
    const most = power[best] as number
    if (most < LEAST_POWER) return -1
    for (let tone = first; tone < first + ROWS; tone++) {
      if (tone !== best && (power[tone] as number) * STANDS_OUT > most) return -1
    }
    return best
  }

  /** Power of a tone that may be off by as much as is allowed. */
  #around(tone: number): number {
    const flat = blockPower(this.#block, FLAT[tone] as number)
    const sharp = blockPower(this.#block, SHARP[tone] as number)
    return Math.max(this.#power[tone] as number, flat, sharp)
  }

  /** @returns a key that went down */
  #judge(event: number): number {
    this.#hits = event === this.#candidate ? this.#hits + 1 : 1
    this.#candidate = event
    if (event === this.#down) {
      this.#misses = 0
      return -1
    }
    this.#misses++
    if (event >= 0 && this.#hits >= HITS_TO_BEGIN) {
      this.#down = event
      this.#misses = 0
      return event
    }
    if (this.#misses >= MISSES_TO_END) this.#down = -1
    return -1
  }
}

function meanSquareOf(block: Int16Array): number {
  let energy = 0
  for (let i = 0; i < BLOCK_SAMPLES; i++) energy += Math.imul(block[i] as number, block[i] as number)
  return energy / BLOCK_SAMPLES
}

/** Mean square of the part of the block at the coefficient's frequency. */
function blockPower(block: Int16Array, coefficient: number): number {
  let s1 = 0
  let s2 = 0
  for (let i = 0; i < BLOCK_SAMPLES; i++) {
    const s0 = (block[i] as number) + coefficient * s1 - s2
    s2 = s1
    s1 = s0
  }
  return goertzelPower(s1, s2, coefficient) / (BLOCK_SAMPLES * BLOCK_SAMPLES)
}
