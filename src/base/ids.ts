/** Random identifiers and secrets. All come from the system's cryptographic source. */
import { randomBytes, randomInt } from 'node:crypto'

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789' // 32 signs, none that is mistaken for another when read aloud

/** `length` random signs of an alphabet of 32 (5 bits each). */
export function randomToken(length: number): string {
  let token = ''
  for (const byte of randomBytes(length)) token += alphabet[byte & 31]
  return token
}

/** An id for a record or a live thing: `prefix-` and 60 random bits. */
export function newId(prefix: string): string {
  return `${prefix}-${randomToken(12)}`
}

/** A secret that is shown once and typed rarely: 100 random bits. */
export function newSecret(): string {
  return randomToken(20)
}

/** A random integer from `min` to `max`, both included. */
export function randomInteger(min: number, max: number): number {
  return randomInt(min, max + 1)
}
