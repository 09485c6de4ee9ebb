import { describe, expect, it } from 'vitest'
import { beginPinEntry, betweenDigitsMs, firstDigitMs, stepPinEntry, type PinEntryEffect, type PinEntryInput, type PinEntryState } from './pin-entry.ts'

/** A door that is typed at: every input with its time, and everything that was done about it. */
class Door {
  state: PinEntryState
  nowMs = 0
  pin: string | null
  done: string[] = []

  constructor(pin: string | null) {
    this.pin = pin
    const first = beginPinEntry()
    this.state = first.state
    this.#note(first.effects)
  }

  put(input: PinEntryInput): this {
    const next = stepPinEntry(this.state, input, { pin: this.pin, nowMs: this.nowMs })
    this.state = next.state
    this.#note(next.effects)
    return this
  }

  type(digits: string): this {
    for (const digit of digits) this.put({ is: 'digit', digit })
    return this
  }

  /** Lets the prompts be spoken to their end. */
  listen(): this {
    return this.put({ is: 'prompted' })
  }

  /** Lets time pass; the owner's timer fires when the state's deadline is reached. */
  wait(ms: number): this {
    this.nowMs += ms
    if (this.state.at === 'typing' && this.nowMs >= this.state.deadlineMs) this.put({ is: 'deadline' })
    return this
  }

  #note(effects: readonly PinEntryEffect[]): void {
    for (const effect of effects) this.done.push(effect.do === 'speak' ? effect.prompts.join('+') : effect.do)
  }
}

describe('the PIN at the door', () => {
  it('the right PIN lets in at its last digit, without #', () => {
    const door = new Door('4321').listen().type('432')
    expect(door.state.at).toBe('typing')
    door.type('1')
    expect(door.state.at).toBe('admitted')
    expect(door.done).toEqual(['enter-pin', 'admit'])
  })

  it('leading zeros count, and a PIN of one zero is a PIN', () => {
    expect(new Door('0000').listen().type('0000').state.at).toBe('admitted')
    expect(new Door('0').listen().type('0').state.at).toBe('admitted')
    expect(new Door('0').listen().type('1#').state.at).toBe('prompting')
  })

  it('a digit interrupts the prompt and is the first of the PIN', () => {
    const door = new Door('12').type('1')
    expect(door.done).toEqual(['enter-pin', 'hush'])
    expect(door.type('2').state.at).toBe('admitted')
  })

  it('# ends a wrong entry at once; the try is said to be wrong and the PIN is asked again', () => {
    const door = new Door('12').listen().type('99#')
    expect(door.done).toEqual(['enter-pin', 'wrong-pin+enter-pin'])
    expect(door.type('12').state.at).toBe('admitted')
  })

  it('a digit typed while "wrong PIN" is spoken begins the next try', () => {
    const door = new Door('12').listen().type('9#').type('1')
    expect(door.done.at(-1)).toBe('hush')
    expect(door.type('2').state.at).toBe('admitted')
  })

  it('the pause after the last digit ends the entry', () => {
    const door = new Door('1234').listen().type('12').wait(betweenDigitsMs - 1)
    expect(door.state.at).toBe('typing')
    door.wait(1)
    expect(door.done.at(-1)).toBe('wrong-pin+enter-pin')
  })

  it('silence after the prompt is a wrong try, after the time to the first digit', () => {
    const door = new Door('1').listen().wait(firstDigitMs - 1)
    expect(door.state.at).toBe('typing')
    door.wait(1)
    expect(door.state).toEqual({ at: 'prompting', triesLeft: 2 })
  })

  it('three wrong tries are said to be wrong each, then goodbye, then the end', () => {
    const door = new Door('1').listen().type('2#').listen().type('#').listen().wait(firstDigitMs)
    expect(door.done).toEqual(['enter-pin', 'wrong-pin+enter-pin', 'wrong-pin+enter-pin', 'wrong-pin+goodbye'])
    expect(door.type('1').state.at).toBe('dismissing')
    door.listen()
    expect(door.state.at).toBe('refused')
    expect(door.done.at(-1)).toBe('refuse')
  })

  it('a star is a sign like another: wrong', () => {
    expect(new Door('1').listen().type('*1#').state.at).toBe('prompting')
  })

  it('a PIN saved meanwhile is the one that counts', () => {
    const door = new Door('1111').listen().type('22')
    door.pin = '2222'
    door.put({ is: 'pin-changed' })
    expect(door.type('22').state.at).toBe('admitted')
  })

  it('a PIN taken away meanwhile opens the door', () => {
    const door = new Door('1111')
    door.pin = null
    door.put({ is: 'pin-changed' })
    expect(door.done).toEqual(['enter-pin', 'hush', 'admit'])
  })

  it('a flood of digits keeps the state small', () => {
    const door = new Door('1').listen().type('2'.repeat(10_000))
    expect(door.state.at === 'typing' && door.state.digits.length).toBeLessThan(100)
  })
})
