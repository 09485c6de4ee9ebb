/**
 * Whether requests in a dialog go back on the flow its INVITE used, rather than to the far end's Contact. A phone behind a
 * NAT writes an address into its Contact that leads nowhere; where the packets come from is then the only way to it.
 */
import { isIP } from 'node:net'
import { isPrivateAddress, withoutZone } from '../transport/reach.ts'
import type { Flow } from '../transport/transport.ts'
import type { SipUri } from '../uri.ts'
import type { Via } from '../via.ts'

export type PinQuestion = {
  readonly target: SipUri
  /** With a route set proxies care for the way. */
  readonly hasRoute: boolean
  readonly flow: Flow
  /** The top Via of the INVITE, when it came from the far end. */
  readonly via: Via | undefined
}

export function isPinned({ target, hasRoute, flow, via }: PinQuestion): boolean {
  const { host } = target
  if (hasRoute || isIP(host) === 0) return false
  const remote = withoutZone(flow.remote.address)
  // The connection is there; a second one to the port where it may listen is not needed.
  if (host === remote && flow.transport.reliable) return true
  const isSender = via !== undefined && via.host === host && portOf(via) === portOf(target)
  if (host === remote) return isSender && portOf(target) !== flow.remote.port
  return (via !== undefined && via.host === host) || (isPrivateAddress(host) && !isPrivateAddress(remote))
}

function portOf({ port }: { readonly port?: number }): number {
  return port ?? 5060
}
