/** Tokens that a browser or a program shows: random, and stored only as a hash, so that a stolen database opens nothing. */
import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits as 43 signs that need no quoting anywhere. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** SHA-256, hex. Enough for 256 random bits; passwords, which are not random, get argon2id. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex')
}
