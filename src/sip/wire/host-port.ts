/** `host`, `host:port`, `[IPv6]:port` (RFC 3261 §25.1 hostport). */
import { isIPv6 } from 'node:net'
import { isDigitCode, isHostCode, skipSpace } from './scan.ts'

export type HostPort = {
  /** Lower case; an IPv6 address without its brackets. */
  readonly host: string
  readonly port: number | undefined
  /** The place behind it. */
  readonly end: number
}

/**
 * Reads a host and, perhaps, a port that stand in `text` at `at`; undefined when there is no valid one. Ports are 1 to
 * 65535. With `spaces` they may stand around the colon, as in Via.
 */
export function parseHostPort(text: string, at: number, options?: { readonly spaces: boolean }): HostPort | undefined {
  let end = at
  let host: string
  if (text.charCodeAt(at) === 91) {
    const close = text.indexOf(']', at)
    if (close < 0) return undefined
    host = text.slice(at + 1, close).toLowerCase()
    if (!isIPv6(host)) return undefined
    end = close + 1
  } else {
    while (end < text.length && isHostCode(text.charCodeAt(end))) end++
    if (end === at) return undefined
    host = text.slice(at, end).toLowerCase()
  }
  let colon = options?.spaces ? skipSpace(text, end) : end
  if (text.charCodeAt(colon) !== 58) return { host, port: undefined, end }
  colon = options?.spaces ? skipSpace(text, colon + 1) : colon + 1
  let port = 0
  for (end = colon; end < text.length && isDigitCode(text.charCodeAt(end)); end++) {
    port = port * 10 + (text.charCodeAt(end) - 48)
    if (port > 65_535) return undefined
  }
  return port === 0 ? undefined : { host, port, end }
}

/** The contrary of {@link parseHostPort}. */
export function printHostPort(host: string, port: number | undefined): string {
  const bracketed = host.includes(':') ? `[${host}]` : host
  return port === undefined ? bracketed : `${bracketed}:${port}`
}
