import { describe, expect, it } from 'vitest'
import { ManualClock } from './clock.ts'
import { Guesses } from './guesses.ts'

const open = () => {
  const clock = new ManualClock()
  return { clock, guesses: new Guesses({ clock, free: 3, firstPauseMs: 1000, longestPauseMs: 8000, limit: 4 }) }
}

describe('guesses', () => {
  it('are free for a while, then cost pauses that double up to the longest', () => {
    const { clock, guesses } = open()
    const pauses: number[] = []
    for (let tries = 0; tries < 8; tries++) {
      guesses.wrong('a')
      let pauseMs = 0
      for (; guesses.isClosed('a'); pauseMs += 500) clock.advance(500)
      pauses.push(pauseMs)
    }
    expect(pauses).toEqual([0, 0, 1000, 2000, 4000, 8000, 8000, 8000])
  })

  it('made while a pause lasts do not make it longer', () => {
    const { clock, guesses } = open()
    for (let tries = 0; tries < 50; tries++) guesses.wrong('a')
    clock.advance(1000)
    expect(guesses.isClosed('a')).toBe(false)
  })

  it('of one guesser are not those of another', () => {
    const { guesses } = open()
    for (let tries = 0; tries < 5; tries++) guesses.wrong('a')
    expect([guesses.isClosed('a'), guesses.isClosed('b')]).toEqual([true, false])
  })

  it('are forgotten with the right one, and after a quiet hour', () => {
    const { clock, guesses } = open()
    for (const end of [() => guesses.right('a'), () => clock.advance(3_600_000)]) {
      guesses.wrong('a')
      guesses.wrong('a')
      end()
      guesses.wrong('a')
      expect(guesses.isClosed('a')).toBe(false)
      guesses.right('a')
    }
  })

  it('of many guessers take bounded memory', () => {
    const { guesses } = open()
    for (let guesser = 0; guesser < 100; guesser++) guesses.wrong(`guesser ${guesser}`)
    expect(guesses.remembered).toBe(4)
  })
})
