/**
 * Digest authentication, the server's side (RFC 3261 §22, RFC 7616, RFC 8760).
 *
 * Offered: SHA-256, then MD5, both with qop=auth. Taken besides: MD5 without qop (RFC 2069 phones), a nonce being good
 * for one request then. Not offered: auth-int (bodies are changed on the way), the -sess algorithms.
 *
 * A user who does not exist costs the same work as a wrong password and is told the same.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { type DigestAlgorithm, type Ha1Source, digestResponse } from './digest-hash.ts'
import { Nonces } from './digest-nonce.ts'
import type { SipRequest } from './message.ts'
import { type SipUri, parseUri } from './uri.ts'
import { type AuthParams, parseAuthParams, printDigest } from './wire/auth-params.ts'

export type { Ha1Source } from './digest-hash.ts'

export type DigestOptions = {
  readonly realm: string
  readonly clock: Clock
  readonly secrets: Ha1Source
  /** `server`: 401, WWW-Authenticate (default); `proxy`: 407, Proxy-Authenticate. */
  readonly as?: 'server' | 'proxy'
  /** In the order offered; default SHA-256, MD5. */
  readonly algorithms?: readonly DigestAlgorithm[]
  /** Signs nonces; random by default, so that a restart makes all of them stale. */
  readonly nonceSecret?: Uint8Array
  readonly nonceLifetimeMs?: number
  /** How many used nonces are remembered: one for each phone that signed in within the lifetime. */
  readonly rememberedNonces?: number
}

export type DigestResult =
  | { readonly kind: 'accepted'; readonly username: string }
  | {
      readonly kind: 'challenge'
      /**
       * `missing`: no credentials for our realm. `stale`: the password is right, the nonce is not. `wrong`: a bad
       * password or an unknown user; to be counted against `username` and the source. `malformed`: counted as well.
       */
      readonly why: 'missing' | 'stale' | 'wrong' | 'malformed'
      /** Who claims to be calling; hostile text. */
      readonly username?: string
      readonly status: 401 | 407
      /** For the response. */
      readonly headers: ReadonlyArray<readonly [name: string, value: string]>
    }

export interface DigestVerifier {
  /** Never for ACK and CANCEL, which cannot be challenged (RFC 3261 §22.1). Rejects only when the secrets' source does. */
  verify(request: SipRequest): Promise<DigestResult>
}

const defaultLifetimeMs = 300_000
const defaultRememberedNonces = 50_000

export function createDigestVerifier(options: DigestOptions): DigestVerifier {
  return new Verifier(options)
}

class Verifier implements DigestVerifier {
  readonly #options: DigestOptions
  readonly #algorithms: readonly DigestAlgorithm[]
  readonly #nonces: Nonces
  readonly #nobody = randomBytes(32).toString('hex')

  constructor(options: DigestOptions) {
    this.#options = options
    this.#algorithms = options.algorithms ?? ['SHA-256', 'MD5']
    this.#nonces = new Nonces({
      realm: options.realm,
      clock: options.clock,
      secret: options.nonceSecret ?? randomBytes(32),
      lifetimeMs: options.nonceLifetimeMs ?? defaultLifetimeMs,
      capacity: options.rememberedNonces ?? defaultRememberedNonces,
    })
  }

  async verify(request: SipRequest): Promise<DigestResult> {
    const given = this.#credentials(request)
    if (!given) return this.#challenge('missing')
    const { username = '' } = given.params
    const credentials = this.#read(given)
    if (!credentials || !isMeant(credentials.uri, request.uri)) return this.#challenge('malformed', username)
    const { algorithm, nonce, uri, quality, response } = credentials
    const found = await this.#options.secrets.find(username)
    const ha1 = algorithm === 'MD5' ? (found?.md5 ?? this.#nobody.slice(0, 32)) : (found?.sha256 ?? this.#nobody)
    const { method } = request
    const expected = digestResponse({ algorithm, ha1, method, uri, nonce, ...(quality && { quality }) })
    if (!equalHex(expected, response) || !found) return this.#challenge('wrong', username)
    const count = quality && Number.parseInt(quality.nonceCount, 16)
    return this.#nonces.use(nonce, count) ? { kind: 'accepted', username } : this.#challenge('stale', username)
  }

  /** The first credentials for our realm; others are for proxies on the way. */
  #credentials(request: SipRequest): AuthParams | undefined {
    for (const value of request.headers.all(this.#options.as === 'proxy' ? 'Proxy-Authorization' : 'Authorization')) {
      const parsed = parseAuthParams(value)
      if (parsed?.scheme === 'digest' && parsed.params['realm'] === this.#options.realm) return parsed
    }
    return undefined
  }

  #read({ params }: AuthParams) {
    const { username, nonce, uri, response, qop, nc, cnonce } = params
    const named = (params['algorithm'] ?? 'MD5').toUpperCase()
    const algorithm = this.#algorithms.find((offered) => offered === named)
    if (!username || !nonce || !uri || !response || !algorithm) return undefined
    if (qop === undefined) return algorithm === 'MD5' ? { algorithm, nonce, uri, response, quality: undefined } : undefined
    if (qop.toLowerCase() !== 'auth' || !cnonce || !nc || !isCount(nc)) return undefined
    return { algorithm, nonce, uri, response, quality: { qop: 'auth', nonceCount: nc, clientNonce: cnonce } as const }
  }

  #challenge(why: 'missing' | 'stale' | 'wrong' | 'malformed', username?: string): DigestResult {
    const nonce = this.#nonces.create()
    const isProxy = this.#options.as === 'proxy'
    const name = isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate'
    const headers = this.#algorithms.map((algorithm) => {
      const stale = why === 'stale' ? 'true' : undefined
      const given = { realm: this.#options.realm, nonce, stale, algorithm, qop: 'auth' }
      return [name, printDigest(Object.entries(given), 'challenge')] as const
    })
    return { kind: 'challenge', why, status: isProxy ? 407 : 401, headers, ...(username && { username }) }
  }
}

/** Eight hexadecimal digits, counting from one (RFC 7616 §3.4). */
const isCount = (nc: string): boolean => /^[0-9a-f]{8}$/i.test(nc) && nc !== '00000000'

/** Both are hexadecimal, ours in lower case. */
function equalHex(expected: string, given: string): boolean {
  const a = Buffer.from(expected)
  const b = Buffer.from(given.toLowerCase())
  return a.length === b.length && timingSafeEqual(a, b)
}

/**
 * Whether the digest-uri stands for the Request-URI (RFC 3261 §22.4 item 2). Phones write it without port and
 * parameters, or without the user; NAT helpers exchange the host for an address. What they may not do is name another
 * user, or another domain.
 */
function isMeant(digestUri: string, requestUri: SipUri): boolean {
  const uri = parseUri(digestUri)
  if (!uri) return false
  if (uri.user !== undefined && requestUri.user !== undefined && uri.user !== requestUri.user) return false
  return uri.host === requestUri.host || isAddress(uri.host) || isAddress(requestUri.host)
}

const isAddress = (host: string): boolean => host.includes(':') || /^[\d.]+$/.test(host)
