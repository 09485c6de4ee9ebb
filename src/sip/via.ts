/** One hop of a request's way (RFC 3261 §20.42, RFC 3581). */
import { type Params, parseHeaderParams, printHeaderParams } from './params.ts'
import { parseHostPort, printHostPort } from './wire/host-port.ts'
import { isTokenCode, skipSpace } from './wire/scan.ts'

export type Via = {
  /** `UDP`, `TCP`, ... upper case. */
  readonly transport: string
  /** IPv6 without brackets. */
  readonly host: string
  readonly port?: number
  /** `branch`, `received`, `rport` and the rest; values as text. */
  readonly params: Params
}

/**
 * Reads one value, spaces around its slashes included; undefined when it is malformed. The version is not looked at: a
 * request of another one must be answered too (505), by its Via.
 */
export function parseVia(text: string): Via | undefined {
  let at = behindToken(text, 0)
  if (text.slice(skipSpace(text, 0), at).toUpperCase() !== 'SIP') return undefined
  at = behindSlash(text, at)
  if (at < 0) return undefined
  const version = at
  at = behindToken(text, at)
  if (at === version) return undefined
  at = behindSlash(text, at)
  if (at < 0) return undefined
  const transport = at
  at = behindToken(text, at)
  const behindTransport = at
  at = skipSpace(text, at)
  if (at === behindTransport || behindTransport === transport) return undefined
  const hostPort = parseHostPort(text, at, { spaces: true })
  const params = hostPort && parseHeaderParams(text, hostPort.end)
  if (!hostPort || !params) return undefined
  const { host, port } = hostPort
  const name = text.slice(transport, behindTransport).toUpperCase()
  return port === undefined ? { transport: name, host, params } : { transport: name, host, port, params }
}

function behindToken(text: string, at: number): number {
  at = skipSpace(text, at)
  while (at < text.length && isTokenCode(text.charCodeAt(at))) at++
  return at
}

/** The first place of what follows the slash; -1 without a slash. */
function behindSlash(text: string, at: number): number {
  at = skipSpace(text, at)
  return text.charCodeAt(at) === 47 ? skipSpace(text, at + 1) : -1
}

export function printVia({ transport, host, port, params }: Via): string {
  return `SIP/2.0/${transport} ${printHostPort(host, port)}${printHeaderParams(params)}`
}
