/** The two small things about URIs that every part of the kit needs. */
import { isIPv6 } from 'node:net'
import { parseUri, type SipUri } from '../../src/sip/uri.ts'

export function bracketed(address: string): string {
  return isIPv6(address) ? `[${address}]` : address
}

/** @throws Error when it is none. */
export function uriOf(text: string): SipUri {
  const uri = parseUri(text)
  if (!uri) throw new Error(`no URI: ${text}`)
  return uri
}
