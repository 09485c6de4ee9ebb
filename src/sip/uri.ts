/**
 * URIs of SIP (RFC 3261 §19.1) and whatever else stands where a URI may stand.
 */

/** A parameter without a value is `true`: `;lr`. Names are lower case, values unescaped. */
export type Params = Readonly<Record<string, string | true>>

export type SipUri = {
  /** Lower case. For a scheme other than sip, sips and tel everything after the colon is in `host`. */
  readonly scheme: string
  /** Unescaped; absent when there is no `@`. */
  readonly user?: string
  readonly password?: string
  /** A name, an IPv4 address, or an IPv6 address without its brackets; lower case. */
  readonly host: string
  readonly port?: number
  readonly params: Params
  /** The part after `?`, as it stands on the wire. */
  readonly headers?: string
}
