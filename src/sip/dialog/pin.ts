/**
 * Whether requests go back on the flow the far end used, rather than to its Contact. A phone behind a
 * NAT writes an address into its Contact that leads nowhere; where the packets come from is then the only way to it.
 */
import { isIP } from 'node:net'
import type { SipAddress } from '../address.ts'
import { isPrivateAddress, withoutZone } from '../transport/reach.ts'
import type { SipUri } from '../uri.ts'
import type { Via } from '../via.ts'

export type PinQuestion = {
  readonly target: SipUri
  /** With a route set proxies care for the way. */
  readonly hasRoute: boolean
  /** Where the far end's packets come from. */
  readonly remote: SipAddress
  readonly reliable: boolean
  /** The top Via of the request, when it came from the far end. */
  readonly via: Via | undefined
}

export function isPinned({ target, hasRoute, remote: { address, port }, reliable, via }: PinQuestion): boolean {
  const { host } = target
  if (hasRoute || isIP(host) === 0) return false
  const remote = withoutZone(address)
  // The connection is there; a second one to the port where it may listen is not needed.
  if (host === remote && reliable) return true
  const isSender = via !== undefined && via.host === host && portOf(via) === portOf(target)
  if (host === remote) return isSender && portOf(target) !== port
  return (via !== undefined && via.host === host) || (isPrivateAddress(host) && !isPrivateAddress(remote))
}

function portOf({ port }: { readonly port?: number }): number {
  return port ?? 5060
}
