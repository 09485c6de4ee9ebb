/**
 * The head of a message as text: where it ends, its start line, its header fields (RFC 3261 §7).
 *
 * Lines end with CRLF; a bare LF is taken too, since scripts and a few phones send it. A CR elsewhere becomes a space, so
 * that no value ever holds a line end.
 */
import { type Field, fieldName } from './header-field.ts'
import { maxFieldLength, maxHeaderFields } from './limits.ts'
import { isToken, parseDecimal, sliceTrimmed, splitAtCommas } from './scan.ts'

export type Head = {
  readonly startLine: string
  readonly fields: Field[]
  /** Set when a limit was exceeded; `fields` then holds what came before it. */
  readonly excess: string | undefined
}

/**
 * Finds the empty line that ends the head. `from` is where an earlier look stopped; both numbers are places in `bytes`.
 * `end` is behind the empty line, -1 when it has not come: then the next look begins at `resume`.
 */
export function findHeadEnd(bytes: Uint8Array, from: number): { readonly end: number; readonly resume: number } {
  let at = from
  for (;;) {
    const lineFeed = bytes.indexOf(10, at)
    if (lineFeed < 0) return { end: -1, resume: bytes.length }
    if (bytes[lineFeed + 1] === 10) return { end: lineFeed + 2, resume: lineFeed + 2 }
    if (bytes[lineFeed + 1] === 13) {
      if (bytes[lineFeed + 2] === 10) return { end: lineFeed + 3, resume: lineFeed + 3 }
      if (lineFeed + 2 >= bytes.length) return { end: -1, resume: lineFeed }
    }
    if (lineFeed + 1 >= bytes.length) return { end: -1, resume: lineFeed }
    at = lineFeed + 1
  }
}

/** Splits a head into its start line and its fields, joining folded lines. Lines that are no header field are skipped. */
export function readHead(text: string): Head {
  const fields: Field[] = []
  let at = text.indexOf('\n')
  if (at < 0) at = text.length
  const startLine = withoutReturn(text, 0, at)
  at++
  let colon = -1
  while (at < text.length) {
    const lineStart = at
    let lineEnd = lineFeedAt(text, at)
    if (lineEnd - at <= 1 && withoutReturn(text, at, lineEnd) === '') break
    let folds = 0
    while (isSpace(text.charCodeAt(lineEnd + 1))) {
      lineEnd = lineFeedAt(text, lineEnd + 1)
      folds++
    }
    at = lineEnd + 1
    if (lineEnd - lineStart > maxFieldLength) return { startLine, fields, excess: 'Header Field Too Long' }
    // One found behind a line without any serves the lines after it: no part of the text is searched twice.
    if (colon < lineStart) colon = text.indexOf(':', lineStart)
    if (colon < 0) break // neither this line nor any that follows is a header field
    if (colon > lineEnd) continue
    const name = sliceTrimmed(text, lineStart, colon)
    if (!isToken(name)) continue
    const field = fieldName(name)
    const value = folds > 0 ? unfold(text, colon + 1, lineEnd) : withoutReturn(text, colon + 1, lineEnd)
    const trimmed = sliceTrimmed(value, 0, value.length)
    if (field.list && trimmed.includes(',')) {
      for (const piece of splitAtCommas(trimmed)) fields.push({ name: field, value: piece })
    } else fields.push({ name: field, value: trimmed })
    if (fields.length > maxHeaderFields) {
      return { startLine, fields: fields.slice(0, maxHeaderFields), excess: 'Too Many Header Fields' }
    }
  }
  return { startLine, fields, excess: undefined }
}

/**
 * The Content-Length of a head; undefined when it is absent, NaN when it is malformed, given twice with different
 * values, or beyond what any message can carry.
 */
export function contentLengthOf(fields: readonly Field[]): number | undefined {
  let length: number | undefined
  for (const { name, value } of fields) {
    if (name.key !== 'content-length') continue
    const parsed = parseDecimal(value, 2 ** 31)
    if (parsed === undefined || parsed === Infinity || (length !== undefined && length !== parsed)) return NaN
    length = parsed
  }
  return length
}

const isSpace = (code: number): boolean => code === 32 || code === 9

function lineFeedAt(text: string, at: number): number {
  const found = text.indexOf('\n', at)
  return found < 0 ? text.length : found
}

/** One line's text without the CR at its end, any other CR being a space. */
function withoutReturn(text: string, start: number, end: number): string {
  const line = text.slice(start, text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end)
  return line.includes('\r') ? line.replaceAll('\r', ' ') : line
}

/** Folded lines as one: each fold, with the spaces around it, is one space. */
function unfold(text: string, start: number, end: number): string {
  const lines: string[] = []
  while (start <= end) {
    const lineEnd = Math.min(lineFeedAt(text, start), end)
    const line = withoutReturn(text, start, lineEnd)
    const trimmed = sliceTrimmed(line, 0, line.length)
    if (trimmed !== '') lines.push(trimmed)
    start = lineEnd + 1
  }
  return lines.join(' ')
}
