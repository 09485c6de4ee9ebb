import { describe, expect, it } from 'vitest'
import { Reception } from './reception.ts'

/** Hears sequences, 20 ms of 8 kHz apart, each `delay` ticks late. */
function hear(sequences: readonly number[], delay: (i: number) => number = () => 0, reception = new Reception()): Reception {
  const first = sequences[0] ?? 0
  for (const [i, sequence] of sequences.entries()) {
    const timestamp = (1_000_000 + ((sequence - first) & 0xffff) * 160) >>> 0
    reception.heard(sequence, timestamp, 5_000_000 + i * 160 + delay(i))
  }
  return reception
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => (from + i) & 0xffff)

describe('reception', () => {
  it.each([
    { name: 'all of it', sequences: range(0, 100), expected: 100, lost: 0 },
    { name: 'across the wrap', sequences: range(65_500, 100), expected: 100, lost: 0 },
    { name: 'every fourth lost', sequences: range(0, 101).filter((each) => each % 4 !== 3), expected: 101, lost: 25 },
    { name: 'one twice', sequences: [1, 2, 2, 3], expected: 3, lost: -1 },
    { name: 'out of order', sequences: [1, 3, 2, 5, 4], expected: 5, lost: 0 },
    { name: 'a gap, just no jump', sequences: [1, 3000], expected: 3000, lost: 2998 },
    { name: 'one packet of a jump', sequences: [1, 2, 3002, 3], expected: 3, lost: 0 },
    { name: 'a jump, confirmed', sequences: [1, 2, 30_000, 30_001, 30_002], expected: 2, lost: 0 },
    { name: 'a jump back, confirmed', sequences: [30_000, 30_001, 5, 6, 7], expected: 2, lost: 0 },
    { name: 'two lone strays', sequences: [1, 2, 30_000, 3, 30_001, 4], expected: 4, lost: 0 },
    { name: 'nothing', sequences: [], expected: 0, lost: 0 },
  ])('$name: $expected expected, $lost lost', ({ sequences, expected, lost }) => {
    const reception = hear(sequences)
    expect({ expected: reception.expected, lost: reception.lost }).toEqual({ expected, lost })
  })

  it('counts wraps in the highest sequence, over several of them', () => {
    const block = hear(range(65_530, 200_000)).report(1, 0)
    expect(block?.highestSequence).toBe(65_530 + 199_999)
    expect(block?.lost).toBe(0)
  })

  it('says when a packet is better not played', () => {
    const reception = hear([1, 2, 3])
    expect(reception.heard(9000, 0, 0)).toBe(false)
    expect(reception.heard(9001, 0, 0)).toBe(true)
  })

  it.each([
    { name: 'an even line has none', delay: () => 0, jitter: 0 },
    { name: 'a constant delay is none', delay: () => 4000, jitter: 0 },
    { name: 'every other packet 10 ms late settles at 80 ticks', delay: (i: number) => (i % 2) * 80, jitter: 80 },
  ])('jitter: $name', ({ delay, jitter }) => {
    expect(hear(range(0, 500), delay).jitterTicks).toBeCloseTo(jitter, 0)
  })

  it('jitter follows the recursion of RFC 3550 A.8 to the first steps', () => {
    // Late by 160 once: two changes of 160.
    const reception = hear(range(0, 3), (i) => (i === 1 ? 160 : 0))
    expect(reception.jitterTicks).toBeCloseTo(10 + (160 - 10) / 16, 9)
  })

  it('jitter stands through the wrap of timestamp and clock', () => {
    const reception = new Reception()
    for (let i = 0; i < 100; i++) reception.heard(i, (0xffffff00 + i * 160) >>> 0, 2 ** 32 - 800 + i * 160)
    expect(reception.jitterTicks).toBe(0)
  })

  it('packets whose timestamp stands still count, but are no jitter', () => {
    const reception = hear(range(0, 10))
    for (let i = 10; i < 20; i++) expect(reception.heardUntimed(i)).toBe(true)
    expect(reception.jitterTicks).toBe(0)
    expect(reception.expected).toBe(20)
    expect(reception.lost).toBe(0)
  })

  it('the fraction lost is since the last report, the sum since the beginning', () => {
    const reception = hear(range(0, 100).filter((each) => each % 4 !== 3))
    const first = reception.report(7, 0)
    expect(first).toMatchObject({ ssrc: 7, lost: 24, fractionLost: Math.floor((24 * 256) / 99) })
    hear(range(99, 100), undefined, reception)
    expect(reception.report(7, 0)).toMatchObject({ lost: 24, fractionLost: 0 })
    expect(reception.report(7, 0)).toMatchObject({ lost: 24, fractionLost: 0 })
  })

  it('all but the ends lost is told as nearly all', () => {
    expect(hear([0, 2999]).report(1, 0)).toMatchObject({ fractionLost: 255, lost: 2998 })
  })

  it('repeats make the sum negative and leave the fraction at zero', () => {
    expect(hear([1, 1, 1, 1]).report(1, 0)).toMatchObject({ fractionLost: 0, lost: -3 })
  })

  it('tells how long ago the sender reported', () => {
    const reception = hear(range(0, 3))
    expect(reception.report(1, 9000)).toMatchObject({ lastSenderReport: 0, sinceSenderReport: 0 })
    reception.heardSenderReport(0xabcd1234, 1000)
    expect(reception.report(1, 3500)).toMatchObject({ lastSenderReport: 0xabcd1234, sinceSenderReport: 2.5 * 65_536 })
  })

  it('has nothing to report before the first packet, and after a restart', () => {
    const reception = new Reception()
    expect(reception.report(1, 0)).toBeNull()
    hear(range(0, 10), (i) => i * 3, reception)
    reception.restart()
    expect(reception.report(1, 0)).toBeNull()
    hear([500], undefined, reception)
    expect(reception.report(1, 0)).toMatchObject({ lost: 0, jitter: 0, lastSenderReport: 0 })
  })
})
