/** Building responses: what every one copies from its request (RFC 3261 §8.2.6). */
import { Headers } from './headers.ts'
import { emptyBody, type SipRequest, type SipResponse } from './message.ts'

export type ResponseParts = {
  readonly status: number
  /** Defaults to the phrase of RFC 3261 §21. */
  readonly reason?: string
  /** Added to To where it has no tag yet. Required by everything but a 100. */
  readonly toTag?: string
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>
  /** With its Content-Type among `headers`. */
  readonly body?: Uint8Array
  /** Copies Record-Route, as 1xx and 2xx that make a dialog must (RFC 3261 §12.1.1). */
  readonly recordRoute?: boolean
}

/** A response to `request` with the fields every response copies. */
export function createResponse(request: SipRequest, parts: ResponseParts): SipResponse {
  const { status, toTag, body = emptyBody } = parts
  const from = request.headers
  const headers = new Headers()
  for (const via of from.all('Via')) headers.add('Via', via)
  if (parts.recordRoute) for (const route of from.all('Record-Route')) headers.add('Record-Route', route)
  headers.add('From', from.get('From') ?? '')
  const to = from.get('To') ?? ''
  headers.add('To', toTag !== undefined && from.to.params.tag === undefined ? `${to};tag=${toTag}` : to)
  headers.add('Call-ID', from.callId).add('CSeq', from.get('CSeq') ?? '')
  const timestamp = from.get('Timestamp')
  if (status === 100 && timestamp !== undefined) headers.add('Timestamp', timestamp)
  for (const [name, value] of parts.headers ?? []) headers.add(name, value)
  return { kind: 'response', status, reason: parts.reason ?? reasonPhrase(status), headers, body }
}

/** The usual phrase for `status`, or that of its class. */
export function reasonPhrase(status: number): string {
  return phrases[status] ?? phrases[Math.floor(status / 100) * 100] ?? 'Unknown'
}

const phrases: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  181: 'Call Is Being Forwarded',
  182: 'Queued',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  305: 'Use Proxy',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  421: 'Extension Required',
  422: 'Session Interval Too Small',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  484: 'Address Incomplete',
  485: 'Ambiguous',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  491: 'Request Pending',
  493: 'Undecipherable',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  513: 'Message Too Large',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  606: 'Not Acceptable',
}
