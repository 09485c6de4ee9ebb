/**
 * URIs of SIP (RFC 3261 §19.1) and whatever else stands where a URI may stand. Comparison is in `same-uri.ts`.
 */
import { type Params, noParams, parseUriParams, printUriParams } from './params.ts'
import { escapePercent, unescapePercent } from './wire/escape.ts'
import { parseHostPort, printHostPort } from './wire/host-port.ts'
import { isTokenCode, isUserCode } from './wire/scan.ts'

export type { Params } from './params.ts'

export type SipUri = {
  /** Lower case. For a scheme other than sip, sips and tel everything after the colon is in `host`. */
  readonly scheme: string
  /** Unescaped; absent when there is no `@`. For tel: the number as written, `host` being empty. */
  readonly user?: string
  readonly password?: string
  /** A name, an IPv4 address, or an IPv6 address without its brackets; lower case. */
  readonly host: string
  readonly port?: number
  readonly params: Params
  /** The part after `?`, as it stands on the wire. */
  readonly headers?: string
}

/** Reads a URI; undefined when it is none. No spaces are allowed at its ends. */
export function parseUri(text: string): SipUri | undefined {
  const colon = text.indexOf(':')
  if (colon < 1 || !isClean(text)) return undefined
  const scheme = text.slice(0, colon).toLowerCase()
  for (let at = 0; at < colon; at++) if (!isTokenCode(scheme.charCodeAt(at))) return undefined
  if (scheme === 'sip' || scheme === 'sips') return parseSip(scheme, text.slice(colon + 1))
  if (text.length === colon + 1) return undefined
  return scheme === 'tel' ? parseTel(text.slice(colon + 1)) : { scheme, host: text.slice(colon + 1), params: noParams }
}

/** Nothing that ends a URI, or breaks the line it stands in. Letters beyond ASCII are let through: phones send them. */
function isClean(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code <= 32 || code === 34 || code === 60 || code === 62 || code === 127) return false
  }
  return true
}

function parseSip(scheme: string, rest: string): SipUri | undefined {
  // The first `@` ends the user part, whatever it holds: `;`, `?` and `/` may stand there unescaped, `@` may not.
  const atSign = rest.indexOf('@')
  const hostStart = atSign + 1
  const hostPort = parseHostPort(rest, hostStart)
  if (!hostPort) return undefined
  const { host, port, end } = hostPort
  const next = rest.charCodeAt(end)
  if (end < rest.length && next !== 59 && next !== 63) return undefined
  const question = rest.indexOf('?', end)
  const paramsEnd = question < 0 ? rest.length : question
  const params = paramsEnd > end + 1 ? parseUriParams(rest.slice(end + 1, paramsEnd)) : noParams
  const colon = atSign < 0 ? -1 : rest.indexOf(':')
  const hasPassword = colon >= 0 && colon < atSign
  return {
    scheme,
    ...(atSign >= 0 && { user: unescapePercent(rest.slice(0, hasPassword ? colon : atSign)) }),
    ...(hasPassword && { password: unescapePercent(rest.slice(colon + 1, atSign)) }),
    host,
    ...(port !== undefined && { port }),
    params,
    ...(question >= 0 && { headers: rest.slice(question + 1) }),
  }
}

/** RFC 3966 §3: a number and parameters. */
function parseTel(rest: string): SipUri | undefined {
  const semicolon = rest.indexOf(';')
  const user = semicolon < 0 ? rest : rest.slice(0, semicolon)
  if (user === '') return undefined
  return { scheme: 'tel', user, host: '', params: semicolon < 0 ? noParams : parseUriParams(rest.slice(semicolon + 1)) }
}

/** The URI as text, everything escaped that must be. */
export function printUri({ scheme, user, password, host, port, params, headers }: SipUri): string {
  if (scheme === 'tel') return `tel:${user ?? ''}${printUriParams(params)}`
  if (scheme !== 'sip' && scheme !== 'sips') return `${scheme}:${host}`
  let text = `${scheme}:`
  if (user !== undefined) {
    text += escapePercent(user, isUserCode)
    if (password !== undefined) text += `:${escapePercent(password, isPasswordCode)}`
    text += '@'
  }
  text += printHostPort(host, port) + printUriParams(params)
  return headers === undefined ? text : `${text}?${headers}`
}

/** A password may hold less than a user part: no `;`, `?` and `/`. */
const isPasswordCode = (code: number): boolean => isUserCode(code) && code !== 59 && code !== 63 && code !== 47
