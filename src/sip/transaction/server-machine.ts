/** Words common to the two server machines. A machine knows statuses and timers; the messages stay with its owner. */
import type { CommonEffect, TimerName } from './timers.ts'

export type ServerInput =
  /** The same request again. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'respond'; readonly status: number }
  | { readonly kind: 'timer'; readonly timer: TimerName }
  | { readonly kind: 'send-failed' }

export type ServerEffect =
  | CommonEffect
  /** Send the response at hand and remember it as the last one. */
  | { readonly do: 'send-response' }
  /** Send the last response once more. */
  | { readonly do: 'repeat-response' }
  | { readonly do: 'send-trying' }
  /** An ACK with the INVITE's own branch for a 2xx: the dialog must see it (RFC 6026 §7.1). */
  | { readonly do: 'deliver-ack' }
  | { readonly do: 'fail'; readonly why: 'no-ack' | 'no-response' | 'transport' }

export const sendResponse: ServerEffect = { do: 'send-response' }
export const repeatResponse: ServerEffect = { do: 'repeat-response' }
export const sendTrying: ServerEffect = { do: 'send-trying' }
export const deliverAck: ServerEffect = { do: 'deliver-ack' }
