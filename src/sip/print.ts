/** Messages to bytes (RFC 3261 §7). */
import type { SipMessage } from './message.ts'
import { printUri } from './uri.ts'

/** The message as it goes on the wire. Content-Length is always the body's own, whatever the headers say. */
export function printMessage(message: SipMessage): Uint8Array {
  const { headers, body } = message
  let head =
    message.kind === 'request'
      ? `${message.method} ${printUri(message.uri)} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason.replaceAll('\r', ' ').replaceAll('\n', ' ')}`
  let last: string | undefined
  for (const { name, value } of headers.fields) {
    if (name.key === 'content-length') continue
    // An empty value keeps a line of its own: joined to others it would break the list.
    if (name.joined && name.key === last && value !== '') head += `, ${value}`
    else head += `\r\n${name.name}: ${value}`
    last = value === '' ? undefined : name.key
  }
  head += `\r\nContent-Length: ${body.length}\r\n\r\n`
  if (body.length === 0) return Buffer.from(head)
  const headLength = Buffer.byteLength(head)
  const bytes = Buffer.allocUnsafe(headLength + body.length)
  bytes.write(head)
  bytes.set(body, headLength)
  return bytes
}
