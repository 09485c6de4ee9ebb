/** Requests that repeat another one's head: the ACK of a refusal and the CANCEL (RFC 3261 §17.1.1.3, §9.1). */
import { Headers } from '../headers.ts'
import { emptyBody, type SipRequest, type SipResponse } from '../message.ts'

/** The ACK for a final response other than 2xx: same branch, same route, the response's To. */
export function ackForRefusal(invite: SipRequest, response: SipResponse): SipRequest {
  const to = response.headers.get('To') ?? invite.headers.get('To') ?? ''
  return sibling(invite, { method: 'ACK', to })
}

/** The CANCEL of `invite`: a transaction of its own under the same branch. */
export function cancelOf(invite: SipRequest, reason?: string): SipRequest {
  const cancel = sibling(invite, { method: 'CANCEL', to: invite.headers.get('To') ?? '' })
  if (reason !== undefined) cancel.headers.add('Reason', reason)
  return cancel
}

function sibling(invite: SipRequest, { method, to }: { readonly method: string; readonly to: string }): SipRequest {
  const { headers } = invite
  const copy = new Headers()
  copy.add('Via', headers.get('Via') ?? '')
  for (const route of headers.all('Route')) copy.add('Route', route)
  copy.add('Max-Forwards', '70').add('From', headers.get('From') ?? '').add('To', to)
  copy.add('Call-ID', headers.callId).add('CSeq', `${headers.cseq.number} ${method}`)
  const agent = headers.get('User-Agent')
  if (agent !== undefined) copy.add('User-Agent', agent)
  return { kind: 'request', method, uri: invite.uri, headers: copy, body: emptyBody }
}
