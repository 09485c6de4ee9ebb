import { describe, expect, it } from 'vitest'
import { powerAt } from './goertzel.ts'
import { LIMIT_KNEE, limitFrame, limitSample } from './limit.ts'

describe('the limiter', () => {
  it('leaves everything below the knee alone', () => {
    for (let sum = -LIMIT_KNEE; sum <= LIMIT_KNEE; sum++) if (limitSample(sum) !== sum) expect.fail(`${sum}`)
  })

  it('rises always, never faster than the sum, and never passes full scale', () => {
    let before = limitSample(-400_000)
    for (let sum = -400_000; sum <= 400_000; sum++) {
      const now = limitSample(sum)
      if (now < before || now - before > 1 || now > 32767 || now < -32768) expect.fail(`${before}, ${now} at ${sum}`)
      before = now
    }
  })

  it.each([2 ** 31 - 1, -(2 ** 31)])('takes the largest sum there is, %i', (sum) => {
    expect(Math.abs(limitSample(sum))).toBeGreaterThan(32_700)
    expect(Math.abs(limitSample(sum))).toBeLessThanOrEqual(32_767)
  })

  it('is the same for both signs', () => {
    for (let sum = 0; sum < 200_000; sum += 7) if (limitSample(-sum) !== 0 - limitSample(sum)) expect.fail(`${sum}`)
  })

  it('does to a frame what it does to samples', () => {
    const sum = Int32Array.from({ length: 160 }, (_, i) => Math.round(90_000 * Math.sin(i / 9)))
    const target = new Int16Array(160)
    limitFrame(sum, target)
    expect([...target]).toEqual(Array.from(sum, limitSample))
  })

  it('keeps two loud voices apart from the tones that clipping would make', () => {
    const sum = Int32Array.from({ length: 8000 }, (_, i) => {
      const phase = (2 * Math.PI * i) / 8000
      return Math.round(18_000 * Math.sin(440 * phase) + 18_000 * Math.sin(620 * phase))
    })
    const limited = new Int16Array(8000)
    limitFrame(sum, limited)
    // The strongest third-order product against one of the voices.
    const product = 10 * Math.log10(powerAt(limited, 2 * 620 - 440) / powerAt(limited, 440))
    expect(product).toBeLessThan(-25)
    const limitedDb = 10 * Math.log10(powerAt(limited, 440) / (18_000 ** 2 / 2))
    expect(limitedDb).toBeGreaterThan(-1)
  })

  it('keeps no memory of a shout', () => {
    const quiet = Int32Array.from({ length: 160 }, (_, i) => i * 100)
    const target = new Int16Array(160)
    limitFrame(new Int32Array(160).fill(1e6), target)
    limitFrame(quiet, target)
    expect([...target]).toEqual([...quiet])
  })
})
