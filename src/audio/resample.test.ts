import { describe, expect, it } from 'vitest'
import { powerAt } from './goertzel.ts'
import { resample } from './resample.ts'

const sine = (hz: number, options: { rateHz: number; seconds?: number }): Int16Array =>
  Int16Array.from({ length: options.rateHz * (options.seconds ?? 1) }, (_, i) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * hz * i) / options.rateHz)))

/** Against the 1e4 amplitude of `sine`, away from the ends. */
function gainDb(pcm: Int16Array, hz: number, rateHz: number): number {
  const edge = Math.floor(rateHz / 10)
  return 10 * Math.log10(powerAt(pcm, hz, { offset: edge, length: pcm.length - 2 * edge, rateHz }) / 5e7)
}

function totalDb(pcm: Int16Array): number {
  const inner = pcm.subarray(pcm.length / 10, (pcm.length * 9) / 10)
  return 10 * Math.log10(inner.reduce((sum, sample) => sum + sample * sample, 1e-9) / inner.length / 5e7)
}

describe('resampling', () => {
  it.each([
    { fromHz: 16_000, toHz: 8000 },
    { fromHz: 8000, toHz: 16_000 },
    { fromHz: 48_000, toHz: 8000 },
    { fromHz: 44_100, toHz: 8000 },
    { fromHz: 22_050, toHz: 8000 },
    { fromHz: 8000, toHz: 11_025 },
  ])('$fromHz to $toHz Hz keeps what both can carry, within 0.1 dB, and adds nothing', ({ fromHz, toHz }) => {
    for (const hz of [100, 1000, 3000, 3400]) {
      const out = resample(sine(hz, { rateHz: fromHz }), { fromHz, toHz })
      expect(out).toHaveLength(toHz)
      expect(Math.abs(gainDb(out, hz, toHz))).toBeLessThan(0.1)
      const expected = sine(hz, { rateHz: toHz })
      const wrong = out.map((sample, i) => sample - (expected[i] ?? 0))
      expect(totalDb(wrong)).toBeLessThan(-60)
    }
  })

  it.each([
    { hz: 4100, fromHz: 16_000 },
    { hz: 4600, fromHz: 16_000 },
    { hz: 7900, fromHz: 16_000 },
    { hz: 5000, fromHz: 44_100 },
    { hz: 15_600, fromHz: 48_000 },
  ])('$hz Hz at $fromHz does not come back as another tone at 8000', ({ hz, fromHz }) => {
    expect(totalDb(resample(sine(hz, { rateHz: fromHz }), { fromHz, toHz: 8000 }))).toBeLessThan(-70)
  })

  it('full scale does not wrap', () => {
    const square = Int16Array.from({ length: 16_000 }, (_, i) => (i % 160 < 80 ? 32767 : -32768))
    const out = resample(square, { fromHz: 16_000, toHz: 8000 })
    for (let i = 0; i < out.length; i++) {
      const inside = i % 80 !== 0 && i % 80 !== 39 && i % 80 !== 40 && i % 80 !== 79
      if (inside && i > 100 && i < 7900) expect(Math.sign(out[i] ?? 0)).toBe(i % 80 < 40 ? 1 : -1)
    }
  })

  it('direct current and silence pass unchanged', () => {
    const out = resample(new Int16Array(4410).fill(12_345), { fromHz: 44_100, toHz: 8000 })
    expect([...new Set(out.subarray(100, 700))]).toEqual([12_345])
    expect(resample(new Int16Array(0), { fromHz: 16_000, toHz: 8000 })).toHaveLength(0)
  })

  it('the same rate is a copy', () => {
    const pcm = Int16Array.of(1, 2, 3)
    const out = resample(pcm, { fromHz: 8000, toHz: 8000 })
    expect(out).toEqual(pcm)
    expect(out).not.toBe(pcm)
  })
})
