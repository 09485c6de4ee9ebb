/** `"Name" <uri>;params` (RFC 3261 §20.10): From, To, Contact, Route, Refer-To and their kind. */
import { type Params, parseHeaderParams, printHeaderParams } from './params.ts'
import { type SipUri, parseUri, printUri } from './uri.ts'
import { isTokenCode, quote, skipQuoted, skipSpace, sliceTrimmed, unescapeQuoted } from './wire/scan.ts'

export type NameAddr = {
  /** Unquoted and unescaped; hostile text, to be shown with care. Absent when empty. */
  readonly displayName?: string
  readonly uri: SipUri
  readonly params: Params
}

/** Reads one value; undefined when it is malformed. `*`, which a Contact may be, is no address. */
export function parseNameAddr(text: string): NameAddr | undefined {
  const start = skipSpace(text, 0)
  if (text.charCodeAt(start) === 34) {
    const behind = skipQuoted(text, start)
    if (behind < 0) return undefined
    const angle = skipSpace(text, behind)
    return text.charCodeAt(angle) === 60 ? parseAngles(text, angle, unescapeQuoted(text, start + 1, behind - 1)) : undefined
  }
  const angle = text.indexOf('<', start)
  if (angle < 0) return parseBare(text, start)
  // `sip:a@b;x="<"` has its angle inside of a parameter: an address without angles.
  const semicolon = text.indexOf(';', start)
  if (semicolon >= 0 && semicolon < angle) return parseBare(text, start)
  for (let at = start; at < angle; at++) if (!isNameCode(text.charCodeAt(at))) return undefined
  return parseAngles(text, angle, sliceTrimmed(text, start, angle))
}

/** An unquoted name is made of tokens; letters beyond ASCII and the colon are no token's but are met in the wild. */
const isNameCode = (code: number): boolean => isTokenCode(code) || code === 32 || code === 9 || code === 58 || code >= 128

function parseAngles(text: string, angle: number, displayName: string): NameAddr | undefined {
  const close = text.indexOf('>', angle)
  if (close < 0) return undefined
  const uri = parseUri(text.slice(angle + 1, close))
  const params = uri && parseHeaderParams(text, close + 1)
  if (!uri || !params) return undefined
  return displayName === '' ? { uri, params } : { displayName, uri, params }
}

/**
 * Without angles all parameters are the header's, and the URI may hold neither `?` nor `,` (RFC 3261 §20.10). A `?` is
 * refused: whether it belongs to the URI cannot be known.
 */
function parseBare(text: string, start: number): NameAddr | undefined {
  const semicolon = text.indexOf(';', start)
  const end = semicolon < 0 ? text.length : semicolon
  const uri = parseUri(sliceTrimmed(text, start, end))
  if (!uri || uri.headers !== undefined) return undefined
  const params = parseHeaderParams(text, end)
  return params && { uri, params }
}

/** Always with angles, the name always quoted: what every reader understands. */
export function printNameAddr({ displayName, uri, params }: NameAddr): string {
  const address = `<${printUri(uri)}>${printHeaderParams(params)}`
  return displayName === undefined || displayName === '' ? address : `${quote(displayName)} ${address}`
}
