import { describe, expect, it } from 'vitest'
import { extendSequence, sequenceAfter, sequenceDelta, timestampAfter, timestampDelta } from './sequence.ts'

describe('wrapping numbers', () => {
  it.each([
    { from: 0, to: 0, delta: 0 },
    { from: 0, to: 1, delta: 1 },
    { from: 0xffff, to: 0, delta: 1 },
    { from: 0, to: 0xffff, delta: -1 },
    { from: 0, to: 0x7fff, delta: 0x7fff },
    { from: 0, to: 0x8000, delta: -0x8000 },
    { from: 0xfff0, to: 0x10, delta: 0x20 },
  ])('sequence $to is $delta after $from', ({ from, to, delta }) => {
    expect(sequenceDelta(from, to)).toBe(delta)
    expect(sequenceAfter(from, delta)).toBe(to)
  })

  it.each([
    { from: 0, to: 160, delta: 160 },
    { from: 0xffffff60, to: 0, delta: 160 },
    { from: 80, to: 0xffffffb0, delta: -160 },
    { from: 0, to: 0x7fffffff, delta: 0x7fffffff },
    { from: 0, to: 0x80000000, delta: -0x80000000 },
    { from: 0xffffffff, to: 0x7ffffffe, delta: 0x7fffffff },
  ])('timestamp $to is $delta after $from', ({ from, to, delta }) => {
    expect(timestampDelta(from, to)).toBe(delta)
    expect(timestampAfter(from, delta)).toBe(to)
  })

  it('counts on over any number of wraps, and back for late packets', () => {
    let extended = 65_500
    for (let i = 1; i <= 200_000; i++) {
      extended = extendSequence(extended, sequenceAfter(65_500, i))
      expect(extended).toBe(65_500 + i)
    }
    expect(extendSequence(0x10001, 0xffff)).toBe(0xffff)
    expect(extendSequence(0x1fff0, 5)).toBe(0x20005)
  })
})
