/**
 * Bytes to messages (RFC 3261 §7, §18.3). Whatever comes, nothing is thrown: most of what reaches an open port is not
 * SIP, and some of it is meant to hurt.
 */
import { Headers } from './headers.ts'
import { type SipMessage, emptyBody } from './message.ts'
import { parseVia } from './via.ts'
import { contentLengthOf, findHeadEnd, readHead } from './wire/head.ts'
import type { Field } from './wire/header-field.ts'
import { maxHeadLength } from './wire/limits.ts'
import { parseDecimal } from './wire/scan.ts'
import { parseStartLine } from './wire/start-line.ts'

export type ParseResult =
  /** `message.body` is a view of the bytes given. */
  | { readonly kind: 'message'; readonly message: SipMessage }
  /** Empty, or nothing but CR, LF, NUL and spaces (RFC 5626 §3.5 and what NAT helpers of phones send). */
  | { readonly kind: 'keep-alive' }
  | BadRequest
  /** To be dropped: no SIP at all, or a response that cannot be understood (RFC 3261 §18.1.2, §18.3). */
  | { readonly kind: 'garbage'; readonly why: string }

/** A request that must be refused with `status`, unless `method` is ACK, which is never answered. */
export type BadRequest = {
  readonly kind: 'bad-request'
  readonly method: string
  readonly status: number
  /** A reason phrase that says what is wrong. */
  readonly reason: string
  /**
   * Via, From, To, Call-ID and CSeq as they came, for the answer; each but Via may be malformed, missing, or there twice.
   * Absent when the first Via is malformed or missing: the request cannot be answered.
   */
  readonly headers?: Headers
}

/** Reads one datagram, or one message that a stream framer cut out. */
export function parseMessage(bytes: Uint8Array): ParseResult {
  let start = 0
  while (start < bytes.length && isBlank(bytes[start]!)) start++ // in range by the test before
  if (start === bytes.length) return { kind: 'keep-alive' }
  // Below any letter: STUN, RTP, DNS and their kind. Told apart cheaply, since that is what scanners send.
  if (bytes[start]! < 33) return { kind: 'garbage', why: 'binary' } // in range by the test before
  const found = findHeadEnd(bytes, start).end
  const bodyStart = found < 0 ? bytes.length : found
  if (bodyStart - start > maxHeadLength) return { kind: 'garbage', why: 'the head is too long' }
  const { startLine, fields, excess } = readHead(decode(bytes, start, bodyStart))
  const first = parseStartLine(startLine)
  switch (first.kind) {
    case 'garbage':
      return first
    case 'bad-request':
      return badRequest(fields, first)
    case 'request':
    case 'response':
  }
  const headers = Headers.ofFields(fields)
  const length = contentLengthOf(fields)
  const reason = excess ?? faultOf(headers, fields) ?? bodyFault(length, bytes.length - bodyStart)
  if (reason !== undefined) {
    if (first.kind === 'request') return badRequest(fields, { method: first.method, status: 400, reason })
    return { kind: 'garbage', why: reason }
  }
  const bodyEnd = length === undefined ? bytes.length : bodyStart + length
  const body = bodyEnd === bodyStart ? emptyBody : bytes.subarray(bodyStart, bodyEnd)
  if (first.kind === 'response') {
    return { kind: 'message', message: { kind: 'response', status: first.status, reason: first.reason, headers, body } }
  }
  if (headers.cseq.method !== first.method) {
    return badRequest(fields, { method: first.method, status: 400, reason: 'CSeq Method Differs From Request Method' })
  }
  return { kind: 'message', message: { kind: 'request', method: first.method, uri: first.uri, headers, body } }
}

const isBlank = (byte: number): boolean => byte === 13 || byte === 10 || byte === 0 || byte === 32 || byte === 9

/** UTF-8; what is none becomes U+FFFD. */
function decode(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}

/** Fields that may stand once only and that we or others act upon (RFC 3261 §7.3.1); the same value twice is let pass. */
const once = new Set(['from', 'to', 'call-id', 'cseq', 'max-forwards'])

function faultOf(headers: Headers, fields: readonly Field[]): string | undefined {
  const fault = headers.fault()
  if (fault !== undefined) return headers.has(fault) ? `Malformed ${fault}` : `Missing ${fault}`
  const seen: Field[] = []
  for (const field of fields) {
    if (!once.has(field.name.key)) continue
    for (const other of seen) {
      if (other.name === field.name && other.value !== field.value) return `More Than One ${field.name.name}`
    }
    // Once per name is enough: the others equal it.
    if (!seen.some((other) => other.name === field.name)) seen.push(field)
  }
  const hops = headers.get('Max-Forwards')
  if (hops !== undefined && !(parseDecimal(hops, 255)! <= 255)) return 'Malformed Max-Forwards' // undefined compares false
  return undefined
}

function bodyFault(length: number | undefined, available: number): string | undefined {
  if (length === undefined) return undefined
  if (Number.isNaN(length)) return 'Malformed Content-Length'
  return length > available ? 'Body Shorter Than Content-Length' : undefined
}

const answered = new Set(['via', 'from', 'to', 'call-id', 'cseq'])

function badRequest(fields: readonly Field[], fault: { method: string; status: number; reason: string }): BadRequest {
  const { method, status, reason } = fault
  const bad = { kind: 'bad-request', method, status, reason } as const
  const top = fields.find((field) => field.name.key === 'via')
  if (!top || !parseVia(top.value)) return bad
  // A malformed Via below the first is no hop that the answer could find: it is left out.
  const kept = fields.filter(({ name, value }) => answered.has(name.key) && (name.key !== 'via' || parseVia(value)))
  return { ...bad, headers: Headers.ofFields(kept) }
}
