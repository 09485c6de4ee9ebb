/**
 * The PIN being typed at a room's door. Pure: inputs and the time go in, the next state and what to do come out.
 *
 * | rule | value |
 * |---|---|
 * | tries | `maxTries` in all; a lone `#` or silence is a wrong try too |
 * | time to the first digit | `firstDigitMs` from the end of the prompt |
 * | pause that ends the entry | `betweenDigitsMs` |
 * | `#` | ends the entry; not required: the whole right PIN lets in at once |
 * | a digit while a prompt is spoken | ends the prompt and is the first digit of the entry |
 *
 * The digits live in the state only; they never reach a log.
 */
import { unreachable } from '../base/errors.ts'

export type PinPrompt = 'enter-pin' | 'wrong-pin' | 'goodbye'

export type PinEntryState =
  /** Prompts are being spoken, nothing typed yet. */
  | { readonly at: 'prompting'; readonly triesLeft: number }
  | { readonly at: 'typing'; readonly triesLeft: number; readonly digits: string; readonly deadlineMs: number }
  /** The last prompts are being spoken; whatever is typed changes nothing. */
  | { readonly at: 'dismissing' }
  | { readonly at: 'admitted' }
  | { readonly at: 'refused' }

export type PinEntryInput =
  | { readonly is: 'digit'; readonly digit: string }
  /** All prompts were spoken to their end. */
  | { readonly is: 'prompted' }
  /** The deadline of the state has come. */
  | { readonly is: 'deadline' }
  /** The conference was saved meanwhile; null: there is no PIN any more. */
  | { readonly is: 'pin-changed' }

export type PinEntryEffect =
  | { readonly do: 'speak'; readonly prompts: readonly PinPrompt[] }
  | { readonly do: 'hush' }
  | { readonly do: 'admit' }
  | { readonly do: 'refuse' }

export type PinEntryStep = { readonly state: PinEntryState; readonly effects: readonly PinEntryEffect[] }

const maxTries = 3
export const firstDigitMs = 10_000
export const betweenDigitsMs = 5_000
/** No PIN is longer; what is typed beyond it is not kept. */
const maxDigitsKept = 32

/** The first thing said at the door. */
export function beginPinEntry(): PinEntryStep {
  return { state: { at: 'prompting', triesLeft: maxTries }, effects: [{ do: 'speak', prompts: ['enter-pin'] }] }
}

/** What is true at the moment of an input. `pin`: the conference's as it is now; null lets in. */
export type PinEntryNow<Pin = string | null> = { readonly pin: Pin; readonly nowMs: number }

export function stepPinEntry(state: PinEntryState, input: PinEntryInput, { pin, nowMs }: PinEntryNow): PinEntryStep {
  switch (state.at) {
    case 'prompting':
    case 'typing':
      return stepOpenEntry(state, input, { pin, nowMs })
    case 'dismissing':
      return input.is === 'prompted' ? { state: { at: 'refused' }, effects: [{ do: 'refuse' }] } : { state, effects: [] }
    case 'admitted':
    case 'refused':
      return { state, effects: [] }
    default:
      return unreachable(state)
  }
}

type OpenEntry = Extract<PinEntryState, { at: 'prompting' | 'typing' }>

function stepOpenEntry(state: OpenEntry, input: PinEntryInput, { pin, nowMs }: PinEntryNow): PinEntryStep {
  if (pin === null) return admit(state)
  switch (input.is) {
    case 'prompted':
      return state.at === 'prompting'
        ? { state: { at: 'typing', triesLeft: state.triesLeft, digits: '', deadlineMs: nowMs + firstDigitMs }, effects: [] }
        : { state, effects: [] }
    case 'deadline':
      return state.at === 'typing' && nowMs >= state.deadlineMs ? judge(state, pin) : { state, effects: [] }
    case 'digit':
      return takeDigit(state, input.digit, { pin, nowMs })
    case 'pin-changed':
      return state.at === 'typing' && state.digits === pin ? admit(state) : { state, effects: [] }
    default:
      return unreachable(input)
  }
}

function takeDigit(state: OpenEntry, digit: string, { pin, nowMs }: PinEntryNow<string>): PinEntryStep {
  const hush: readonly PinEntryEffect[] = state.at === 'prompting' ? [{ do: 'hush' }] : []
  const before = state.at === 'typing' ? state.digits : ''
  if (digit === '#') {
    const judged = judge({ triesLeft: state.triesLeft, digits: before }, pin)
    return { state: judged.state, effects: [...hush, ...judged.effects] }
  }
  const digits = before.length < maxDigitsKept ? before + digit : before
  if (digits === pin) return { state: { at: 'admitted' }, effects: [...hush, { do: 'admit' }] }
  return { state: { at: 'typing', triesLeft: state.triesLeft, digits, deadlineMs: nowMs + betweenDigitsMs }, effects: hush }
}

function judge({ triesLeft, digits }: { readonly triesLeft: number; readonly digits: string }, pin: string): PinEntryStep {
  if (digits === pin) return { state: { at: 'admitted' }, effects: [{ do: 'admit' }] }
  if (triesLeft <= 1) return { state: { at: 'dismissing' }, effects: [{ do: 'speak', prompts: ['wrong-pin', 'goodbye'] }] }
  return { state: { at: 'prompting', triesLeft: triesLeft - 1 }, effects: [{ do: 'speak', prompts: ['wrong-pin', 'enter-pin'] }] }
}

function admit(state: OpenEntry): PinEntryStep {
  return { state: { at: 'admitted' }, effects: [...(state.at === 'prompting' ? [{ do: 'hush' } as const] : []), { do: 'admit' }] }
}
