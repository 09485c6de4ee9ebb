/** The sounds as they are committed: what a room loads at start must be there, in the right form, at the right level. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const languages = ['ru', 'en'] as const
const rateHz = 16_000
const texts = JSON.parse(readFileSync(join(import.meta.dirname, 'texts.json'), 'utf8')) as Record<string, Record<string, string>>
const keys = Object.keys(texts)

describe('the texts', () => {
  it('name every prompt that a room or a keypad says', () => {
    const said = ['enter-pin', 'wrong-pin', 'goodbye', 'conference-ended', 'server-stopping', 'unavailable', 'only-one', 'muted', 'unmuted']
    const keypad = ['transfer', 'invalid-number', 'hold-on', 'recording-started', 'recording-stopped', 'locked', 'unlocked', 'there-are']
    const digits = Array.from({ length: 10 }, (_, digit) => String(digit))
    expect(keys.toSorted()).toEqual([...said, ...keypad, ...digits].toSorted())
  })

  it.each(keys)('have %s in every language, and in its own letters', (key) => {
    expect(Object.keys(texts[key] ?? {})).toEqual(languages)
    expect(texts[key]?.['ru']).toMatch(/^[А-ЯЁа-яё ,.:-]+$/)
    expect(texts[key]?.['en']).toMatch(/^[A-Za-z ,.:-]+$/)
  })
})

describe.each(languages)('the prompts in %s', (language) => {
  it('are those of the texts, and no others', () => {
    const files = readdirSync(join(import.meta.dirname, language))
    expect(files.toSorted()).toEqual(keys.map((key) => `${key}.wav`).toSorted())
  })

  it.each(keys)('are sound as they should be: %s', (key) => {
    const samples = readWav(join(language, `${key}.wav`))
    const seconds = samples.length / rateHz
    expect(seconds).toBeGreaterThan(0.2)
    expect(seconds).toBeLessThan(12)
    expect(speechDb(samples)).toBeGreaterThan(-21)
    expect(speechDb(samples)).toBeLessThan(-19)
    expect(peakDb(samples)).toBeLessThanOrEqual(-3)
  })

  it.each(keys)('begin and end in a short silence: %s', (key) => {
    const samples = readWav(join(language, `${key}.wav`))
    const speech = speechDb(samples)
    expect(Math.abs(samples[0] ?? 1) + Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.001)
    expect(rmsDb(samples.subarray(0, 0.03 * rateHz))).toBeLessThan(speech - 25)
    expect(rmsDb(samples.subarray(samples.length - 0.1 * rateHz))).toBeLessThan(speech - 25)
    // Speech begins and ends where the margins do: a pause longer than this would be heard as a delay.
    expect(peakDb(samples.subarray(0, 0.15 * rateHz))).toBeGreaterThan(speech - 20)
    expect(peakDb(samples.subarray(samples.length - 0.3 * rateHz))).toBeGreaterThan(speech - 20)
  })

  it.each(keys)('keep their strength on a telephone line: %s', (key) => {
    const samples = readWav(join(language, `${key}.wav`))
    expect(rmsDb(samples) - rmsDb(telephoneBand(samples))).toBeLessThan(4.5)
  })
})

describe('the music on hold', () => {
  const samples = readWav(join('music', 'default.wav'))

  it('is one to two minutes of whole frames', () => {
    expect(samples.length / rateHz).toBeGreaterThan(60)
    expect(samples.length / rateHz).toBeLessThan(120)
    expect(samples.length % (rateHz / 50)).toBe(0)
  })

  it('is a little softer than speech, and the same on a telephone line', () => {
    expect(rmsDb(samples)).toBeCloseTo(-22, 0)
    expect(peakDb(samples)).toBeLessThanOrEqual(-6)
    expect(rmsDb(samples) - rmsDb(telephoneBand(samples))).toBeLessThan(1.5)
  })

  it('never falls silent and never jumps up', () => {
    const seconds = windows(samples, rateHz).map(rmsDb)
    expect(Math.max(...seconds) - Math.min(...seconds)).toBeLessThan(8)
    expect(Math.min(...windows(samples, rateHz / 20).map(rmsDb))).toBeGreaterThan(-36)
  })

  it('has no seam: its end goes on into its beginning', () => {
    const around = new Float64Array([...samples.subarray(-rateHz / 10), ...samples.subarray(0, rateHz / 10)])
    const bends = Array.from(around.subarray(2), (sample, i) => Math.abs(sample - 2 * (around[i + 1] ?? 0) + (around[i] ?? 0)))
    const middle = bends.length / 2
    const atSeam = Math.max(...bends.slice(middle - 2, middle + 2))
    expect(atSeam).toBeLessThanOrEqual(Math.max(...bends.slice(0, middle - 2), ...bends.slice(middle + 2)))
    const [before, after] = [samples.subarray(-rateHz / 10), samples.subarray(0, rateHz / 10)].map(rmsDb)
    expect(Math.abs((before ?? 0) - (after ?? 0))).toBeLessThan(8)
  })
})

/** Reads with its own eyes, not with the writer's: RIFF, one `fmt ` chunk of 16 bytes, then `data`. */
function readWav(path: string): Float64Array {
  const file = readFileSync(join(import.meta.dirname, path))
  expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16), path).toBe('RIFFWAVEfmt ')
  const format = {
    pcm: file.readUInt16LE(20),
    channels: file.readUInt16LE(22),
    rateHz: file.readUInt32LE(24),
    bits: file.readUInt16LE(34),
  }
  expect(format, path).toEqual({ pcm: 1, channels: 1, rateHz, bits: 16 })
  expect(file.toString('latin1', 36, 40), path).toBe('data')
  expect(file.readUInt32LE(40), path).toBe(file.length - 44)
  return Float64Array.from({ length: (file.length - 44) / 2 }, (_, i) => file.readInt16LE(44 + i * 2) / 32_768)
}

function windows(samples: Float64Array, size: number): Float64Array[] {
  return Array.from({ length: Math.floor(samples.length / size) }, (_, i) => samples.subarray(i * size, (i + 1) * size))
}

function rmsDb(samples: Float64Array): number {
  return 10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length + 1e-12)
}

function peakDb(samples: Float64Array): number {
  return 20 * Math.log10(samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 1e-6))
}

/** RMS without the pauses: a frame counts while it is within 16 dB of the mean of those that count (after ITU-T P.56). */
function speechDb(samples: Float64Array): number {
  let active = windows(samples, rateHz / 50).map((frame) => 10 ** (rmsDb(frame) / 10))
  for (;;) {
    const mean = active.reduce((sum, power) => sum + power, 0) / active.length
    const kept = active.filter((power) => power > mean * 10 ** -1.6)
    if (kept.length === active.length) return 10 * Math.log10(mean)
    active = kept
  }
}

/** 300 to 3400 Hz, as a line lets through: 12 dB per octave on either side. */
function telephoneBand(samples: Float64Array): Float64Array {
  return filtered(filtered(samples, { kind: 'highpass', hz: 300 }), { kind: 'lowpass', hz: 3400 })
}

/** Second-order Butterworth section (Audio EQ Cookbook). */
function filtered(samples: Float64Array, { kind, hz }: { readonly kind: 'highpass' | 'lowpass'; readonly hz: number }): Float64Array {
  const w = (2 * Math.PI * hz) / rateHz
  const alpha = Math.sin(w) / Math.SQRT2
  const cos = Math.cos(w)
  const middle = kind === 'highpass' ? -(1 + cos) : 1 - cos
  let [x1, x2, y1, y2] = [0, 0, 0, 0]
  return samples.map((x) => {
    const y = ((Math.abs(middle) / 2) * (x + x2) + middle * x1 + 2 * cos * y1 - (1 - alpha) * y2) / (1 + alpha)
    x2 = x1
    x1 = x
    y2 = y1
    y1 = y
    return y
  })
}
