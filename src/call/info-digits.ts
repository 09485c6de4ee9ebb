/** A key press carried by SIP INFO: `application/dtmf-relay` ("Signal=5", "Duration=160") and `application/dtmf` ("5"). */

const maxBodyBytes = 200

/** The digit (`0-9 * # A-D`), or null when the INFO is about something else. */
export function digitOfInfo(contentType: string, body: Uint8Array): string | null {
  if (body.length > maxBodyBytes) return null
  const type = contentType.split(';')[0]?.trim().toLowerCase()
  const text = new TextDecoder().decode(body)
  if (type === 'application/dtmf-relay') {
    const signal = /^\s*signal\s*=\s*(\S+)\s*$/im.exec(text)?.[1]
    return signal === undefined ? null : digitOf(signal)
  }
  if (type === 'application/dtmf') return digitOf(text.trim())
  return null
}

/** Some phones write 10 and 11 for `*` and `#`, as in the events of RFC 4733. */
function digitOf(signal: string): string | null {
  if (signal === '10') return '*'
  if (signal === '11') return '#'
  return /^[0-9*#A-Da-d]$/.test(signal) ? signal.toUpperCase() : null
}
