/**
 * Client transaction of every method but INVITE and ACK (RFC 3261 §17.1.2).
 *
 *     trying --1xx--> proceeding --final--> completed --K--> gone
 *        E repeats the request, F gives up
 */
import { unreachable } from '../../base/errors.ts'
import { deliver, sendRequest, timedOut, transportFailed, type ClientEffect, type ClientInput } from './client-machine.ts'
import { forget, patienceMs, start, stop, type Setting, type Step } from './timers.ts'

export type RequestClientState =
  | { readonly at: 'trying'; readonly intervalMs: number }
  | { readonly at: 'proceeding' }
  | { readonly at: 'completed' }
  | { readonly at: 'gone' }

type Result = Step<RequestClientState, ClientEffect>

const gone: RequestClientState = { at: 'gone' }

export function startRequestClient({ timers, reliable }: Setting): Result {
  const effects: ClientEffect[] = [sendRequest, start('F', patienceMs(timers))]
  if (!reliable) effects.push(start('E', timers.t1Ms))
  return { state: { at: 'trying', intervalMs: timers.t1Ms }, effects }
}

export function stepRequestClient(state: RequestClientState, input: ClientInput, setting: Setting): Result {
  switch (state.at) {
    case 'trying':
    case 'proceeding':
      if (input.kind === 'response') return answered(state, input.status, setting)
      if (input.kind === 'send-failed') return { state: gone, effects: [transportFailed, forget] }
      if (input.timer === 'E') return repeated(state, setting)
      if (input.timer === 'F') return { state: gone, effects: [timedOut, forget] }
      return { state, effects: [] }
    case 'completed':
      if (input.kind === 'timer' && input.timer === 'K') return { state: gone, effects: [forget] }
      return { state, effects: [] }
    case 'gone':
      return { state, effects: [] }
    default:
      return unreachable(state)
  }
}

function answered(state: RequestClientState, status: number, { timers, reliable }: Setting): Result {
  if (status < 200) return { state: { at: 'proceeding' }, effects: [deliver] }
  if (reliable) return { state: gone, effects: [deliver, forget] }
  return { state: { at: 'completed' }, effects: [stop('E'), stop('F'), start('K', timers.t4Ms), deliver] }
}

/** Once a provisional response came, the far end lives and is asked at the slow pace only (§17.1.2.2). */
function repeated(state: RequestClientState, { timers }: Setting): Result {
  if (state.at !== 'trying') return { state, effects: [sendRequest, start('E', timers.t2Ms)] }
  const intervalMs = Math.min(state.intervalMs * 2, timers.t2Ms)
  return { state: { at: 'trying', intervalMs }, effects: [sendRequest, start('E', intervalMs)] }
}
