/** Where a request really came from, written into it, and where its responses go (RFC 3261 §18.2, RFC 3581). */
import { isIP } from 'node:net'
import type { SipAddress } from '../address.ts'
import type { Headers } from '../headers.ts'
import { withParam } from '../params.ts'
import { printVia, type Via } from '../via.ts'
import { withoutZone } from './reach.ts'
import type { Flow } from './transport.ts'

const defaultPort = 5060

/** Adds `received` and fills `rport` in the top Via, so that the response finds back. */
export function stampVia(headers: Headers, source: SipAddress): void {
  const { via } = headers
  const asked = via.params.rport !== undefined
  const address = withoutZone(source.address)
  if (!asked && via.host === address && via.params.received === undefined) return
  let params = withParam(via.params, 'received', address)
  if (asked) params = withParam(params, 'rport', String(source.port))
  headers.removeFirst('Via').prepend('Via', printVia({ ...via, params }))
}

/**
 * | transport | rport asked for | responses go to |
 * |---|---|---|
 * | reliable | | the same connection; when it is gone, a new one to the sender's address and sent-by port |
 * | UDP | yes | the packet's source |
 * | UDP | no | the source address, sent-by port; the source port too when the address shows a NAT between |
 *
 * The last is ours: behind a NAT the sent-by port leads nowhere, so nothing is lost by it.
 */
export function replyFlow(flow: Flow, via: Via): Flow {
  const port = via.port ?? defaultPort
  if (flow.transport.reliable) return { ...flow, otherwise: { address: flow.remote.address, port } }
  const behindNat = isIP(via.host) !== 0 && via.host !== withoutZone(flow.remote.address)
  if (via.params.rport !== undefined || behindNat) return flow
  return { ...flow, remote: { ...flow.remote, port } }
}
