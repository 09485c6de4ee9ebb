/**
 * What a REGISTER does to the contacts of one account (RFC 3261 §10.3). Pure: contacts and a request in, contacts and a
 * response out. Who may register is decided before, by digest.
 */
import type { SipAddress } from './address.ts'
import { isPinned } from './dialog/pin.ts'
import type { SipRequest } from './message.ts'
import { parseNameAddr, type NameAddr } from './name-addr.ts'
import { sameUri } from './same-uri.ts'
import { isNobodysAddress } from './transport/reach.ts'
import { parseUri, printUri, type SipUri } from './uri.ts'

/** One place where an account can be reached. Nothing but text and numbers: it is stored as it is. */
export type Binding = {
  /** The Contact URI. */
  readonly contact: string
  /** Wall clock, milliseconds. */
  readonly expiresAtMs: number
  readonly registeredAtMs: number
  readonly callId: string
  readonly cseq: number
  /** Preference, 0 to 1 (RFC 3261 §20.10). */
  readonly q: number
  readonly userAgent?: string
  /** `+sip.instance` and `reg-id`: the same device, whatever its address is today (RFC 5626 §4). */
  readonly instance?: string
  /** Where the packet came from. */
  readonly source: SipAddress
  /** Our own end of that flow. */
  readonly local: SipAddress
  /** Requests go to `source`, since the contact's own address leads nowhere from here. */
  readonly viaSource: boolean
  /** Proxies to pass on the way to it (RFC 3327). */
  readonly path: readonly string[]
}

export type RegistrationOptions = {
  readonly minExpiresSeconds: number
  /** Where neither the contact nor the request says how long. */
  readonly defaultExpiresSeconds: number
  readonly maxExpiresSeconds: number
  /** One more takes the place of the one that was silent for longest. */
  readonly maxContacts: number
}

export const defaultRegistration: RegistrationOptions = {
  minExpiresSeconds: 60,
  defaultExpiresSeconds: 600,
  maxExpiresSeconds: 3600,
  maxContacts: 10,
}

/** A REGISTER of a verified account. */
export type RegisterInput = {
  readonly request: SipRequest
  readonly source: SipAddress
  readonly local: SipAddress
  readonly options: RegistrationOptions
}

export type RegisterOutcome = {
  readonly bindings: readonly Binding[]
  readonly status: number
  readonly reason?: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** Contacts that were not there before, and those that are not there any more, expired ones included. */
  readonly added: readonly Binding[]
  readonly removed: readonly Binding[]
}

/** `nowMs` is wall time. */
export function register(stored: readonly Binding[], input: RegisterInput, nowMs: number): RegisterOutcome {
  const alive = stored.filter((binding) => binding.expiresAtMs > nowMs)
  const contacts = input.request.headers.all('Contact')
  if (contacts.includes('*')) return removeAll({ stored, alive, input, nowMs })
  let bindings: readonly Binding[] = alive
  for (const text of contacts) {
    const contact = parseNameAddr(text)
    if (!contact) return refused(alive, { stored, status: 400, reason: 'Malformed Contact' })
    // Only SIP leads back to a phone; what else it may be reached by is none of our business.
    if (contact.uri.scheme !== 'sip' && contact.uri.scheme !== 'sips') continue
    const step = bind(bindings, { contact, input, nowMs })
    if ('status' in step) return refused(alive, { stored, ...step })
    bindings = step.bindings
  }
  return settled(bindings, { stored, input, nowMs })
}

/** Contacts that can be called now, the preferred ones first. */
export function reachable(bindings: readonly Binding[], nowMs: number): readonly Binding[] {
  const alive = bindings.filter(({ expiresAtMs }) => expiresAtMs > nowMs)
  return alive.toSorted((a, b) => b.q - a.q || b.registeredAtMs - a.registeredAtMs)
}

type Refused = { readonly status: number; readonly reason?: string; readonly headers?: RegisterOutcome['headers'] }

function bind(
  bindings: readonly Binding[],
  { contact, input, nowMs }: { readonly contact: NameAddr; readonly input: RegisterInput; readonly nowMs: number },
): { readonly bindings: readonly Binding[] } | Refused {
  const { options, request } = input
  const asked = secondsOf(contact.params.expires) ?? request.headers.expires ?? options.defaultExpiresSeconds
  if (asked > 0 && asked < options.minExpiresSeconds) {
    return { status: 423, headers: [['Min-Expires', String(options.minExpiresSeconds)]] }
  }
  const instance = instanceOf(contact)
  const same = bindings.filter((other) => isSame(other, contact, instance))
  if (same.some((other) => isStale(other, request))) return outOfOrder
  const others = bindings.filter((other) => !same.includes(other))
  if (asked === 0) return { bindings: others }
  const bound = makeBinding({ contact, input, instance, nowMs, seconds: Math.min(asked, options.maxExpiresSeconds) })
  const excess = Math.max(others.length + 1 - options.maxContacts, 0)
  return { bindings: [...others.toSorted((a, b) => a.registeredAtMs - b.registeredAtMs).slice(excess), bound] }
}

type Making = {
  readonly contact: NameAddr
  readonly input: RegisterInput
  readonly instance: string | undefined
  readonly nowMs: number
  readonly seconds: number
}

function makeBinding({ contact, input, instance, nowMs, seconds }: Making): Binding {
  const { request, source, local } = input
  const { headers } = request
  const path = headers.all('Path')
  const userAgent = headers.get('User-Agent')?.slice(0, 200)
  return {
    contact: printUri(contact.uri),
    expiresAtMs: nowMs + seconds * 1000,
    registeredAtMs: nowMs,
    callId: headers.callId,
    cseq: headers.cseq.number,
    q: preferenceOf(contact.params.q),
    source,
    local,
    viaSource: leadsAstray(contact.uri, local) || isPinned({
      target: contact.uri,
      hasRoute: path.length > 0,
      remote: source,
      reliable: source.transport !== 'udp',
      via: headers.vias.length === 1 ? headers.via : undefined,
    }),
    path,
    ...(userAgent !== undefined && { userAgent }),
    ...(instance !== undefined && { instance }),
  }
}

/** A Contact that would have us call a crowd, or ourselves: the phone is reached where its packets come from. */
function leadsAstray({ host, port = 5060 }: SipUri, local: SipAddress): boolean {
  return isNobodysAddress(host) || (host === local.address && port === local.port)
}

function removeAll(parts: Settling & { readonly alive: readonly Binding[] }): RegisterOutcome {
  const { alive, stored, input } = parts
  const { headers } = input.request
  if (headers.all('Contact').length > 1 || headers.expires !== 0) {
    return refused(alive, { stored, status: 400, reason: 'Contact * Needs Expires 0' })
  }
  if (alive.some((binding) => isStale(binding, input.request))) return refused(alive, { stored, ...outOfOrder })
  return settled([], parts)
}

type Settling = { readonly stored: readonly Binding[]; readonly input: RegisterInput; readonly nowMs: number }

function settled(bindings: readonly Binding[], { stored, input, nowMs }: Settling): RegisterOutcome {
  const headers: Array<readonly [string, string]> = bindings.map(({ contact, expiresAtMs, q }) => {
    const preference = q === 1 ? '' : `;q=${q}`
    return ['Contact', `<${contact}>;expires=${Math.ceil((expiresAtMs - nowMs) / 1000)}${preference}`]
  })
  for (const hop of input.request.headers.all('Path')) headers.push(['Path', hop])
  headers.push(['Date', new Date(nowMs).toUTCString()])
  return { bindings, status: 200, headers, ...difference(stored, bindings) }
}

type RefusedFrom = Refused & { readonly stored: readonly Binding[] }

function refused(alive: readonly Binding[], { stored, status, reason, headers = [] }: RefusedFrom): RegisterOutcome {
  return { bindings: alive, status, headers, ...(reason !== undefined && { reason }), ...difference(stored, alive) }
}

function difference(before: readonly Binding[], after: readonly Binding[]): Pick<RegisterOutcome, 'added' | 'removed'> {
  return {
    added: after.filter(({ contact }) => !before.some((other) => other.contact === contact)),
    removed: before.filter(({ contact }) => !after.some((other) => other.contact === contact)),
  }
}

const outOfOrder: Refused = { status: 500, reason: 'CSeq Out of Order' }

/** Older than what is known, or the same again: it must not undo what came later (RFC 3261 §10.3 item 7). */
function isStale({ callId, cseq }: Binding, { headers }: SipRequest): boolean {
  return callId === headers.callId && headers.cseq.number <= cseq
}

function isSame(binding: Binding, contact: NameAddr, instance: string | undefined): boolean {
  if (instance !== undefined && instance === binding.instance) return true
  const uri = parseUri(binding.contact)
  return uri !== undefined && sameUri(uri, contact.uri)
}

function instanceOf({ params }: NameAddr): string | undefined {
  const { '+sip.instance': instance, 'reg-id': flow } = params
  if (typeof instance !== 'string') return undefined
  return typeof flow === 'string' ? `${instance};${flow}` : instance
}

function secondsOf(value: string | true | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : undefined
}

function preferenceOf(value: string | true | undefined): number {
  return typeof value === 'string' && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(value) ? Number(value) : 1
}
