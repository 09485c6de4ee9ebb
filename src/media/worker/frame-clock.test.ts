import { describe, it, expect } from 'vitest'
import { FRAME_MS, FrameClock } from './frame-clock.ts'

describe('frame clock', () => {
  it('is due once per frame, whatever the lateness', () => {
    const clock = new FrameClock()
    clock.start(1000)
    for (let i = 1; i <= 100; i++) {
      expect(clock.dueMs).toBe(1000 + i * FRAME_MS)
      expect(clock.skipFrames(clock.dueMs + 3)).toBe(0)
      clock.done(clock.dueMs + 3)
    }
    expect(clock.ticks).toBe(100)
    expect(clock.caughtUp).toBe(0)
  })

  it('makes up for a few frames and leaves out more', () => {
    const clock = new FrameClock()
    clock.start(0)
    expect(clock.skipFrames(20 + 60)).toBe(0)
    expect(clock.skipFrames(20 + 1000)).toBe(50)
    expect(clock.dueMs).toBe(1020)
    expect(clock.resynchronised).toBe(1)
    clock.done(1045)
    expect(clock.caughtUp).toBe(1)
  })

  it('tells the lateness of recent frames', () => {
    const clock = new FrameClock()
    clock.start(0)
    expect(clock.latenessMs(0.99)).toBe(0)
    for (let i = 0; i < 1000; i++) clock.done(clock.dueMs + (i % 100 === 7 ? 12.34 : 0.42))
    expect(clock.latenessMs(0.5)).toBeCloseTo(0.5, 5)
    expect(clock.latenessMs(0.985)).toBeCloseTo(0.5, 5)
    expect(clock.latenessMs(0.995)).toBeCloseTo(12.34, 5)
    expect(clock.latenessMaxMs).toBeCloseTo(12.34, 5)
    // After a minute of punctual frames that is forgotten.
    for (let i = 0; i < 4000; i++) clock.done(clock.dueMs + 0.1)
    expect(clock.latenessMaxMs).toBeLessThan(1)
  })
})
