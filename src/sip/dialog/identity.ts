/**
 * What both ends of a dialog must agree on (RFC 3261 §12): tags, sequence numbers, route, target. Pure: every function
 * gives a new identity.
 */
import { Headers } from '../headers.ts'
import { emptyBody, type SipRequest, type SipResponse } from '../message.ts'
import { printNameAddr, type NameAddr } from '../name-addr.ts'
import { noParams } from '../params.ts'
import type { SipUri } from '../uri.ts'

export type Identity = {
  readonly callId: string
  readonly localTag: string
  /** Empty when the far end gave none (RFC 2543). */
  readonly remoteTag: string
  /** Header values, tag included. They stay as they came: a far end may compare them by letter. */
  readonly localParty: string
  readonly remoteParty: string
  /** CSeq of our last request. */
  readonly localSeq: number
  /** CSeq of the last request received, if any. */
  readonly remoteSeq: number | undefined
  /** The far end's Contact. */
  readonly target: SipUri
  readonly routes: readonly NameAddr[]
}

/** Of the called side, whose `localTag` is in its responses (RFC 3261 §12.1.1). */
export function identityOfCalled(invite: SipRequest, localTag: string): Identity {
  const { headers } = invite
  const { from, to, callId, cseq, contacts, recordRoutes } = headers
  const toText = headers.get('To') ?? ''
  return {
    callId,
    localTag,
    remoteTag: tagOf(from),
    localParty: to.params.tag === undefined ? `${toText};tag=${localTag}` : toText,
    remoteParty: headers.get('From') ?? '',
    localSeq: 0,
    remoteSeq: cseq.number,
    target: contacts[0]?.uri ?? from.uri,
    routes: recordRoutes,
  }
}

/** Of the calling side, from a response that has a To tag (RFC 3261 §12.1.2). */
export function identityOfCaller(invite: SipRequest, response: SipResponse): Identity {
  const { from, callId, cseq } = invite.headers
  const { to, contacts, recordRoutes } = response.headers
  return {
    callId,
    localTag: tagOf(from),
    remoteTag: tagOf(to),
    localParty: invite.headers.get('From') ?? '',
    remoteParty: response.headers.get('To') ?? '',
    localSeq: cseq.number,
    remoteSeq: undefined,
    target: contacts[0]?.uri ?? invite.uri,
    routes: recordRoutes.toReversed(),
  }
}

/** The far end may move by a Contact in a target refresh: INVITE, UPDATE, and their 2xx (RFC 3261 §12.2). */
export function retarget(identity: Identity, message: SipRequest | SipResponse): Identity {
  const [contact] = message.headers.contacts
  return contact ? { ...identity, target: contact.uri } : identity
}

/** Whether a request with this CSeq comes in its turn (RFC 3261 §12.2.2). */
export function isInTurn(identity: Identity, number: number): boolean {
  return identity.remoteSeq === undefined || number > identity.remoteSeq
}

/** Where requests go next: the first of the route, or the target (RFC 3261 §12.2.1.1). */
export function nextHop(identity: Identity): SipUri {
  return identity.routes[0]?.uri ?? identity.target
}

export type RequestParts = {
  readonly method: string
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: Uint8Array
}

/** The next request of ours, without Via, and the identity that counts it. */
export function nextRequest(identity: Identity, parts: RequestParts): {
  readonly identity: Identity
  readonly request: SipRequest
} {
  const counted = { ...identity, localSeq: identity.localSeq + 1 }
  return { identity: counted, request: requestIn(counted, counted.localSeq, parts) }
}

/** A request under a given CSeq: for ACK, which bears its INVITE's. */
export function requestIn(
  identity: Identity,
  seq: number,
  { method, headers: added = [], body = emptyBody }: RequestParts,
): SipRequest {
  const headers = new Headers()
  headers.add('Max-Forwards', '70')
  headers.add('From', identity.localParty).add('To', identity.remoteParty)
  headers.add('Call-ID', identity.callId).add('CSeq', `${seq} ${method}`)
  const [first, ...rest] = identity.routes
  const isLoose = first?.uri.params.lr !== undefined
  const strict = first !== undefined && !isLoose
  // A strict router finds itself in the Request-URI, and the target at the end of the route.
  const route = strict ? [...rest, { uri: identity.target, params: noParams }] : identity.routes
  for (const hop of route) headers.add('Route', printNameAddr(hop))
  for (const [name, value] of added) headers.add(name, value)
  return { kind: 'request', method, uri: requestUri(strict ? first.uri : identity.target), headers, body }
}

/** Without what may not stand in a Request-URI (RFC 3261 §19.1.1). */
function requestUri(uri: SipUri): SipUri {
  const { headers: _headers, ...rest } = uri
  return rest
}

export function tagOf({ params: { tag } }: NameAddr): string {
  return typeof tag === 'string' ? tag : ''
}
