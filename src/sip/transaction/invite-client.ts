/**
 * INVITE client transaction (RFC 3261 §17.1.1 as amended by RFC 6026 §8.4).
 *
 *     calling --1xx--> proceeding --2xx--> accepted --M--> gone
 *        |                 |------3xx-6xx--> completed --D--> gone
 *        B, send failed -> gone
 *
 * Proceeding has no limit of its own: how long a telephone may ring is decided above, which then cancels.
 */
import { unreachable } from '../../base/errors.ts'
import {
  deliver,
  sendAck,
  sendRequest,
  timedOut,
  transportFailed,
  type ClientEffect,
  type ClientInput,
} from './client-machine.ts'
import { forget, patienceMs, start, stop, type Setting, type Step } from './timers.ts'

export type InviteClientState =
  | { readonly at: 'calling'; readonly intervalMs: number }
  | { readonly at: 'proceeding' }
  | { readonly at: 'accepted' }
  | { readonly at: 'completed' }
  | { readonly at: 'gone' }

type Result = Step<InviteClientState, ClientEffect>

const gone: InviteClientState = { at: 'gone' }

export function startInviteClient({ timers, reliable }: Setting): Result {
  const effects: ClientEffect[] = [sendRequest, start('B', patienceMs(timers))]
  if (!reliable) effects.push(start('A', timers.t1Ms))
  return { state: { at: 'calling', intervalMs: timers.t1Ms }, effects }
}

export function stepInviteClient(state: InviteClientState, input: ClientInput, setting: Setting): Result {
  switch (state.at) {
    case 'calling':
      if (input.kind === 'response') return answered(input.status, setting, [stop('A'), stop('B')])
      if (input.kind === 'send-failed') return { state: gone, effects: [transportFailed, forget] }
      if (input.timer === 'A') {
        const intervalMs = state.intervalMs * 2
        return { state: { at: 'calling', intervalMs }, effects: [sendRequest, start('A', intervalMs)] }
      }
      if (input.timer === 'B') return { state: gone, effects: [timedOut, forget] }
      return { state, effects: [] }
    case 'proceeding':
      if (input.kind === 'response') return answered(input.status, setting, [])
      // The request was sent and answered; what broke is the connection on which the rest was expected.
      if (input.kind === 'send-failed') return { state: gone, effects: [transportFailed, forget] }
      return { state, effects: [] }
    case 'accepted':
      // Every 2xx goes up: a repeat needs another ACK, one with another tag is another branch of a fork.
      if (input.kind === 'response') return { state, effects: isSuccess(input.status) ? [deliver] : [] }
      if (input.kind === 'timer' && input.timer === 'M') return { state: gone, effects: [forget] }
      return { state, effects: [] }
    case 'completed':
      if (input.kind === 'response') return { state, effects: input.status >= 300 ? [sendAck] : [] }
      if (input.kind === 'timer' && input.timer === 'D') return { state: gone, effects: [forget] }
      // The final response has been delivered already; only the ACK is lost, and the far end gives up by itself.
      if (input.kind === 'send-failed') return { state: gone, effects: [forget] }
      return { state, effects: [] }
    case 'gone':
      return { state, effects: [] }
    default:
      return unreachable(state)
  }
}

function answered(status: number, { timers, reliable }: Setting, before: readonly ClientEffect[]): Result {
  if (status < 200) return { state: { at: 'proceeding' }, effects: [...before, deliver] }
  if (isSuccess(status)) return { state: { at: 'accepted' }, effects: [...before, start('M', patienceMs(timers)), deliver] }
  if (reliable) return { state: gone, effects: [...before, sendAck, deliver, forget] }
  return { state: { at: 'completed' }, effects: [...before, sendAck, start('D', patienceMs(timers)), deliver] }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}
