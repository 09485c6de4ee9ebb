/** What a request must be before anybody above sees it (RFC 3261 §8.2, RFC 4028 §9). Pure. */
import { knownMethods, type Capabilities } from './capabilities.ts'
import { agreeAsServer, type SessionTimerOptions } from './dialog/session-timer.ts'
import type { SipRequest } from './message.ts'
import { sdpFault } from './sdp-body.ts'
import type { Answer } from './server-request.ts'

export type Refusal = Answer & { readonly status: number }

type Abilities = Capabilities & { readonly sessionTimer: SessionTimerOptions | undefined }

/** The first rule that `request` breaks. */
export function refusalOf(request: SipRequest, { allow, options, sessionTimer }: Abilities): Refusal | undefined {
  const { method, uri, headers } = request
  if (!knownMethods.has(method)) return { status: 501, headers: [allow] }
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips' && uri.scheme !== 'tel') return { status: 416 }
  const unsupported = headers.tokens('Require').filter((option) => !options.includes(option))
  if (unsupported.length > 0) return { status: 420, headers: [['Unsupported', unsupported.join(', ')]] }
  if (method !== 'INVITE') return undefined
  // We would carry the call on. Any other request has reached its end here, and may have used up its hops.
  if (headers.get('Max-Forwards') === '0') return { status: 483 }
  if (sdpFault(request)) return { status: 415, headers: [['Accept', 'application/sdp'], ['Accept-Encoding', 'identity']] }
  const { length } = headers.contacts
  if (length !== 1) return { status: 400, reason: length === 0 ? 'Missing Contact' : 'More Than One Contact' }
  const session = agreeAsServer(headers, sessionTimer)
  return session.kind === 'too-short' ? { status: 422, headers: session.headers } : undefined
}

/** What a request outside of any dialog gets when nobody above took it. */
export function defaultAnswer(method: string, { allow, supported }: Capabilities): Refusal {
  switch (method) {
    case 'OPTIONS':
      return { status: 200, headers: [allow, supported, ['Accept', 'application/sdp']] }
    case 'SUBSCRIBE':
    case 'PUBLISH':
      return { status: 489 }
    // These live inside of dialogs only.
    case 'BYE':
    case 'UPDATE':
    case 'PRACK':
    case 'INFO':
    case 'NOTIFY':
      return { status: 481 }
    default:
      return { status: 405, headers: [allow] }
  }
}
