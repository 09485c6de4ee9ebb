/**
 * The letters of SIP's grammar (RFC 3261 §25.1) and the few scans that every reader needs. All of them are linear and
 * look at each character once; none uses a regular expression, because the text comes from strangers.
 */

const tokenClass = 1
const userClass = 2
const paramClass = 4
const hostClass = 8

const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const mark = "-_.!~*'()"

const classes = new Uint8Array(128)
for (const [flag, letters] of [
  [tokenClass, `${alphanumeric}-.!%*_+\`'~`],
  [userClass, `${alphanumeric}${mark}&=+$,;?/`],
  [paramClass, `${alphanumeric}${mark}[]/:&+$`],
  // The underscore is no letter of a host name, but Windows machines and containers carry it.
  [hostClass, `${alphanumeric}-._`],
] as const) {
  for (const letter of letters) classes[letter.charCodeAt(0)]! |= flag // in range: all letters are ASCII
}

const is = (code: number, flag: number): boolean => code < 128 && (classes[code]! & flag) !== 0 // in range by the first test

export const isTokenCode = (code: number): boolean => is(code, tokenClass)
/** May stand unescaped in a SIP URI's user part. */
export const isUserCode = (code: number): boolean => is(code, userClass)
/** May stand unescaped in a SIP URI's parameter. */
export const isParamCode = (code: number): boolean => is(code, paramClass)
export const isHostCode = (code: number): boolean => is(code, hostClass)
export const isDigitCode = (code: number): boolean => code >= 48 && code <= 57
const isSpaceCode = (code: number): boolean => code === 32 || code === 9

/** Whether `text` is a token: not empty, nothing but token letters. */
export function isToken(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!is(text.charCodeAt(at), tokenClass)) return false
  return text !== ''
}

/** The first place at or after `at` that is neither space nor tab. */
export function skipSpace(text: string, at: number): number {
  while (at < text.length && isSpaceCode(text.charCodeAt(at))) at++
  return at
}

/** `text` from `start` to `end` without spaces and tabs at its ends. */
export function sliceTrimmed(text: string, start: number, end: number): string {
  while (start < end && isSpaceCode(text.charCodeAt(start))) start++
  while (end > start && isSpaceCode(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/**
 * A decimal number written with digits only, at most `max`.
 * Returns undefined when `text` is no number, Infinity when it is one but greater than `max`: leading zeros are allowed.
 */
export function parseDecimal(text: string, max: number): number | undefined {
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (!isDigitCode(code)) return undefined
    value = value * 10 + (code - 48)
  }
  if (text === '') return undefined
  return value <= max ? value : Infinity
}

/** The place behind the closing quote of the quoted string that opens at `at`; -1 when it never closes. */
export function skipQuoted(text: string, at: number): number {
  for (at++; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 92) at++
    else if (code === 34) return at + 1
  }
  return -1
}

/** What stands between quotes, `start` and `end` being just inside of them: `\x` becomes `x`. */
export function unescapeQuoted(text: string, start: number, end: number): string {
  const inner = text.slice(start, end)
  let escape = inner.indexOf('\\')
  if (escape < 0) return inner
  let plain = ''
  let done = 0
  while (escape >= 0) {
    plain += inner.slice(done, escape) + inner.slice(escape + 1, escape + 2)
    done = escape + 2
    escape = inner.indexOf('\\', done)
  }
  return plain + inner.slice(done)
}

/** Quotes, backslashes, control characters but the tab. */
const isEscapedWhenQuoted = (code: number): boolean => code === 34 || code === 92 || (code < 32 && code !== 9) || code === 127

/** `text` as a quoted string. Line ends, which no quoted string can hold, become spaces. */
export function quote(text: string): string {
  let quoted = '"'
  let done = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 10 || code === 13) quoted += `${text.slice(done, at)} `
    else if (isEscapedWhenQuoted(code)) quoted += `${text.slice(done, at)}\\${text[at]}`
    else continue
    done = at + 1
  }
  return `${quoted}${text.slice(done)}"`
}

/** Splits at commas that are outside of quotes and of `<>`; empty pieces are left out unless nothing else is there. */
export function splitAtCommas(text: string): readonly string[] {
  if (!text.includes(',')) return [text]
  const pieces: string[] = []
  let start = 0
  let inAngles = false
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 44
    if (code === 34 && !inAngles) {
      const behind = skipQuoted(text, at)
      // A quote that never closes takes the rest along: its owner is malformed and is refused by whoever reads it.
      at = behind < 0 ? text.length - 1 : behind - 1
    } else if (code === 60) inAngles = true
    else if (code === 62) inAngles = false
    else if (code === 44 && (!inAngles || at === text.length)) {
      const piece = sliceTrimmed(text, start, at)
      if (piece !== '') pieces.push(piece)
      start = at + 1
    }
  }
  return pieces.length > 0 ? pieces : ['']
}
