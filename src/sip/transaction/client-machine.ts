/** Words common to the two client machines. A machine knows statuses and timers; the messages stay with its owner. */
import type { CommonEffect, TimerName } from './timers.ts'

export type ClientInput =
  | { readonly kind: 'response'; readonly status: number }
  | { readonly kind: 'timer'; readonly timer: TimerName }
  /** The transport could not send, or its connection broke. */
  | { readonly kind: 'send-failed' }

export type ClientEffect =
  | CommonEffect
  | { readonly do: 'send-request' }
  /** The ACK for a final response other than 2xx; that for a 2xx is the dialog's (RFC 3261 §17.1.1.3, §13.2.2.4). */
  | { readonly do: 'send-ack' }
  /** Give the response at hand to whoever asked. */
  | { readonly do: 'deliver' }
  | { readonly do: 'fail'; readonly why: 'timeout' | 'transport' }

export const sendRequest: ClientEffect = { do: 'send-request' }
export const sendAck: ClientEffect = { do: 'send-ack' }
export const deliver: ClientEffect = { do: 'deliver' }
export const timedOut: ClientEffect = { do: 'fail', why: 'timeout' }
export const transportFailed: ClientEffect = { do: 'fail', why: 'transport' }
