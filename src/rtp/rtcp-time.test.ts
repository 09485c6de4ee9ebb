import { describe, expect, it } from 'vitest'
import { ntpHigh, ntpLow, ntpMiddle, reportDelayMs, roundTripMs } from './rtcp-time.ts'

const block = (lastSenderReport: number, sinceSenderReport: number) => ({
  ssrc: 1, fractionLost: 0, lost: 0, highestSequence: 0, jitter: 0, lastSenderReport, sinceSenderReport,
})

const middleAt = (wallMs: number): number => ntpMiddle(ntpHigh(wallMs), ntpLow(wallMs))

describe('NTP time', () => {
  it.each([
    { name: '1970', wallMs: 0, high: 2_208_988_800, low: 0 },
    { name: 'half a second', wallMs: 500, high: 2_208_988_800, low: 0x80000000 },
    { name: '2026', wallMs: Date.UTC(2026, 0, 1), high: 3_976_214_400, low: 0 },
    { name: 'the wrap in 2036', wallMs: Date.UTC(2036, 1, 7, 6, 28, 16), high: 0, low: 0 },
  ])('$name', ({ wallMs, high, low }) => {
    expect(ntpHigh(wallMs)).toBe(high)
    expect(ntpLow(wallMs)).toBe(low)
  })

  it('has a middle', () => {
    expect(ntpMiddle(0x12345678, 0x9abcdef0)).toBe(0x56789abc)
    expect(ntpMiddle(0xffffffff, 0xffffffff)).toBe(0xffffffff)
  })
})

describe('the round trip', () => {
  it('is the example of RFC 3550 figure 2', () => {
    // Received at 0xb710:8000 (in 1/65536 s), sent at 0xb705:2000, held back for 5.250 s.
    const wallMs = (0xb44db710 - 2_208_988_800) * 1000 + 500
    expect(roundTripMs(block(0xb7052000, 0x00054000), wallMs)).toBeCloseTo(6125, 3)
  })

  it.each([
    { name: '40 ms', sentMs: 1e12, heldMs: 2000, tripMs: 40 },
    { name: '40 ms across the wrap of 18 hours', sentMs: 65_536_000 * 20_000 - 2_208_988_800_000 - 10, heldMs: 5, tripMs: 40 },
    { name: 'no time at all', sentMs: 1e12, heldMs: 3000, tripMs: 0 },
  ])('of $name', ({ sentMs, heldMs, tripMs }) => {
    const told = block(middleAt(sentMs), Math.round((heldMs * 65_536) / 1000))
    expect(roundTripMs(told, sentMs + heldMs + tripMs)).toBeCloseTo(tripMs, 0)
  })

  it('is unknown when no report was heard, or a time from the future is told', () => {
    expect(roundTripMs(block(0, 0), 1e12)).toBeNull()
    expect(roundTripMs(block(middleAt(1e12), 10 * 65_536), 1e12 + 1000)).toBeNull()
    expect(roundTripMs(block(middleAt(1e12 + 5000), 1), 1e12)).toBeNull()
  })
})

describe('the time to the next report', () => {
  const call = { first: false, members: 2, senders: 2, weSend: true, bandwidthBytesPerSecond: 400, averageBytes: 120 }

  it.each([
    { name: 'a call, at its shortest', round: call, random: 0, ms: 2500 / 1.21828 },
    { name: 'a call, at its longest', round: call, random: 1, ms: 7500 / 1.21828 },
    { name: 'the first report of a call', round: { ...call, first: true }, random: 0.5, ms: 2500 / 1.21828 },
    { name: 'many members share', round: { ...call, members: 1000, senders: 500 }, random: 0.5, ms: 300_000 / 1.21828 },
    {
      name: 'few senders have a quarter', round: { ...call, members: 1000, senders: 100 }, random: 0.5,
      ms: 120_000 / 1.21828,
    },
    {
      name: 'the many listeners have the rest', round: { ...call, members: 1000, senders: 100, weSend: false }, random: 0.5,
      ms: 360_000 / 1.21828,
    },
  ])('$name', ({ round, random, ms }) => {
    expect(reportDelayMs(round, random)).toBeCloseTo(ms, 0)
  })
})
