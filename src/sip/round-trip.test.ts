/** Whatever is printed is read again as it was. Random, with a seed to repeat it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Headers } from './headers.ts'
import type { SipMessage } from './message.ts'
import { type NameAddr, printNameAddr } from './name-addr.ts'
import { type Params, paramsOf } from './params.ts'
import { parseMessage } from './parse.ts'
import { printMessage } from './print.ts'
import { type SipUri, parseUri, printUri } from './uri.ts'
import { type Via, printVia } from './via.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const runs = (numRuns: number) => ({ seed, numRuns })

const token = fc.string({ unit: fc.constantFrom(...'abcXYZ019-.!%*_+`\'~'), minLength: 1, maxLength: 12 })
const anyText = fc.string({ unit: 'binary', maxLength: 12 })
const oneLine = anyText.map((text) => text.replace(/[\r\n]/g, ''))
const hostName = fc.constantFrom('pbx.example.com', 'h', 'my_box.local')
const host = fc.oneof(fc.ipV4(), fc.ipV6(), hostName).map((text) => text.toLowerCase())
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined })
const oddName = fc.constantFrom('__proto__', 'constructor', 'lr', 'tag', '+sip.instance')
const names = fc.oneof(oddName, token).map((text) => text.toLowerCase())

const paramsWith = (value: fc.Arbitrary<string>): fc.Arbitrary<Params> =>
  fc.array(fc.tuple(names, fc.oneof(fc.constant(true as const), value)), { maxLength: 4 }).map(paramsOf)

const optional = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T

const sipUri: fc.Arbitrary<SipUri> = fc
  .record({
    scheme: fc.constantFrom('sip', 'sips'),
    user: fc.option(anyText, { nil: undefined }),
    password: fc.option(anyText, { nil: undefined }),
    host,
    port,
    params: paramsWith(anyText),
  })
  .map((uri) => optional({ ...uri, password: uri.user === undefined ? undefined : uri.password }) as SipUri)

const nameAddr: fc.Arbitrary<NameAddr> = fc
  .record({ displayName: oneLine, uri: sipUri, params: paramsWith(oneLine) })
  .map((address) => optional({ ...address, displayName: address.displayName || undefined }) as NameAddr)

const via: fc.Arbitrary<Via> = fc
  .record({ transport: token.map((text) => text.toUpperCase()), host, port, params: paramsWith(oneLine) })
  .map((hop) => optional(hop) as Via)

const message: fc.Arbitrary<SipMessage> = fc
  .record({
    method: token,
    status: fc.integer({ min: 100, max: 699 }),
    isRequest: fc.boolean(),
    reason: oneLine.map((text) => text.trim()),
    uri: sipUri,
    vias: fc.array(via, { minLength: 1, maxLength: 3 }),
    from: nameAddr,
    to: nameAddr,
    contacts: fc.array(nameAddr, { maxLength: 3 }),
    callId: token,
    number: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    subject: oneLine,
    supported: fc.array(token, { maxLength: 4 }),
    body: fc.uint8Array({ maxLength: 40 }),
  })
  .map((parts) => {
    const headers = new Headers()
    for (const hop of parts.vias) headers.add('Via', printVia(hop))
    headers.add('From', printNameAddr(parts.from)).add('To', printNameAddr(parts.to))
    headers.add('Call-ID', parts.callId).add('CSeq', `${parts.number} ${parts.method}`).add('Subject', parts.subject)
    for (const contact of parts.contacts) headers.add('Contact', printNameAddr(contact))
    for (const tag of parts.supported) headers.add('Supported', tag)
    const { method, uri, status, reason, body } = parts
    return parts.isRequest ? { kind: 'request', method, uri, headers, body } : { kind: 'response', status, reason, headers, body }
  })

const essence = (given: SipMessage) => ({
  ...given,
  headers: [...given.headers].filter(([name]) => name !== 'Content-Length'),
  body: [...given.body],
})

describe(`random messages (SEED=${seed})`, () => {
  it('URIs are read as they were printed', () => {
    fc.assert(
      fc.property(sipUri, (uri) => {
        expect(parseUri(printUri(uri))).toEqual(uri)
      }),
      runs(2000),
    )
  })

  it('messages are read as they were printed, their addresses too', () => {
    fc.assert(
      fc.property(message, fc.context(), (given, context) => {
        const bytes = printMessage(given)
        context.log(JSON.stringify(Buffer.from(bytes).toString()))
        const result = parseMessage(bytes)
        if (result.kind !== 'message') throw new Error(JSON.stringify(result))
        expect(essence(result.message)).toEqual(essence(given))
        expect(result.message.headers.from).toEqual(given.headers.from)
        expect(result.message.headers.contacts).toEqual(given.headers.contacts)
        expect(result.message.headers.vias).toEqual(given.headers.vias)
      }),
      runs(1000),
    )
  })

  it('an address is read from its print as it was made', () => {
    fc.assert(
      fc.property(nameAddr, via, (address, hop) => {
        const text = printNameAddr(address)
        const headers = new Headers([['From', text], ['Contact', text], ['Via', printVia(hop)]])
        expect(headers.from).toEqual(address)
        expect(headers.contacts).toEqual([address])
        expect(headers.vias).toEqual([hop])
      }),
      runs(2000),
    )
  })
})
