/** Digest authentication, the client's side: trunks that ask for a password (RFC 3261 §22.2, RFC 7616, RFC 8760). */
import { randomBytes } from 'node:crypto'
import { type DigestAlgorithm, digestHash, digestResponse } from './digest-hash.ts'
import type { Headers } from './headers.ts'
import { parseAuthParams, printDigest } from './wire/auth-params.ts'

export type ChallengeAnswer = {
  /** Of the 401 or 407. They may be kept to answer beforehand next time, with a higher `nonceCount`. */
  readonly challenge: Headers
  readonly username: string
  readonly password: string
  readonly method: string
  /** The Request-URI as it will be printed. */
  readonly uri: string
  readonly body?: Uint8Array
  /** How often this challenge's nonce was used, this time included; default 1. */
  readonly nonceCount?: number
  readonly clientNonce?: string
}

/**
 * The header fields that answer a challenge: `Authorization`, `Proxy-Authorization` or both, one for each realm, with
 * the strongest algorithm we know. Empty when nothing we understand was asked.
 */
export function answerChallenge(answer: ChallengeAnswer): ReadonlyArray<readonly [name: string, value: string]> {
  return [
    ...answersFor(answer, 'WWW-Authenticate').map((value) => ['Authorization', value] as const),
    ...answersFor(answer, 'Proxy-Authenticate').map((value) => ['Proxy-Authorization', value] as const),
  ]
}

type Challenge = {
  readonly realm: string
  readonly nonce: string
  readonly algorithm: DigestAlgorithm
  /** `MD5-sess` and the like. */
  readonly isPerNonce: boolean
  /** As it was written, to be sent back so; undefined when it was not. */
  readonly algorithmText: string | undefined
  readonly qop: 'auth' | 'auth-int' | undefined
  readonly opaque: string | undefined
}

function answersFor(answer: ChallengeAnswer, name: string): readonly string[] {
  const byRealm = new Map<string, Challenge>()
  for (const value of answer.challenge.all(name)) {
    const challenge = readChallenge(value)
    if (!challenge) continue
    const other = byRealm.get(challenge.realm)
    if (!other || (other.algorithm === 'MD5' && challenge.algorithm === 'SHA-256')) byRealm.set(challenge.realm, challenge)
  }
  return [...byRealm.values()].map((challenge) => credentials(answer, challenge))
}

function readChallenge(value: string): Challenge | undefined {
  const parsed = parseAuthParams(value)
  if (parsed?.scheme !== 'digest') return undefined
  const { realm, nonce, opaque, algorithm: algorithmText, qop: qopText } = parsed.params
  const [, family, session] = /^(MD5|SHA-256)(-SESS)?$/.exec((algorithmText ?? 'MD5').toUpperCase()) ?? []
  if (realm === undefined || nonce === undefined || family === undefined) return undefined
  const offered = qopText?.split(',').map((option) => option.trim().toLowerCase())
  const qop = offered?.includes('auth') ? 'auth' : offered?.includes('auth-int') ? 'auth-int' : undefined
  // Only options we do not know: whatever we sent would be wrong. An empty list is taken as none.
  if (qopText && qop === undefined) return undefined
  const algorithm = family === 'MD5' ? 'MD5' : 'SHA-256'
  return { realm, nonce, algorithm, isPerNonce: session !== undefined, algorithmText, qop, opaque }
}

function credentials(answer: ChallengeAnswer, challenge: Challenge): string {
  const { realm, nonce, algorithm, isPerNonce, algorithmText, qop, opaque } = challenge
  const { username, password, method, uri, body, nonceCount = 1, clientNonce = randomBytes(12).toString('base64url') } = answer
  const quality = qop && { qop, nonceCount: nonceCount.toString(16).padStart(8, '0'), clientNonce }
  const secret = digestHash(algorithm, `${username}:${realm}:${password}`)
  const ha1 = isPerNonce ? digestHash(algorithm, `${secret}:${nonce}:${clientNonce}`) : secret
  const response = digestResponse({ algorithm, ha1, method, uri, nonce, ...(quality && { quality }), ...(body && { body }) })
  return printDigest(
    [
      ['username', username],
      ['realm', realm],
      ['nonce', nonce],
      ['uri', uri],
      ['response', response],
      ['algorithm', algorithmText],
      ['cnonce', qop || isPerNonce ? clientNonce : undefined],
      ['opaque', opaque],
      ['qop', qop],
      ['nc', quality?.nonceCount],
    ],
    'credentials',
  )
}
