/**
 * A SIP message after the wire and before it (RFC 3261 §7). Bodies stay bytes: who needs SDP parses it.
 */
import type { Headers } from './headers.ts'
import type { SipUri } from './uri.ts'

export type SipRequest = {
  readonly kind: 'request'
  /** Upper case as on the wire; methods are case-sensitive (RFC 3261 §7.1). */
  readonly method: string
  readonly uri: SipUri
  readonly headers: Headers
  readonly body: Uint8Array
}

export type SipResponse = {
  readonly kind: 'response'
  /** 100 to 699. */
  readonly status: number
  readonly reason: string
  readonly headers: Headers
  readonly body: Uint8Array
}

export type SipMessage = SipRequest | SipResponse

export const emptyBody: Uint8Array = new Uint8Array(0)
