/** The messages of RFC 4475, byte for byte, each with what must happen to it. */
import { readFileSync } from 'node:fs'
import { type TortureExpectation, tortureExpectations } from './expectations.ts'

export type TortureMessage = TortureExpectation & { readonly bytes: Uint8Array }

/** All of them, in the order of the RFC. */
export function loadTorture(): readonly TortureMessage[] {
  return tortureExpectations.map((expectation) => ({
    ...expectation,
    bytes: readFileSync(new URL(`./messages/${expectation.name}.dat`, import.meta.url)),
  }))
}
