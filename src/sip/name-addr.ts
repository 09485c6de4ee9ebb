/** `"Name" <uri>;params` (RFC 3261 §20.10): From, To, Contact, Route, Refer-To and their kind. */
import type { Params, SipUri } from './uri.ts'

export type NameAddr = {
  /** Unquoted and unescaped; hostile text, to be shown with care. Absent when empty. */
  readonly displayName?: string
  readonly uri: SipUri
  readonly params: Params
}
