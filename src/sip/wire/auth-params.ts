/** `Digest name=value, name="value"`: challenges and credentials (RFC 3261 §25.1, RFC 7616 §3.3). */
import { isTokenCode, quote, skipQuoted, skipSpace, sliceTrimmed, unescapeQuoted } from './scan.ts'

export type AuthParams = {
  /** Lower case. */
  readonly scheme: string
  /** Names in lower case; no prototype. */
  readonly params: Readonly<Record<string, string>>
}

/** Undefined when malformed. A parameter that comes twice makes it malformed: readers would disagree which one counts. */
export function parseAuthParams(text: string): AuthParams | undefined {
  let at = skipSpace(text, 0)
  const start = at
  while (at < text.length && isTokenCode(text.charCodeAt(at))) at++
  const scheme = text.slice(start, at).toLowerCase()
  if (scheme === '') return undefined
  const params = Object.create(null) as Record<string, string>
  for (at = skipSpace(text, at); at < text.length; ) {
    const nameStart = at
    while (at < text.length && isTokenCode(text.charCodeAt(at))) at++
    const name = text.slice(nameStart, at).toLowerCase()
    at = skipSpace(text, at)
    if (name === '' || name in params || text.charCodeAt(at) !== 61) return undefined
    at = skipSpace(text, at + 1)
    if (text.charCodeAt(at) === 34) {
      const behind = skipQuoted(text, at)
      if (behind < 0) return undefined
      params[name] = unescapeQuoted(text, at + 1, behind - 1)
      at = skipSpace(text, behind)
    } else {
      const comma = text.indexOf(',', at)
      const end = comma < 0 ? text.length : comma
      params[name] = sliceTrimmed(text, at, end)
      at = end
    }
    if (at < text.length && text.charCodeAt(at) !== 44) return undefined
    at = skipSpace(text, at + 1)
  }
  return { scheme, params }
}

/** Parameters that are tokens by their grammar; old readers refuse them in quotes, and all others without. */
const bare = new Set(['algorithm', 'stale', 'nc'])

type DigestParams = ReadonlyArray<readonly [name: string, value: string | undefined]>

/** `Digest ...`; `qop` is a list in a challenge (quoted) and one token in credentials (bare). */
export function printDigest(params: DigestParams, of: 'challenge' | 'credentials'): string {
  const parts: string[] = []
  for (const [name, value] of params) {
    if (value === undefined) continue
    parts.push(bare.has(name) || (name === 'qop' && of === 'credentials') ? `${name}=${value}` : `${name}=${quote(value)}`)
  }
  return `Digest ${parts.join(', ')}`
}
