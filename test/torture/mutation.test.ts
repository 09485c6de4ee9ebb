/** The messages of RFC 4475, broken further: whatever comes in, nothing is thrown. Random, with a seed to repeat it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SipMessage } from '../../src/sip/message.ts'
import { parseMessage } from '../../src/sip/parse.ts'
import { printMessage } from '../../src/sip/print.ts'
import { createStreamFramer } from '../../src/sip/stream-framer.ts'
import { loadTorture } from './load.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const runs = (numRuns: number) => ({ seed, numRuns })

const anyText = fc.string({ unit: 'binary', maxLength: 12 })

/** What a print must keep. */
const essence = (given: SipMessage) => ({
  ...given,
  headers: [...given.headers].filter(([name]) => name !== 'Content-Length'),
  body: [...given.body],
})

const corpus = loadTorture().map(({ bytes }) => bytes)
const pieces = [...'\n\r\0 \t"<>,;:=@%\\[]\xff', '\r\n', '%00', 'Via:', 'l:', '9'.repeat(40)]

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 8 }),
  insert: fc.oneof(fc.constantFrom(...pieces), anyText),
})
const mutant = fc
  .tuple(fc.constantFrom(...corpus), fc.array(mutation, { minLength: 1, maxLength: 6 }))
  .map(([original, mutations]) => {
    let bytes = Buffer.from(original)
    for (const { at, remove, insert } of mutations) {
      const place = Math.floor(at * bytes.length)
      bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(insert, 'latin1'), bytes.subarray(place + remove)])
    }
    return bytes
  })

describe(`mutated messages of RFC 4475 (SEED=${seed})`, () => {
  it('never make the parser throw; what is understood is understood the same after printing', () => {
    fc.assert(
      fc.property(mutant, (bytes) => {
        const result = parseMessage(bytes)
        if (result.kind === 'bad-request' && result.headers) expect(result.headers.vias.length).toBeGreaterThan(0)
        if (result.kind !== 'message') return
        const again = parseMessage(printMessage(result.message))
        if (again.kind !== 'message') throw new Error(`${bytes.toString('base64')} became ${JSON.stringify(again)}`)
        expect(essence(again.message)).toEqual(essence(result.message))
      }),
      runs(4000),
    )
  })

  it('are cut from a stream in the same way however they arrive', () => {
    fc.assert(
      fc.property(fc.array(mutant, { minLength: 1, maxLength: 2 }), fc.integer({ min: 1, max: 400 }), (parts, size) => {
        const bytes = Buffer.concat(parts)
        const whole = createStreamFramer().push(bytes)
        const framer = createStreamFramer()
        const cut = []
        for (let at = 0; at < bytes.length; at += size) cut.push(...framer.push(bytes.subarray(at, at + size)))
        expect(cut).toEqual(whole)
      }),
      runs(500),
    )
  })
})
