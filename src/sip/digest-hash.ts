/** The arithmetic of digest authentication (RFC 7616 §3.4, RFC 8760), the same for both sides. */
import { createHash } from 'node:crypto'

export type DigestAlgorithm = 'MD5' | 'SHA-256'

/** Hashes of `username:realm:password`, hexadecimal, lower case: what is stored instead of a password. */
export type Ha1 = { readonly md5: string; readonly sha256: string }

/** What a server needs to know of a user; the store happens to have it. */
export interface Ha1Source {
  find(username: string): Promise<Ha1 | undefined>
}

export type Login = { readonly username: string; readonly realm: string; readonly password: string }

export function makeHa1({ username, realm, password }: Login): Ha1 {
  const secret = `${username}:${realm}:${password}`
  return { md5: digestHash('MD5', secret), sha256: digestHash('SHA-256', secret) }
}

/** Hexadecimal, lower case. */
export function digestHash(algorithm: DigestAlgorithm, data: string | Uint8Array): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256').update(data).digest('hex')
}

export type DigestInput = {
  readonly algorithm: DigestAlgorithm
  /** Of this algorithm. */
  readonly ha1: string
  readonly method: string
  /** The digest-uri as written in the credentials. */
  readonly uri: string
  readonly nonce: string
  /** Absent: as RFC 2069 had it. */
  readonly quality?: { readonly qop: 'auth' | 'auth-int'; readonly nonceCount: string; readonly clientNonce: string }
  /** For `auth-int`. */
  readonly body?: Uint8Array
}

/** The `response` that proves the knowledge of the secret (RFC 7616 §3.4.1). */
export function digestResponse({ algorithm, ha1, method, uri, nonce, quality, body }: DigestInput): string {
  const bodyHash = quality?.qop === 'auth-int' ? `:${digestHash(algorithm, body ?? '')}` : ''
  const ha2 = digestHash(algorithm, `${method}:${uri}${bodyHash}`)
  const middle = quality ? `${nonce}:${quality.nonceCount}:${quality.clientNonce}:${quality.qop}` : nonce
  return digestHash(algorithm, `${ha1}:${middle}:${ha2}`)
}
