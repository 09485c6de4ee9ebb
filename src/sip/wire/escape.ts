/** Percent-escapes of URIs (RFC 3261 §19.1.2, RFC 3986 §2.1), as UTF-8. */

/** Two hexadecimal digits at `at`, as a byte; -1 when there are none. */
function hexByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at))
  const low = hexDigit(text.charCodeAt(at + 1))
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1 // NaN, beyond the end, becomes 32 and is refused too
}

/**
 * Undoes percent-escapes, once. Bytes that are no UTF-8 become U+FFFD; a `%` that begins no escape stays as it is, since
 * phones send it and nothing but the text itself depends on it.
 */
export function unescapePercent(text: string): string {
  let percent = text.indexOf('%')
  if (percent < 0) return text
  let plain = ''
  let done = 0
  while (percent >= 0) {
    const bytes: number[] = []
    let at = percent
    for (let byte = 0; text.charCodeAt(at) === 37 && (byte = hexByte(text, at + 1)) >= 0; at += 3) bytes.push(byte)
    plain += text.slice(done, percent)
    if (bytes.length > 0) plain += Buffer.from(bytes).toString('utf8')
    else plain += text[at++]
    done = at
    percent = text.indexOf('%', at)
  }
  return plain + text.slice(done)
}

/** Escapes every character that `isPlain` (asked by its code) does not allow to stand for itself. */
export function escapePercent(text: string, isPlain: (code: number) => boolean): string {
  let first = 0
  while (first < text.length && isPlain(text.charCodeAt(first))) first++
  if (first === text.length) return text
  let escaped = text.slice(0, first)
  for (const byte of Buffer.from(text.slice(first), 'utf8')) {
    escaped += isPlain(byte) ? String.fromCharCode(byte) : `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`
  }
  return escaped
}
