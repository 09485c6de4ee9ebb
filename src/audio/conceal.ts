/**
 * Fills the place of lost frames with a waveform that goes on as the speech before it did (in the spirit of ITU-T G.711
 * Appendix I, without its delay of 3.75 ms).
 *
 * | time since the loss began | what is heard |
 * |---|---|
 * | 0 | the pitch is estimated from the history; its last period is repeated, bent to begin at the last sample heard |
 * | 10 ms, 20 ms | two, then three periods are repeated, so that a long loss does not buzz |
 * | 10 ms to 80 ms | it fades to silence |
 * | the next good frame | its beginning is crossfaded with what would have gone on |
 *
 * Without loss a frame costs a copy into the history. All memory is taken at creation.
 */
import { FRAME_SAMPLES } from './frame.ts'

/** Pitch periods looked for, in samples at RATE_HZ: 66 to 200 Hz. */
const PERIOD_MIN = 40
const PERIOD_MAX = 120

/** The stretch of the newest history that is compared with what was a period before it. */
const CORRELATION_SAMPLES = 160

const PERIODS_MAX = 3

/** Power of two, holds PERIODS_MAX periods and the fade before them. */
const HISTORY_SAMPLES = 512

const FULL_SAMPLES = 80
const FADED_SAMPLES = 640

/** The crossfade at the end of a loss: this much after one frame, longer after more. */
const MERGE_MIN = 40
const MERGE_MAX = 80

/** Below this likeness the sound has no pitch: many periods at once, or noise becomes a tone. */
const VOICED = 0.5

/** One stream's concealment; made at join. */
export type Concealment = {
  /** Takes a received frame, up to FRAME_SAMPLES. After a loss its first samples are changed to merge with what was played. */
  good(frame: Int16Array): void
  /** Fills `out`, up to FRAME_SAMPLES, in place of a frame that did not come. */
  missing(out: Int16Array): void
  /** Forgets everything: the source changed. */
  reset(): void
}

export function createConcealment(): Concealment {
  return new PitchConcealment()
}

class PitchConcealment implements Concealment {
  readonly #ring = new Int16Array(HISTORY_SAMPLES)
  #end = 0
  /** The history in order, and the loop made of it; filled when a loss begins. */
  readonly #history = new Float32Array(HISTORY_SAMPLES)
  readonly #loop = new Float32Array(PERIOD_MAX * PERIODS_MAX)
  #loopSamples = 0
  #position = 0
  #period = 0
  #periods = 0
  /** Fades out the step between the last sample heard, or the loop before, and the loop. */
  #bend = 0
  #bendLeft = 0
  #bendSamples = 1
  /** Samples since the loss began; 0: nothing is lost. */
  #lost = 0
  readonly #tail = new Int16Array(MERGE_MAX)

  good(frame: Int16Array): void {
    if (this.#lost > 0) this.#merge(frame)
    this.#remember(frame)
  }

  missing(out: Int16Array): void {
    if (this.#lost === 0) this.#begin()
    this.#synthesize(out, out.length)
    this.#remember(out)
  }

  reset(): void {
    this.#ring.fill(0)
    this.#lost = 0
  }

  #remember(frame: Int16Array): void {
    const end = this.#end
    const room = HISTORY_SAMPLES - end
    const length = frame.length
    if (length <= room) {
      this.#ring.set(frame, end)
    } else {
      for (let i = 0; i < length; i++) this.#ring[(end + i) & (HISTORY_SAMPLES - 1)] = frame[i] as number
    }
    this.#end = (end + length) & (HISTORY_SAMPLES - 1)
  }

  #begin(): void {
    const history = this.#history
    for (let i = 0; i < HISTORY_SAMPLES; i++) {
      history[i] = this.#ring[(this.#end + i) & (HISTORY_SAMPLES - 1)] as number
    }
    const likeness = this.#findPeriod()
    this.#periods = likeness < VOICED ? PERIODS_MAX : 1
    this.#buildLoop()
    this.#position = 0
    this.#startBend((history[HISTORY_SAMPLES - 1] as number) - this.#before(0))
  }

  /** Sets the period that the newest history is most like itself at. @returns the likeness, -1 to 1; 0 for silence */
  #findPeriod(): number {
    const history = this.#history
    const start = HISTORY_SAMPLES - CORRELATION_SAMPLES
    const energy = energyOf(history, start)
    // The stretch a period before moves back by one sample for each period tried; so does its energy, one sample at a time.
    let energyBefore = energyOf(history, start - PERIOD_MIN)
    let best = PERIOD_MAX
    let bestLikeness = -1
    for (let period = PERIOD_MIN; period <= PERIOD_MAX; period++) {
      const likeness = energy > 0 && energyBefore > 0 ? productAt(history, period) / Math.sqrt(energy * energyBefore) : 0
      if (likeness > bestLikeness) {
        bestLikeness = likeness
        best = period
      }
      const entering = history[start - period - 1] as number
      const leaving = history[HISTORY_SAMPLES - period - 1] as number
      energyBefore += entering * entering - leaving * leaving
    }
    this.#period = best
    return bestLikeness
  }

  /** The last periods, their end blended into what came before their beginning: it can run in a circle. */
  #buildLoop(): void {
    const history = this.#history
    const length = this.#period * this.#periods
    const start = HISTORY_SAMPLES - length
    const fade = this.#period >> 2
    for (let i = 0; i < length; i++) this.#loop[i] = history[start + i] as number
    for (let i = 0; i < fade; i++) {
      const weight = (i + 1) / (fade + 1)
      const at = length - fade + i
      this.#loop[at] = (this.#loop[at] as number) * (1 - weight) + (history[start - fade + i] as number) * weight
    }
    this.#loopSamples = length
  }

  /** What the loop would have played just before `position`. */
  #before(position: number): number {
    return this.#loop[(position + this.#loopSamples - 1) % this.#loopSamples] as number
  }

  #startBend(step: number): void {
    this.#bend = step
    this.#bendSamples = Math.max(1, this.#period >> 2)
    this.#bendLeft = this.#bendSamples
  }

  #lengthenLoop(): void {
    const before = this.#before(this.#position)
    this.#periods++
    const phase = this.#position % this.#period
    this.#buildLoop()
    // The same place in the period, as far back as there is now.
    this.#position = phase
    this.#startBend(before - this.#before(phase))
  }

  #synthesize(out: Int16Array, length: number): void {
    for (let i = 0; i < length; i++) {
      const lost = this.#lost++
      if (lost >= FADED_SAMPLES) {
        out[i] = 0
        continue
      }
      if ((lost === FULL_SAMPLES || lost === 2 * FULL_SAMPLES) && this.#periods < PERIODS_MAX) this.#lengthenLoop()
      let sample = this.#loop[this.#position] as number
      if (++this.#position === this.#loopSamples) this.#position = 0
      if (this.#bendLeft > 0) sample += (this.#bend * this.#bendLeft--) / this.#bendSamples
      if (lost > FULL_SAMPLES) sample *= (FADED_SAMPLES - lost) / (FADED_SAMPLES - FULL_SAMPLES)
      out[i] = sample > 32767 ? 32767 : sample < -32768 ? -32768 : Math.round(sample)
    }
  }

  #merge(frame: Int16Array): void {
    const longer = this.#lost > FRAME_SAMPLES ? MERGE_MAX : MERGE_MIN
    const length = frame.length < longer ? frame.length : longer
    const tail = this.#tail
    this.#synthesize(tail, length)
    for (let i = 0; i < length; i++) {
      const weight = (i + 1) / (length + 1)
      frame[i] = Math.round((tail[i] as number) * (1 - weight) + (frame[i] as number) * weight)
    }
    this.#lost = 0
  }
}

/** Energy of CORRELATION_SAMPLES from `start`. Whole numbers below 2^53: exact, so that taking away leaves no crumbs. */
function energyOf(history: Float32Array, start: number): number {
  let energy = 0
  for (let i = start; i < start + CORRELATION_SAMPLES; i++) energy += (history[i] as number) * (history[i] as number)
  return energy
}

/** Correlation of the newest history with itself `period` earlier: at every second sample, and doubled. */
function productAt(history: Float32Array, period: number): number {
  let product = 0
  for (let i = HISTORY_SAMPLES - CORRELATION_SAMPLES; i < HISTORY_SAMPLES; i += 2) {
    product += (history[i] as number) * (history[i - period] as number)
  }
  return 2 * product
}
