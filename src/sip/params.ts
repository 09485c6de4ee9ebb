/**
 * Parameters, `;name=value`, of header fields and of URIs. The two differ in how odd values are written: header fields
 * quote them (RFC 3261 §25.1 generic-param), URIs percent-escape them (RFC 3261 §19.1.1).
 *
 * A stranger chooses the names, so the objects have no prototype: `__proto__` is a name like any other.
 */
import { escapePercent, unescapePercent } from './wire/escape.ts'
import { isParamCode, isToken, isTokenCode, quote, skipQuoted, skipSpace, sliceTrimmed, unescapeQuoted } from './wire/scan.ts'

/** A parameter without a value is `true`: `;lr`. Names are lower case, values unescaped. */
export type Params = Readonly<Record<string, string | true>>

type MutableParams = Record<string, string | true>

export const noParams: Params = Object.freeze(Object.create(null) as MutableParams)

/** Parameters from pairs; of several with one name the first counts. */
export function paramsOf(entries: Iterable<readonly [name: string, value: string | true]>): Params {
  const params = Object.create(null) as MutableParams
  for (const [name, value] of entries) params[name.toLowerCase()] ??= value
  return params
}

/** A copy of `params` in which `name` is `value`; undefined leaves it out. */
export function withParam(params: Params, name: string, value: string | true | undefined): Params {
  const copy = Object.create(null) as MutableParams
  for (const key in params) copy[key] = params[key]! // a key that is being enumerated is there
  if (value === undefined) delete copy[name.toLowerCase()]
  else copy[name.toLowerCase()] = value
  return copy
}

/**
 * Header parameters: everything in `text` from `at` on, which must be nothing or begin with `;`. Lenient where it is
 * harmless (empty parameters, odd letters in an unquoted value); undefined when names or quotes are broken.
 */
export function parseHeaderParams(text: string, at: number): Params | undefined {
  at = skipSpace(text, at)
  if (at >= text.length) return noParams
  const params = Object.create(null) as MutableParams
  while (at < text.length) {
    if (text.charCodeAt(at) !== 59) return undefined
    at = skipSpace(text, at + 1)
    const start = at
    while (at < text.length && isTokenCode(text.charCodeAt(at))) at++
    const name = text.slice(start, at).toLowerCase()
    at = skipSpace(text, at)
    if (name === '') {
      if (at < text.length && text.charCodeAt(at) !== 59) return undefined
      continue
    }
    let value: string | true = true
    if (text.charCodeAt(at) === 61) {
      at = skipSpace(text, at + 1)
      if (text.charCodeAt(at) === 34) {
        const behind = skipQuoted(text, at)
        if (behind < 0) return undefined
        value = unescapeQuoted(text, at + 1, behind - 1)
        at = skipSpace(text, behind)
      } else {
        const semicolon = text.indexOf(';', at)
        const end = semicolon < 0 ? text.length : semicolon
        value = sliceTrimmed(text, at, end)
        if (value.includes('"')) return undefined
        at = end
      }
    }
    params[name] ??= value
  }
  return params
}

/** Letters beyond a token that a bare value may hold: IP addresses, as in `received=2001:db8::9`. */
const isBare = (value: string): boolean => {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (!isTokenCode(code) && code !== 58 && code !== 91 && code !== 93) return false
  }
  return value !== ''
}

/** `;name=value` for each; a value is quoted when it must be, and always for feature tags (RFC 3840 §9). */
export function printHeaderParams(params: Params): string {
  let text = ''
  for (const name in params) {
    const value = params[name]! // a key that is being enumerated is there
    if (!isToken(name)) continue
    text += value === true ? `;${name}` : `;${name}=${isBare(value) && name.charCodeAt(0) !== 43 ? value : quote(value)}`
  }
  return text
}

/** URI parameters: `text` is what stands between the `;` behind the host and the `?` or the end. */
export function parseUriParams(text: string): Params {
  const params = Object.create(null) as MutableParams
  for (let start = 0; start <= text.length; ) {
    const semicolon = text.indexOf(';', start)
    const end = semicolon < 0 ? text.length : semicolon
    const param = text.slice(start, end)
    const equals = param.indexOf('=')
    const name = unescapePercent(equals < 0 ? param : param.slice(0, equals)).toLowerCase()
    if (name !== '') params[name] ??= equals < 0 ? true : unescapePercent(param.slice(equals + 1))
    start = end + 1
  }
  return params
}

export function printUriParams(params: Params): string {
  let text = ''
  for (const name in params) {
    const value = params[name]! // a key that is being enumerated is there
    const escapedName = escapePercent(name, isParamCode)
    text += value === true ? `;${escapedName}` : `;${escapedName}=${escapePercent(value, isParamCode)}`
  }
  return text
}
