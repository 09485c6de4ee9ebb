/** The clockwork that all SIP machines share (RFC 3261 §17, table 4 of its appendix A). */

export type SipTimers = {
  /** Estimate of the round trip; everything else is a multiple of it. */
  readonly t1Ms: number
  /** Longest pause between two repeats of a non-INVITE request or an INVITE's response. */
  readonly t2Ms: number
  /** How long a message may wander in the network. */
  readonly t4Ms: number
  /** After this long without an answer from above an INVITE gets its 100 (RFC 3261 §17.2.1). */
  readonly tryingAfterMs: number
}

export const rfcTimers: SipTimers = { t1Ms: 500, t2Ms: 4000, t4Ms: 5000, tryingAfterMs: 200 }

/** 64*T1: how long anybody tries anything (timers B, D, F, H, J, L, M). */
export function patienceMs({ t1Ms }: SipTimers): number {
  return 64 * t1Ms
}

/** What a machine must know of its surroundings. `reliable`: the transport repeats for us (TCP, TLS, WebSocket). */
export type Setting = { readonly timers: SipTimers; readonly reliable: boolean }

export type TimerName = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M' | 'trying' | 'forgotten'

/** Effects every machine may ask for. `forget`: the transaction is over and leaves the table; its timers are stopped. */
export type CommonEffect =
  | { readonly do: 'start'; readonly timer: TimerName; readonly delayMs: number }
  | { readonly do: 'stop'; readonly timer: TimerName }
  | { readonly do: 'forget' }

export type Step<State, Effect> = { readonly state: State; readonly effects: readonly Effect[] }

export const forget: CommonEffect = { do: 'forget' }

export function start(timer: TimerName, delayMs: number): CommonEffect {
  return { do: 'start', timer, delayMs }
}

export function stop(timer: TimerName): CommonEffect {
  return { do: 'stop', timer }
}
