/**
 * How a message finds its transaction (RFC 3261 §17.1.3, §17.2.3).
 *
 * Since RFC 3261 a branch that begins with the magic cookie is unique. Older ones are not, and the request is recognised by
 * everything that its repeats have in common.
 */
import type { SipRequest, SipResponse } from '../message.ts'
import { printUri } from '../uri.ts'
import type { Via } from '../via.ts'

export const magicCookie = 'z9hG4bK'

/** The key of the server transaction that `request` opens, repeats, or, as an ACK, closes. `method`: look as if it were that. */
export function serverKey(request: SipRequest, method: string = request.method === 'ACK' ? 'INVITE' : request.method): string {
  const { via } = request.headers
  const branch = branchOf(via)
  if (branch.startsWith(magicCookie)) return `${branch}|${sentBy(via)}|${method}`
  const { callId, cseq, from, to } = request.headers
  // An ACK bears the To tag of the response, so the INVITE's own cannot be part of what both have in common.
  const toTag = method === 'INVITE' ? '' : tagOf(to.params.tag)
  const hop = `${via.transport} ${sentBy(via)} ${branch}`
  return ['2543', hop, method, cseq.number, callId, tagOf(from.params.tag), toTag, printUri(request.uri)].join('|')
}

/** Whether `request` is recognised by its branch alone. */
export function hasCookie(request: SipRequest): boolean {
  return branchOf(request.headers.via).startsWith(magicCookie)
}

/** The key of the client transaction that `response` answers; the CSeq's method tells a CANCEL from its INVITE. */
export function clientKey(message: SipRequest | SipResponse): string {
  return `${branchOf(message.headers.via)}|${message.headers.cseq.method}`
}

/**
 * What the copies of one request have in common that came here by different ways (RFC 3261 §8.2.2.2); undefined inside a
 * dialog, where there are no such copies.
 */
export function mergeKey(request: SipRequest): string | undefined {
  const { from, to, callId, cseq } = request.headers
  if (to.params.tag !== undefined) return undefined
  return `${callId}|${tagOf(from.params.tag)}|${cseq.number}|${cseq.method}`
}

function branchOf(via: Via): string {
  const { branch } = via.params
  return typeof branch === 'string' ? branch : ''
}

function sentBy(via: Via): string {
  return `${via.host}:${via.port ?? ''}`
}

function tagOf(tag: string | true | undefined): string {
  return typeof tag === 'string' ? tag : ''
}
