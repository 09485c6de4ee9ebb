/**
 * INVITE server transaction (RFC 3261 §17.2.1 as amended by RFC 6026 §8.5).
 *
 *     proceeding --2xx--> accepted --L--> gone
 *         |------3xx-6xx--> completed --ACK--> confirmed --I--> gone
 *                               H: no ACK came -> gone
 *
 * A transport that fails does not end it (RFC 6026 §7.1): the far end may come back on another connection.
 */
import { unreachable } from '../../base/errors.ts'
import { deliverAck, repeatResponse, sendResponse, sendTrying, type ServerEffect, type ServerInput } from './server-machine.ts'
import { forget, patienceMs, start, stop, type Setting, type Step } from './timers.ts'

export type InviteServerState =
  /** `responded`: something is there to be repeated. */
  | { readonly at: 'proceeding'; readonly responded: boolean }
  | { readonly at: 'accepted' }
  | { readonly at: 'completed'; readonly intervalMs: number }
  | { readonly at: 'confirmed' }
  | { readonly at: 'gone' }

type Result = Step<InviteServerState, ServerEffect>

const gone: InviteServerState = { at: 'gone' }

export function startInviteServer({ timers }: Setting): Result {
  return { state: { at: 'proceeding', responded: false }, effects: [start('trying', timers.tryingAfterMs)] }
}

export function stepInviteServer(state: InviteServerState, input: ServerInput, setting: Setting): Result {
  if (input.kind === 'send-failed' && state.at !== 'gone') return { state, effects: [{ do: 'fail', why: 'transport' }] }
  switch (state.at) {
    case 'proceeding':
      if (input.kind === 'respond') return responded(state, input.status, setting)
      if (input.kind === 'repeat') return { state, effects: state.responded ? [repeatResponse] : [] }
      if (input.kind === 'timer' && input.timer === 'trying' && !state.responded) {
        return { state: { at: 'proceeding', responded: true }, effects: [sendTrying] }
      }
      return { state, effects: [] }
    case 'accepted':
      // Repeats of the INVITE are swallowed; repeats of the 2xx come from the dialog until it sees the ACK.
      if (input.kind === 'respond' && isSuccess(input.status)) return { state, effects: [sendResponse] }
      if (input.kind === 'ack') return { state, effects: [deliverAck] }
      if (input.kind === 'timer' && input.timer === 'L') return { state: gone, effects: [forget] }
      return { state, effects: [] }
    case 'completed':
      if (input.kind === 'repeat') return { state, effects: [repeatResponse] }
      if (input.kind === 'ack') return acknowledged(setting)
      if (input.kind === 'timer' && input.timer === 'G') {
        const intervalMs = Math.min(state.intervalMs * 2, setting.timers.t2Ms)
        return { state: { at: 'completed', intervalMs }, effects: [repeatResponse, start('G', intervalMs)] }
      }
      if (input.kind === 'timer' && input.timer === 'H') return { state: gone, effects: [{ do: 'fail', why: 'no-ack' }, forget] }
      return { state, effects: [] }
    case 'confirmed':
      if (input.kind === 'timer' && input.timer === 'I') return { state: gone, effects: [forget] }
      return { state, effects: [] }
    case 'gone':
      return { state, effects: [] }
    default:
      return unreachable(state)
  }
}

function responded(state: InviteServerState, status: number, { timers, reliable }: Setting): Result {
  if (status < 200) return { state: { at: 'proceeding', responded: true }, effects: [stop('trying'), sendResponse] }
  if (isSuccess(status)) {
    return { state: { at: 'accepted' }, effects: [stop('trying'), sendResponse, start('L', patienceMs(timers))] }
  }
  const effects: ServerEffect[] = [stop('trying'), sendResponse, start('H', patienceMs(timers))]
  if (!reliable) effects.push(start('G', timers.t1Ms))
  return { state: { at: 'completed', intervalMs: timers.t1Ms }, effects }
}

function acknowledged({ timers, reliable }: Setting): Result {
  if (reliable) return { state: gone, effects: [forget] }
  return { state: { at: 'confirmed' }, effects: [stop('G'), stop('H'), start('I', timers.t4Ms)] }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}
