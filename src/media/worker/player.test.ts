import { describe, it, expect } from 'vitest'
import { newPlayer, playFrame } from './player.ts'

const FRAME = 160
const sound = (from: number, count: number, loop = false) => ({
  samples: Int16Array.from({ length: count }, (_, i) => from + i),
  loop,
})

function all(sounds: ReturnType<typeof sound>[], frames: number): { heard: number[]; results: boolean[] } {
  const player = newPlayer(1, sounds)
  const pcm = new Int16Array(FRAME + 20).fill(-1)
  const heard: number[] = []
  const results: boolean[] = []
  for (let i = 0; i < frames; i++) {
    results.push(playFrame(player, pcm, 10))
    heard.push(...pcm.subarray(10, 10 + FRAME))
    expect(pcm[9]).toBe(-1)
    expect(pcm[170]).toBe(-1)
  }
  return { heard, results }
}

describe('player', () => {
  it('joins sounds without a gap, wherever in a frame one ends', () => {
    const { heard, results } = all([sound(100, 200), sound(1000, 57), sound(5000, 300)], 4)
    const expected = [
      ...Array.from({ length: 200 }, (_, i) => 100 + i),
      ...Array.from({ length: 57 }, (_, i) => 1000 + i),
      ...Array.from({ length: 300 }, (_, i) => 5000 + i),
    ]
    expect(heard.slice(0, 557)).toEqual(expected)
    expect(heard.slice(557)).toEqual(Array.from({ length: 83 }, () => 0))
    expect(results).toEqual([true, true, true, true])
  })

  it('says when there was nothing left', () => {
    expect(all([sound(1, 160)], 2).results).toEqual([true, false])
    expect(all([], 1).results).toEqual([false])
    expect(all([sound(1, 0), sound(1, 0)], 1).results).toEqual([false])
  })

  it('loops without a seam', () => {
    const { heard } = all([sound(1, 90, true)], 5)
    heard.forEach((sample, i) => expect(sample).toBe(1 + (i % 90)))
  })

  it('a loop of no length does not hold the worker up', () => {
    expect(all([sound(1, 0, true), sound(7, 160)], 1).heard[0]).toBe(7)
  })
})
