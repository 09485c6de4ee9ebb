import { describe, expect, it } from 'vitest'
import { powerAt } from './goertzel.ts'

const sine = (hz: number, length: number, rateHz = 8000): Int16Array =>
  Int16Array.from({ length }, (_, i) => Math.round(10_000 * Math.sin((2 * Math.PI * hz * i) / rateHz + 1)))

describe('the power at a frequency', () => {
  it('is half the square of the amplitude of a sine', () => {
    expect(powerAt(sine(440, 8000), 440) / 5e7).toBeCloseTo(1, 3)
    expect(powerAt(sine(440, 16_000, 16_000), 440, { rateHz: 16_000 }) / 5e7).toBeCloseTo(1, 3)
  })

  it('is next to nothing beside it', () => {
    expect(powerAt(sine(440, 8000), 450)).toBeLessThan(5)
    expect(powerAt(sine(440, 8000), 1440)).toBeLessThan(5)
    expect(powerAt(new Int16Array(160), 440)).toBe(0)
    expect(powerAt(new Int16Array(0), 440)).toBe(0)
  })

  it('is that of the stretch asked for', () => {
    const samples = new Int16Array(800)
    samples.set(sine(1000, 400), 400)
    expect(powerAt(samples, 1000, { offset: 400 }) / 5e7).toBeCloseTo(1, 2)
    expect(powerAt(samples, 1000, { offset: 0, length: 400 })).toBe(0)
    expect(powerAt(samples, 1000, { offset: 400, length: 80 }) / 5e7).toBeCloseTo(1, 2)
  })
})
