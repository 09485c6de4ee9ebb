import { describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { DigitFilter } from './digit-filter.ts'
import { digitOfInfo } from './info-digits.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('a key press in an INFO', () => {
  it.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
    ['application/dtmf-relay', 'Signal= *\nDuration= 250', '*'],
    ['Application/DTMF-Relay; x=y', 'duration=160\r\nsignal=#\r\n', '#'],
    ['application/dtmf-relay', 'Signal=11', '#'],
    ['application/dtmf', '7', '7'],
    ['application/dtmf', '10', '*'],
    ['application/dtmf', 'd\r\n', 'D'],
    ['application/dtmf', '77', null],
    ['application/dtmf-relay', 'Duration=160', null],
    ['application/media_control+xml', 'Signal=5', null],
    ['application/dtmf', '5'.repeat(1000), null],
  ])('%s %j is %s', (type, body, digit) => {
    expect(digitOfInfo(type, bytes(body))).toBe(digit)
  })
})

describe('one press sent both ways', () => {
  it('counts once, and two presses of the same key count twice', () => {
    const clock = new ManualClock()
    const filter = new DigitFilter(clock)
    expect(filter.isNew('1', 'rtp')).toBe(true)
    clock.advance(50)
    expect(filter.isNew('1', 'info')).toBe(false)
    clock.advance(100)
    expect(filter.isNew('1', 'rtp')).toBe(true)
    clock.advance(50)
    expect(filter.isNew('1', 'info')).toBe(false)
    clock.advance(1000)
    expect(filter.isNew('1', 'info')).toBe(true)
    expect(filter.isNew('2', 'rtp')).toBe(true)
  })

  it('a phone that sends one way only may press as fast as it likes', () => {
    const filter = new DigitFilter(new ManualClock())
    expect([filter.isNew('1', 'rtp'), filter.isNew('1', 'rtp'), filter.isNew('1', 'rtp')]).toEqual([true, true, true])
  })
})
