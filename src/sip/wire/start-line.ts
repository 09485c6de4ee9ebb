/** The first line of a message (RFC 3261 §7.1, §7.2). */
import { type SipUri, parseUri } from '../uri.ts'
import { isDigitCode, isToken, parseDecimal, sliceTrimmed } from './scan.ts'

export type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: SipUri }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }
  /** A request that is answered with `status`. */
  | { readonly kind: 'bad-request'; readonly method: string; readonly status: 400 | 505; readonly reason: string }
  | { readonly kind: 'garbage'; readonly why: string }

export function parseStartLine(line: string): StartLine {
  if (startsWithSip(line, 0)) return parseStatusLine(line)
  const method = line.slice(0, Math.max(line.indexOf(' '), 0))
  if (!isToken(method)) return { kind: 'garbage', why: 'the first line begins with no method' }
  const trimmed = sliceTrimmed(line, 0, line.length)
  const versionAt = trimmed.lastIndexOf(' ') + 1
  if (!startsWithSip(trimmed, versionAt)) return { kind: 'garbage', why: 'the first line does not end with a SIP version' }
  const version = trimmed.slice(versionAt + 4)
  if (!isVersion(version)) return { kind: 'garbage', why: 'the first line does not end with a SIP version' }
  if (version !== '2.0') return { kind: 'bad-request', method, status: 505, reason: 'Version Not Supported' }
  const uri = parseUri(trimmed.slice(method.length + 1, versionAt - 1))
  // Exactly one space at each place, and none at the ends (RFC 3261 §7.1); spaces within the URI make it none.
  if (!uri || trimmed !== line) return { kind: 'bad-request', method, status: 400, reason: 'Malformed Request-Line' }
  // RFC 3261 §19.1.1, table 1: no headers in a Request-URI.
  if (uri.headers !== undefined) return { kind: 'bad-request', method, status: 400, reason: 'Headers In Request-URI' }
  return { kind: 'request', method, uri }
}

/** Three digits; the reason may be empty, and the space before it may be missing then. */
function parseStatusLine(line: string): StartLine {
  if (!line.startsWith('2.0 ', 4)) return { kind: 'garbage', why: 'a response of another version' }
  const end = line.length > 11 ? line.charCodeAt(11) : 32
  const status = line.length < 11 ? undefined : parseDecimal(line.slice(8, 11), 699)
  if (status === undefined || status < 100 || status > 699 || end !== 32) {
    return { kind: 'garbage', why: 'a response without a valid status' }
  }
  return { kind: 'response', status, reason: sliceTrimmed(line, 12, line.length) }
}

/** `SIP/`, whatever its case (RFC 3261 §7.1). */
function startsWithSip(text: string, at: number): boolean {
  return (
    text.charCodeAt(at + 3) === 47 &&
    (text.charCodeAt(at) | 32) === 115 &&
    (text.charCodeAt(at + 1) | 32) === 105 &&
    (text.charCodeAt(at + 2) | 32) === 112
  )
}

/** Digits, a dot, digits. */
function isVersion(text: string): boolean {
  const dot = text.indexOf('.')
  if (dot < 1 || dot === text.length - 1) return false
  for (let at = 0; at < text.length; at++) if (at !== dot && !isDigitCode(text.charCodeAt(at))) return false
  return true
}
