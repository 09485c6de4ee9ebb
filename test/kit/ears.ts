/**
 * Judging sound. Every phone of a test sends a tone of its own; whose tones are in what a phone hears says whom it hears.
 *
 * Levels are in dB relative to a sine wave of full scale (dBFS of a sine), so a tone sent with amplitude 2000 measures about -24.
 * A Hann window keeps a loud tone out of its neighbours' places; with 400 ms, tones 20 Hz apart are told from one another.
 */

const rateHz = 8000
const fullScale = 32767
/** A tone is heard when it is at most this much below what was sent, and not heard when this much below is not reached. */
const heardWithinDb = 4
const unheardBelowDb = 26

/** The amplitude every test phone talks with: ten of them together stay below full scale. */
export const talkAmplitude = 2000

/** Level of the sine wave of `frequencyHz` in `samples` (8000 Hz), dBFS. */
export function toneLevel(samples: Int16Array, frequencyHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / rateHz)
  const step = (2 * Math.PI) / samples.length
  let before = 0
  let last = 0
  for (let i = 0; i < samples.length; i++) {
    const windowed = (samples[i] ?? 0) * (0.5 - 0.5 * Math.cos(step * i))
    const next = windowed + coefficient * last - before
    before = last
    last = next
  }
  const power = before * before + last * last - coefficient * before * last
  // The window halves the sum, a real sine has half its energy at this side of the spectrum.
  const amplitude = (4 * Math.sqrt(Math.max(power, 0))) / samples.length
  return 20 * Math.log10(Math.max(amplitude, 1e-3) / fullScale)
}

/** Root mean square of `samples` as dBFS of a sine (a full-scale sine is 0); -100 for true silence. */
export function loudness(samples: Int16Array): number {
  let sum = 0
  let mean = 0
  for (const sample of samples) mean += sample
  mean /= samples.length || 1
  for (const sample of samples) sum += (sample - mean) ** 2
  const rms = Math.sqrt(sum / (samples.length || 1))
  return Math.max(-100, 20 * Math.log10(Math.max((rms * Math.SQRT2) / fullScale, 1e-5)))
}

/** Below this nothing is said: both laws' idle code and its rounding stay under it. */
export const silenceDb = -55

export type Heard = {
  /** Of the frequencies asked for, those that are there at about the level they were sent with. */
  readonly tones: readonly number[]
  /** Neither clearly there nor clearly not; a judgement with any of these is no judgement. */
  readonly unclear: readonly number[]
  readonly levels: ReadonlyMap<number, number>
  readonly loudness: number
}

/** Which of `frequencies` are heard in `samples`. */
export function judge(samples: Int16Array, frequencies: readonly number[], sentAmplitude = talkAmplitude): Heard {
  const sent = 20 * Math.log10(sentAmplitude / fullScale)
  const levels = new Map(frequencies.map((frequency) => [frequency, toneLevel(samples, frequency)]))
  const tones: number[] = []
  const unclear: number[] = []
  for (const [frequency, level] of levels) {
    if (level >= sent - heardWithinDb) tones.push(frequency)
    else if (level > sent - unheardBelowDb) unclear.push(frequency)
  }
  return { tones, unclear, levels, loudness: loudness(samples) }
}

/** Whether there is sound that none of `frequencies` explains: music, a prompt, an announcement. */
export function hasOtherSound(samples: Int16Array, frequencies: readonly number[] = []): boolean {
  let explained = 0
  for (const frequency of frequencies) explained += 10 ** (toneLevel(samples, frequency) / 10)
  const all = 10 ** (loudness(samples) / 10)
  // Rounding of A-law and mu-law lies some 35 dB under a tone.
  const rest = Math.max(all - explained, 0)
  return rest > explained * 10 ** -2 + 10 ** (silenceDb / 10)
}

/**
 * `count` frequencies of 350 to 3300 Hz for as many phones, at least 70 Hz apart; the uneven steps keep one's harmonics out of
 * another's place.
 */
export function toneSet(count: number): readonly number[] {
  const lowest = 357
  const spacing = Math.min(Math.floor((3290 - lowest) / Math.max(count - 1, 1)), 291)
  if (spacing < 68) throw new Error(`${count} tones do not fit side by side`)
  return Array.from({ length: count }, (_, index) => lowest + index * spacing + (index % 3) * 3)
}
