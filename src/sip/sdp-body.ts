/** The body of a message as far as signalling cares: is it SDP, or something we cannot read? */
import type { SipMessage } from './message.ts'

/** The SDP a message carries; null when it carries none. */
export function sdpOf({ headers, body }: SipMessage): Uint8Array | null {
  return body.length > 0 && isSdp(headers.get('Content-Type')) ? body : null
}

/** The status that refuses a request whose body we must understand and do not (RFC 3261 §8.2.3). */
export function sdpFault({ headers, body }: SipMessage): 415 | undefined {
  if (body.length === 0) return undefined
  if (!isSdp(headers.get('Content-Type'))) {
    return /;\s*handling\s*=\s*optional/i.test(headers.get('Content-Disposition') ?? '') ? undefined : 415
  }
  const encoding = headers.get('Content-Encoding')
  return encoding === undefined || encoding.toLowerCase() === 'identity' ? undefined : 415
}

function isSdp(type: string | undefined): boolean {
  return type !== undefined && /^application\/sdp\s*(;|$)/i.test(type)
}
