import { describe, expect, it } from 'vitest'
import { powerAt } from './goertzel.ts'
import { BUSY, DIAL, DTMF_COLUMNS_HZ, DTMF_ROWS_HZ, dtmfTone, JOIN, LEAVE, renderTone, RINGBACK, type Tone } from './tone.ts'

const dbov = (power: number): number => 10 * Math.log10(power / 32767 ** 2)

const largestStep = (samples: Int16Array): number =>
  samples.reduce((largest, sample, i) => Math.max(largest, Math.abs(sample - (samples[i - 1] ?? 0))), 0)

describe('tones', () => {
  it.each([
    { name: 'dial', tone: DIAL, ms: 1000 },
    { name: 'ringback', tone: RINGBACK, ms: 5000 },
    { name: 'busy', tone: BUSY, ms: 700 },
    { name: 'join', tone: JOIN, ms: 250 },
    { name: 'leave', tone: LEAVE, ms: 250 },
  ])('$name lasts $ms ms at any rate', ({ tone, ms }) => {
    for (const rateHz of [8000, 16_000, 48_000]) expect(renderTone(tone, rateHz)).toHaveLength((ms * rateHz) / 1000)
  })

  it('the dial tone is 425 Hz at its level and closes in a circle without a seam', () => {
    const samples = renderTone(DIAL, 8000)
    expect(dbov(powerAt(samples, 425))).toBeCloseTo(-18, 1)
    const twice = new Int16Array(16_000)
    twice.set(samples)
    twice.set(samples, 8000)
    expect(dbov(powerAt(twice, 425))).toBeCloseTo(-18, 1)
    expect(dbov(powerAt(samples, 425, { offset: 0, length: 40 }))).toBeGreaterThan(-19)
    expect(largestStep(twice)).toBeLessThanOrEqual(largestStep(samples.subarray(1, 4000)))
  })

  it('the cadence is sound and silence', () => {
    const busy = renderTone(BUSY, 8000)
    expect(dbov(powerAt(busy, 425, { offset: 200, length: 2400 }))).toBeCloseTo(-18, 0)
    expect(busy.subarray(2800).every((sample) => sample === 0)).toBe(true)
  })

  it('who comes rises and who leaves falls', () => {
    const first = { offset: 0, length: 720 }
    const second = { offset: 720, length: 1280 }
    for (const [tone, low, high] of [[JOIN, first, second], [LEAVE, second, first]] as const) {
      const samples = renderTone(tone, 8000)
      expect(powerAt(samples, 587, low)).toBeGreaterThan(100 * powerAt(samples, 587, high))
      expect(powerAt(samples, 880, high)).toBeGreaterThan(100 * powerAt(samples, 880, low))
    }
  })

  it('the last note of a signal dies away', () => {
    for (const [tone, hz] of [[JOIN, 880], [LEAVE, 587]] as const) {
      const samples = renderTone(tone, 8000)
      const early = powerAt(samples, hz, { offset: 760, length: 400 })
      expect(powerAt(samples, hz, { offset: 1560, length: 400 })).toBeLessThan(early / 10)
    }
  })

  it.each([{ name: 'join', tone: JOIN }, { name: 'leave', tone: LEAVE }, { name: 'busy', tone: BUSY }])(
    '$name begins and ends without a click', ({ tone }) => {
      const samples = renderTone(tone, 8000)
      expect(Math.abs(samples[0] ?? 0)).toBeLessThan(50)
      expect(Math.abs(samples.at(-1) ?? 0)).toBeLessThan(50)
    },
  )

  it('every key is its pair and no other', () => {
    for (const [at, key] of [...'123A456B789C*0#D'].entries()) {
      const tone = dtmfTone(key) ?? expect.fail(key)
      const samples = renderTone(tone, 8000).subarray(0, 800)
      const loud = [...DTMF_ROWS_HZ, ...DTMF_COLUMNS_HZ].filter((hz) => dbov(powerAt(samples, hz)) > -25)
      expect(loud).toEqual([DTMF_ROWS_HZ[at >> 2], DTMF_COLUMNS_HZ[at & 3]])
    }
  })

  it.each(['', 'E', '12', ' ', 'a'])('"%s" is no key', (key) => {
    expect(dtmfTone(key)).toBeNull()
  })

  it('too loud is cut off, not wrapped', () => {
    const loud: Tone = [{ frequenciesHz: [400, 400], durationMs: 50, levelDbov: 0 }]
    expect(largestStep(renderTone(loud, 8000))).toBeLessThan(45_000)
    expect(Math.max(...renderTone(loud, 8000))).toBe(32767)
  })
})
