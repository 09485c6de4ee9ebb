import { describe, expect, it } from 'vitest'
import { createConcealment } from './conceal.ts'
import { FRAME_SAMPLES, RATE_HZ } from './frame.ts'

type Wave = (sample: number) => number

const tone = (hz: number, amplitude = 8000): Wave => (i) => amplitude * Math.sin((2 * Math.PI * hz * i) / RATE_HZ)

/** A voice of 120 Hz that glides and breathes: fifteen harmonics under a formant. */
const voice: Wave = (i) => {
  const t = i / RATE_HZ
  const phase = 2 * Math.PI * (120 * t + 1.5 * Math.sin(2 * Math.PI * 0.7 * t))
  let sum = 0
  for (let k = 1; k <= 15; k++) sum += Math.sin(k * phase) / (1 + Math.abs(k - 5))
  return 2500 * sum * (0.7 + 0.3 * Math.sin(2 * Math.PI * 3 * t))
}

function randomOf(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

/** What is played of `wave` when the frames that `lost` names do not come. */
function play(wave: Wave, options: { frames: number; lost: (frame: number) => boolean; samples?: number }): Int16Array {
  const { frames, lost, samples = FRAME_SAMPLES } = options
  const concealment = createConcealment()
  const played = new Int16Array(frames * samples)
  for (let f = 0; f < frames; f++) {
    const frame = played.subarray(f * samples, (f + 1) * samples)
    if (lost(f)) {
      concealment.missing(frame)
    } else {
      for (let i = 0; i < samples; i++) frame[i] = Math.round(wave(f * samples + i))
      concealment.good(frame)
    }
  }
  return played
}

/** Decibels of `wave` over the difference between it and what was played. */
function snrDb(wave: Wave, played: Int16Array): number {
  let signal = 0
  let noise = 0
  for (let i = 0; i < played.length; i++) {
    const wanted = wave(i)
    signal += wanted * wanted
    noise += (wanted - (played[i] ?? 0)) ** 2
  }
  return 10 * Math.log10(signal / noise)
}

function largestStep(samples: Int16Array): number {
  let largest = 0
  for (let i = 1; i < samples.length; i++) largest = Math.max(largest, Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0)))
  return largest
}

function rms(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
}

const SEED = Date.now() & 0xffffff

describe('concealment', () => {
  it.each([
    { name: 'a tone of 440 Hz', wave: tone(440), floorDb: 25, gainDb: 10 },
    { name: 'a tone of 100 Hz', wave: tone(100), floorDb: 25, gainDb: 10 },
    { name: 'a tone of 1000 Hz', wave: tone(1000), floorDb: 25, gainDb: 10 },
    { name: 'a voice', wave: voice, floorDb: 15, gainDb: 3 },
  ])('of $name at 5 % random loss is far better than silence', ({ wave, floorDb, gainDb }) => {
    const random = randomOf(SEED)
    const losses = Array.from({ length: 1000 }, (_, f) => f > 4 && random() < 0.05)
    const played = play(wave, { frames: 1000, lost: (f) => losses[f] ?? false })
    const silenced = played.map((_, i) => (losses[Math.floor(i / FRAME_SAMPLES)] ? 0 : Math.round(wave(i))))
    const db = snrDb(wave, played)
    expect(db, `seed ${SEED}`).toBeGreaterThan(floorDb)
    expect(db, `seed ${SEED}`).toBeGreaterThan(snrDb(wave, silenced) + gainDb)
  })

  it.each([
    { name: 'a tone of 440 Hz', wave: tone(440) },
    { name: 'a tone of 1711 Hz', wave: tone(1711) },
    { name: 'a voice', wave: voice },
  ])('of $name makes no clicks at any kind of loss', ({ wave }) => {
    const untouched = largestStep(play(wave, { frames: 500, lost: () => false }))
    for (const lossShare of [0.05, 0.2, 0.5]) {
      const random = randomOf(SEED)
      const played = play(wave, { frames: 500, lost: (f) => f > 4 && random() < lossShare })
      expect(largestStep(played), `seed ${SEED}`).toBeLessThan(untouched * 1.3)
    }
  })

  it('fades to silence within 80 ms and stays there', () => {
    const played = play(tone(440), { frames: 60, lost: (f) => f >= 10 })
    const loudness = Array.from({ length: 50 }, (_, f) => rms(played.subarray((10 + f) * 160, (11 + f) * 160)))
    expect(loudness[0]).toBeGreaterThan(5000)
    for (let f = 1; f < 4; f++) expect(loudness[f]).toBeLessThan(loudness[f - 1] ?? 0)
    expect(loudness[3]).toBeGreaterThan(0)
    expect(loudness.slice(4).every((each) => each === 0)).toBe(true)
  })

  it('comes back softly after a long loss', () => {
    const played = play(tone(440), { frames: 60, lost: (f) => f >= 10 && f < 40 })
    const back = 40 * 160
    expect(Math.abs(played[back] ?? 0)).toBeLessThan(300)
    expect(rms(played.subarray(back, back + 40))).toBeLessThan(0.5 * rms(played.subarray(back + 80, back + 160)))
    expect(largestStep(played.subarray(back - 10))).toBeLessThan(largestStep(played.subarray(0, 1600)) * 1.05)
  })

  it('changes nothing of a frame when nothing was lost, nor past the first 10 ms of one after a loss', () => {
    const wave = tone(440)
    const played = play(wave, { frames: 30, lost: (f) => f === 10 || f === 20 || f === 21 })
    const changed = [...played.keys()].filter((i) => {
      const frame = Math.floor(i / 160)
      return frame !== 10 && frame !== 20 && frame !== 21 && played[i] !== Math.round(wave(i))
    })
    const places = changed.map((i) => ({ frame: Math.floor(i / 160), at: i % 160 }))
    expect(places.every(({ frame, at }) => (frame === 11 && at < 40) || (frame === 22 && at < 80))).toBe(true)
  })

  it.each([8, 40, 80, 159])('works with frames of %i samples', (samples) => {
    const frames = Math.floor(160_000 / samples)
    const random = randomOf(SEED)
    const played = play(voice, { frames, samples, lost: (f) => f * samples > 600 && random() < 0.05 })
    expect(snrDb(voice, played), `seed ${SEED}`).toBeGreaterThan(13)
    expect(largestStep(played)).toBeLessThan(9000)
  })

  it('of a full-scale tone too low to be a pitch never wraps', () => {
    for (let hz = 30; hz < 66; hz++) {
      const played = play(tone(hz, 32767), { frames: 300, lost: (f) => f % 5 === 4 })
      expect(largestStep(played), `${hz} Hz`).toBeLessThan(12_000)
    }
  })

  it('makes no tone of noise', () => {
    const random = randomOf(SEED)
    for (let round = 0; round < 50; round++) {
      const played = play(() => (random() - 0.5) * 20_000, { frames: 11, lost: (f) => f === 10 }).subarray(1600)
      for (let lag = 40; lag < 80; lag++) {
        let product = 0
        for (let i = lag; i < 160; i++) product += (played[i] ?? 0) * (played[i - lag] ?? 0)
        const likeness = product / (rms(played.subarray(lag)) * rms(played.subarray(0, 160 - lag)) * (160 - lag))
        expect(likeness, `seed ${SEED}`).toBeLessThan(0.8)
      }
    }
  })

  it('is silent when there was never anything, or nothing but silence', () => {
    const concealment = createConcealment()
    const frame = new Int16Array(160).fill(99)
    concealment.missing(frame)
    expect(frame.every((sample) => sample === 0)).toBe(true)
    concealment.good(frame)
    concealment.missing(frame.fill(99))
    expect(frame.every((sample) => sample === 0)).toBe(true)
  })

  it('keeps to the loudness of what it was given, for noise, full scale and direct current', () => {
    for (const wave of [() => 32767, () => -32768, (i: number) => (i % 2 ? 32767 : -32768), randomNoise(SEED)]) {
      const played = play(wave, { frames: 2000, lost: (f) => f % 3 === 2 })
      const heard = rms(played)
      expect(heard, `seed ${SEED}`).toBeGreaterThan(0.5 * rms(played.subarray(0, 320)))
      expect(heard, `seed ${SEED}`).toBeLessThan(1.1 * rms(played.subarray(0, 320)))
    }
  })

  it('drifts nowhere when every other frame is lost for a minute', () => {
    const played = play(voice, { frames: 3000, lost: (f) => f % 2 === 1 })
    const early = played.subarray(0, 500 * 160)
    const late = played.subarray(2500 * 160)
    expect(rms(late) / rms(early)).toBeGreaterThan(0.9)
    expect(rms(late) / rms(early)).toBeLessThan(1.1)
    expect(Math.abs(late.reduce((sum, sample) => sum + sample, 0) / late.length)).toBeLessThan(100)
  })

  it('after a reset knows nothing of the source before', () => {
    const concealment = createConcealment()
    const frame = new Int16Array(160).fill(5000)
    concealment.good(frame)
    concealment.reset()
    concealment.missing(frame)
    expect(frame.every((sample) => sample === 0)).toBe(true)
  })
})

function randomNoise(seed: number): Wave {
  const random = randomOf(seed)
  return () => (random() - 0.5) * 20_000
}
