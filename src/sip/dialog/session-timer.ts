/**
 * Session timers (RFC 4028): who refreshes, how often, and when a silent session is over. Pure.
 *
 * `refresher` in the header is seen from the request: `uac` is whoever sent it.
 */
import type { Headers } from '../headers.ts'
import { parseHeaderParams } from '../params.ts'

export type SessionTimerOptions = {
  /** What we propose, and the longest we agree to. */
  readonly expiresSeconds: number
  /** The shortest we agree to; RFC 4028 §5 asks for 90 at least. */
  readonly minSeconds: number
}

/** What was agreed; undefined stands for no timer. */
export type SessionAgreement = { readonly expiresSeconds: number; readonly weRefresh: boolean }

export type SessionExpires = { readonly seconds: number; readonly refresher: 'uac' | 'uas' | undefined }

type HeaderList = ReadonlyArray<readonly [name: string, value: string]>

/** The header's value; undefined when absent or malformed. */
export function sessionExpiresOf(headers: Headers): SessionExpires | undefined {
  const text = headers.get('Session-Expires')
  const found = text === undefined ? null : /^\s*(\d{1,9})\s*(;.*)?$/s.exec(text)
  if (!found) return undefined
  const refresher = parseHeaderParams(found[2] ?? '', 0)?.refresher
  return { seconds: Number(found[1]), refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined }
}

export function minSeOf(headers: Headers): number | undefined {
  const found = /^\s*(\d{1,9})/.exec(headers.get('Min-SE') ?? '')
  return found ? Number(found[1]) : undefined
}

/** What a UAS makes of a request that may refresh the session (RFC 4028 §9). */
export type ServerVerdict =
  /** Answer 422 with these. */
  | { readonly kind: 'too-short'; readonly headers: HeaderList }
  /** Add `headers` to the 2xx. */
  | { readonly kind: 'agreed'; readonly agreement: SessionAgreement | undefined; readonly headers: HeaderList }

export function agreeAsServer(request: Headers, options: SessionTimerOptions | undefined): ServerVerdict {
  const asked = sessionExpiresOf(request)
  const supported = request.tokens('Supported').includes('timer') || request.tokens('Require').includes('timer')
  // A caller that does not know the extension would not understand the 422: a proxy put the header there.
  if (asked && supported && options && asked.seconds < options.minSeconds) {
    return { kind: 'too-short', headers: [['Min-SE', String(options.minSeconds)]] }
  }
  if (!options && !(asked && supported)) return { kind: 'agreed', agreement: undefined, headers: [] }
  const floor = Math.max(minSeOf(request) ?? 0, options?.minSeconds ?? 0)
  const wanted = Math.min(asked?.seconds ?? Infinity, options?.expiresSeconds ?? Infinity)
  const seconds = Math.max(wanted, Math.min(floor, asked?.seconds ?? floor))
  const refresher = supported ? (asked?.refresher ?? 'uac') : 'uas'
  const headers: Array<readonly [string, string]> = [['Session-Expires', `${seconds};refresher=${refresher}`]]
  if (refresher === 'uac') headers.push(['Require', 'timer'])
  return { kind: 'agreed', agreement: { expiresSeconds: seconds, weRefresh: refresher === 'uas' }, headers }
}

/** What our INVITE, re-INVITE or UPDATE says (RFC 4028 §7.1, §7.4). `current` keeps the roles as they are. */
export function askAsClient(options: SessionTimerOptions | undefined, current?: SessionAgreement): HeaderList {
  if (!options) return []
  const seconds = current?.expiresSeconds ?? options.expiresSeconds
  const role = current ? `;refresher=${current.weRefresh ? 'uac' : 'uas'}` : ''
  return [['Session-Expires', `${seconds}${role}`], ['Min-SE', String(options.minSeconds)]]
}

/**
 * What a 2xx to our request means (RFC 4028 §7.2). Without the header the far end knows no timers; we refresh all the same,
 * since only that shows us whether it is still there.
 */
export function agreeAsClient(response: Headers, asked: { readonly seconds: number } | undefined): SessionAgreement | undefined {
  const answer = sessionExpiresOf(response)
  if (answer) return { expiresSeconds: answer.seconds, weRefresh: answer.refresher !== 'uas' }
  return asked && { expiresSeconds: asked.seconds, weRefresh: true }
}

/** RFC 4028 §5 allows nothing shorter; whoever says so all the same would have us refresh without a pause. */
const shortestSeconds = 90
/** Three weeks: no call lasts longer, and no timer of the system does. */
const longestSeconds = 1_814_400

/** When to act: refresh at half time, or give up before the end when the other side does not (RFC 4028 §10). */
export function sessionAlarm(agreement: SessionAgreement): { readonly act: 'refresh' | 'end'; readonly afterMs: number } {
  const seconds = boundedSeconds(agreement)
  if (agreement.weRefresh) return { act: 'refresh', afterMs: (seconds * 1000) / 2 }
  return { act: 'end', afterMs: (seconds - Math.min(32, seconds / 3)) * 1000 }
}

/** How soon to ask again after a refusal: the far end gives up at two thirds of the shortest interval, half of it is gone. */
export function retryMs(agreement: SessionAgreement): number {
  return (boundedSeconds(agreement) * 1000) / 16
}

function boundedSeconds({ expiresSeconds }: SessionAgreement): number {
  return Math.min(Math.max(expiresSeconds, shortestSeconds), longestSeconds)
}
