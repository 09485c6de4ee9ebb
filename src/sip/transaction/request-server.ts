/**
 * Server transaction of every method but INVITE and ACK (RFC 3261 §17.2.2).
 *
 *     trying --1xx--> proceeding --final--> completed --J--> gone
 *
 * One timer is ours: a request that nobody above answers is forgotten when its sender has given up (his timer F), so that
 * a mistake above costs memory for a bounded time only.
 */
import { unreachable } from '../../base/errors.ts'
import { repeatResponse, sendResponse, type ServerEffect, type ServerInput } from './server-machine.ts'
import { forget, patienceMs, start, stop, type Setting, type Step } from './timers.ts'

export type RequestServerState =
  | { readonly at: 'trying' }
  | { readonly at: 'proceeding' }
  | { readonly at: 'completed' }
  | { readonly at: 'gone' }

type Result = Step<RequestServerState, ServerEffect>

const gone: RequestServerState = { at: 'gone' }

export function startRequestServer({ timers }: Setting): Result {
  return { state: { at: 'trying' }, effects: [start('forgotten', patienceMs(timers))] }
}

export function stepRequestServer(state: RequestServerState, input: ServerInput, setting: Setting): Result {
  switch (state.at) {
    case 'trying':
    case 'proceeding':
      if (input.kind === 'respond') return responded(input.status, setting)
      if (input.kind === 'repeat') return { state, effects: state.at === 'proceeding' ? [repeatResponse] : [] }
      if (input.kind === 'send-failed') return { state: gone, effects: [{ do: 'fail', why: 'transport' }, forget] }
      if (input.kind === 'timer' && input.timer === 'forgotten') {
        return { state: gone, effects: [{ do: 'fail', why: 'no-response' }, forget] }
      }
      return { state, effects: [] }
    case 'completed':
      if (input.kind === 'repeat') return { state, effects: [repeatResponse] }
      if (input.kind === 'send-failed') return { state: gone, effects: [{ do: 'fail', why: 'transport' }, forget] }
      if (input.kind === 'timer' && input.timer === 'J') return { state: gone, effects: [forget] }
      return { state, effects: [] }
    case 'gone':
      return { state, effects: [] }
    default:
      return unreachable(state)
  }
}

function responded(status: number, { timers, reliable }: Setting): Result {
  if (status < 200) return { state: { at: 'proceeding' }, effects: [sendResponse] }
  if (reliable) return { state: gone, effects: [sendResponse, forget] }
  return { state: { at: 'completed' }, effects: [stop('forgotten'), sendResponse, start('J', patienceMs(timers))] }
}
