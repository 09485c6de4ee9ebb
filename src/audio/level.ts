/**
 * How loud a stream is, and whether somebody talks on it.
 *
 * Levels are dBov: 0 is the RMS of a full-scale square wave, -127 is digital silence or anything below (RFC 6464 sends the
 * same number without its sign).
 */
import { FRAME_MS } from './frame.ts'

export const SILENCE_DBOV = -127

const FULL_SCALE = 32767

/** Level of a frame, unrounded; SILENCE_DBOV for one without samples. */
export function levelDbov(frame: Int16Array): number {
  const length = frame.length
  let energy = 0
  for (let i = 0; i < length; i++) energy += Math.imul(frame[i] as number, frame[i] as number)
  return energy === 0 ? SILENCE_DBOV : meanSquareDbov(energy / length)
}

/** For who has the mean square already (the mixing kernel). */
export function meanSquareDbov(meanSquare: number): number {
  const level = meanSquare > 0 ? 10 * Math.log10(meanSquare / (FULL_SCALE * FULL_SCALE)) : SILENCE_DBOV
  return level < SILENCE_DBOV ? SILENCE_DBOV : level > 0 ? 0 : level
}

/** What goes into the RTP header extension: 0 loudest to 127 silence (RFC 6464 §3). */
export function levelOctet(dbov: number): number {
  return Math.min(127, Math.max(0, Math.round(-dbov)))
}

/** Talk stands out from the noise by this much to begin, and by less to go on. */
const BEGIN_OVER_NOISE_DB = 12
const KEEP_OVER_NOISE_DB = 6

/** However quiet the line, what is below this is nobody talking. */
const TALK_LEAST_DBOV = -50

/** Frames over the threshold that begin talk: a click is one. */
const BEGIN_FRAMES = 3

/** A pause between words does not end it. */
const HANG_FRAMES = 400 / FRAME_MS

/** The floor follows a quieter line at once, and a louder one as slowly as makes pauses in speech enough to hold it. */
const FLOOR_FALL = 0.3
const FLOOR_RISE_DB = 3 * (FRAME_MS / 1000)
const FLOOR_START_DBOV = -60
const FLOOR_LEAST_DBOV = -75

/** Shares of a new frame in the level shown: quick to rise, slow to fall, like the needle of a meter. */
const SHOWN_RISE = 0.5
const SHOWN_FALL = 0.08

const SHOWN = 0
const FLOOR = 1
const OVER = 2
const HANG = 3
const FIELDS = 4

/** One stream's loudness; made at join, given every frame. */
export class TalkMeter {
  // One array of doubles: fractions in object fields would be allocated again at every frame.
  readonly #fields = new Float64Array(FIELDS)
  #talking = false

  constructor() {
    this.reset()
  }

  /** Takes the level of the next frame. @returns whether somebody talks */
  update(dbov: number): boolean {
    const fields = this.#fields
    const shown = fields[SHOWN] as number
    fields[SHOWN] = shown + (dbov - shown) * (dbov > shown ? SHOWN_RISE : SHOWN_FALL)
    const floor = this.#follow(dbov)
    const margin = this.#talking ? KEEP_OVER_NOISE_DB : BEGIN_OVER_NOISE_DB
    const loud = dbov > TALK_LEAST_DBOV && dbov > floor + margin
    if (loud) {
      fields[OVER] = (fields[OVER] as number) + 1
      if (this.#talking || (fields[OVER] as number) >= BEGIN_FRAMES) {
        this.#talking = true
        fields[HANG] = HANG_FRAMES
      }
    } else {
      fields[OVER] = 0
      fields[HANG] = (fields[HANG] as number) - 1
      if ((fields[HANG] as number) <= 0) this.#talking = false
    }
    return this.#talking
  }

  get talking(): boolean {
    return this.#talking
  }

  /** Smoothed for showing. */
  get levelDbov(): number {
    return this.#fields[SHOWN] as number
  }

  /** What the line sounds like when nobody talks: the noisy line of a room is the one with the highest. */
  get noiseDbov(): number {
    return this.#fields[FLOOR] as number
  }

  reset(): void {
    this.#fields.fill(0)
    this.#fields[SHOWN] = SILENCE_DBOV
    this.#fields[FLOOR] = FLOOR_START_DBOV
    this.#talking = false
  }

  #follow(dbov: number): number {
    const floor = this.#fields[FLOOR] as number
    const target = dbov < FLOOR_LEAST_DBOV ? FLOOR_LEAST_DBOV : dbov
    const next = target < floor ? floor + (target - floor) * FLOOR_FALL : Math.min(target, floor + FLOOR_RISE_DB)
    this.#fields[FLOOR] = next
    return next
  }
}
