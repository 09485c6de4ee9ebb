import { describe, expect, it } from 'vitest'
import type { SipAddress } from './address.ts'
import type { SipRequest } from './message.ts'
import { parseMessage } from './parse.ts'
import { defaultRegistration, reachable, register, type Binding, type RegistrationOptions } from './registration.ts'

const now = Date.UTC(2026, 0, 1)
const source: SipAddress = { transport: 'udp', address: '192.0.2.7', port: 5060 }
const local: SipAddress = { transport: 'udp', address: '192.0.2.1', port: 5060 }

type Wish = {
  readonly contacts?: readonly string[]
  readonly expires?: number
  readonly callId?: string
  readonly cseq?: number
  readonly more?: readonly string[]
}

function request({ contacts = [], expires, callId = 'one@phone', cseq = 1, more = [] }: Wish): SipRequest {
  const lines = [
    'REGISTER sip:example.com SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKx',
    'From: <sip:101@example.com>;tag=a',
    'To: <sip:101@example.com>',
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    ...contacts.map((contact) => `Contact: ${contact}`),
    ...(expires === undefined ? [] : [`Expires: ${expires}`]),
    ...more,
  ]
  const parsed = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`))
  if (parsed.kind !== 'message' || parsed.message.kind !== 'request') throw new Error(`not a request: ${JSON.stringify(parsed)}`)
  return parsed.message
}

function ask(
  stored: readonly Binding[],
  wish: Wish,
  at: { readonly nowMs?: number; readonly source?: SipAddress; readonly options?: Partial<RegistrationOptions> } = {},
) {
  const input = { request: request(wish), source: at.source ?? source, local, options: { ...defaultRegistration, ...at.options } }
  return register(stored, input, at.nowMs ?? now)
}

const contactsOf = (bindings: readonly Binding[]): readonly string[] => bindings.map(({ contact }) => contact)
const phone = '<sip:101@192.0.2.7:5060>'
const other = '<sip:101@192.0.2.8:5062>'

describe('how long a registration holds', () => {
  const cases: ReadonlyArray<readonly [what: string, contact: string, expires: number | undefined, seconds: number]> = [
    ['the contact parameter before the header', `${phone};expires=120`, 900, 120],
    ['the header', phone, 900, 900],
    ['the default where nothing is said', phone, undefined, 600],
    ['the default where nonsense is said', `${phone};expires=soon`, undefined, 600],
    ['the longest allowed at most', phone, 4_294_967_295, 3600],
    ['the shortest allowed', phone, 60, 60],
  ]
  it.each(cases)('is %s', (_what, contact, expires, seconds) => {
    const { status, headers, bindings } = ask([], { contacts: [contact], ...(expires !== undefined && { expires }) })
    expect(status).toBe(200)
    expect(headers).toContainEqual(['Contact', `<sip:101@192.0.2.7:5060>;expires=${seconds}`])
    expect(bindings[0]?.expiresAtMs).toBe(now + seconds * 1000)
  })

  it('is refused with 423 and the least when it is too short', () => {
    const { status, headers, bindings } = ask([], { contacts: [phone], expires: 59 })
    expect([status, headers, bindings]).toEqual([423, [['Min-Expires', '60']], []])
  })

  it('is told as what remains', () => {
    const { bindings } = ask([], { contacts: [phone], expires: 600 })
    expect(
      ask(bindings, { cseq: 2 }, { nowMs: now + 100_500 }).headers,
    ).toContainEqual(['Contact', '<sip:101@192.0.2.7:5060>;expires=500'])
  })
})

describe('a registration', () => {
  const one = ask([], { contacts: [phone], expires: 600, cseq: 5 }).bindings

  it('tells its contacts when asked without any', () => {
    const { status, bindings, added, removed, headers } = ask(one, { cseq: 6 })
    expect([status, contactsOf(bindings), added, removed]).toEqual([200, ['sip:101@192.0.2.7:5060'], [], []])
    expect(headers.map(([name]) => name)).toEqual(['Contact', 'Date'])
  })

  it('is refreshed under the same URI, and nothing is added', () => {
    const { bindings, added } = ask(one, { contacts: [phone], expires: 300, cseq: 6 }, { nowMs: now + 1000 })
    expect([bindings.length, bindings[0]?.expiresAtMs, added]).toEqual([1, now + 301_000, []])
  })

  it('keeps several contacts, the preferred one first to be called', () => {
    const { bindings } = ask(one, { contacts: [`${other};q=0.5`], callId: 'two@phone' })
    expect(contactsOf(reachable(bindings, now))).toEqual(['sip:101@192.0.2.7:5060', 'sip:101@192.0.2.8:5062'])
  })

  it('takes several contacts in one request', () => {
    const { bindings, added } = ask([], { contacts: [phone, other] })
    expect([bindings.length, added.length]).toEqual([2, 2])
  })

  it.each([
    ['the same CSeq', 5],
    ['a lower CSeq', 4],
  ])('is not changed by %s under the same Call-ID', (_what, cseq) => {
    const { status, bindings } = ask(one, { contacts: [`${phone};expires=0`], cseq })
    expect([status, contactsOf(bindings)]).toEqual([500, ['sip:101@192.0.2.7:5060']])
  })

  it('is changed by any CSeq under another Call-ID', () => {
    expect(ask(one, { contacts: [phone], cseq: 1, callId: 'after-a-restart' }).status).toBe(200)
  })

  it('ends with expires=0, and tells what went', () => {
    const { status, bindings, removed } = ask(one, { contacts: [`${phone};expires=0`], cseq: 6 })
    expect([status, bindings, contactsOf(removed)]).toEqual([200, [], ['sip:101@192.0.2.7:5060']])
  })

  it('changes nothing at all when one of its contacts is refused', () => {
    const { status, bindings } = ask(one, { contacts: [`${phone};expires=0`, `${other};expires=5`], cseq: 6 })
    expect([status, contactsOf(bindings)]).toEqual([423, ['sip:101@192.0.2.7:5060']])
  })

  it('is over when its time is, and is then told among those that went', () => {
    const late = now + 600_000
    expect(reachable(one, late)).toEqual([])
    expect(contactsOf(ask(one, { cseq: 6 }, { nowMs: late }).removed)).toEqual(['sip:101@192.0.2.7:5060'])
  })

  it('gives way to a newer one when there are too many, the longest silent first', () => {
    const two = ask(one, { contacts: [other], callId: 'two' }, { nowMs: now + 1 }).bindings
    const { bindings, removed } = ask(
      two,
      { contacts: ['<sip:101@192.0.2.9>'], callId: 'three' },
      { nowMs: now + 2, options: { maxContacts: 2 } },
    )
    expect([contactsOf(bindings), contactsOf(removed)]).toEqual([
      ['sip:101@192.0.2.8:5062', 'sip:101@192.0.2.9'],
      ['sip:101@192.0.2.7:5060'],
    ])
  })

  it('of the same device replaces the one under its old address', () => {
    const before = ask([], { contacts: ['<sip:101@192.0.2.7:1111>;+sip.instance="<urn:uuid:1>";reg-id=1'] }).bindings
    const { bindings, removed } = ask(
      before,
      { contacts: ['<sip:101@192.0.2.7:2222>;+sip.instance="<urn:uuid:1>";reg-id=1'], callId: 'new' },
    )
    expect([contactsOf(bindings), contactsOf(removed)]).toEqual([['sip:101@192.0.2.7:2222'], ['sip:101@192.0.2.7:1111']])
  })

  it('overlooks contacts that are no SIP addresses', () => {
    expect(contactsOf(ask([], { contacts: ['<mailto:a@example.com>', phone] }).bindings)).toEqual(['sip:101@192.0.2.7:5060'])
  })

  it('keeps the path and tells it back', () => {
    const { bindings, headers } = ask([], { contacts: [phone], more: ['Path: <sip:edge.example.com;lr>', 'Supported: path'] })
    expect(bindings[0]?.path).toEqual(['<sip:edge.example.com;lr>'])
    expect(headers).toContainEqual(['Path', '<sip:edge.example.com;lr>'])
  })
})

describe('Contact: *', () => {
  const one = ask([], { contacts: [phone], cseq: 5 }).bindings

  it('removes everything', () => {
    const { status, bindings, removed } = ask(one, { contacts: ['*'], expires: 0, cseq: 6 })
    expect([status, bindings, removed.length]).toEqual([200, [], 1])
  })

  it.each([
    ['without Expires', { contacts: ['*'], cseq: 6 }, 400],
    ['with another Expires', { contacts: ['*'], expires: 60, cseq: 6 }, 400],
    ['beside another contact', { contacts: ['*', phone], expires: 0, cseq: 6 }, 400],
    ['out of order', { contacts: ['*'], expires: 0, cseq: 5 }, 500],
  ] as const)('is refused %s', (_what, wish, status) => {
    const outcome = ask(one, wish)
    expect([outcome.status, outcome.bindings.length]).toEqual([status, 1])
  })
})

describe('where a registered phone is called', () => {
  const cases: ReadonlyArray<readonly [what: string, contact: string, source: SipAddress, viaSource: boolean]> = [
    ['its contact, when that is where it is', phone, source, false],
    [
      'its source, when it is behind a NAT',
      '<sip:101@192.168.1.5:5060>',
      { ...source, address: '203.0.113.9', port: 40_000 },
      true,
    ],
    ['its connection, when it came by TCP', phone, { ...source, transport: 'tcp', port: 40_000 }, true],
    ['its contact, when that is a name', '<sip:101@phone.example.com>', source, false],
  ]
  it.each(cases)('is %s', (_what, contact, from, viaSource) => {
    expect(ask([], { contacts: [contact] }, { source: from }).bindings[0]?.viaSource).toBe(viaSource)
  })
})

describe('a contact at which no phone can be', () => {
  it.each(['0.0.0.0', '224.0.0.1:5060', '255.255.255.255', '[::]', '[ff02::1]', '192.0.2.1:5060'])('%s is reached where its packets come from', (host) => {
    const { status, bindings } = ask([], { contacts: [`<sip:101@${host}>`] })
    expect([status, bindings.map(({ viaSource }) => viaSource)]).toEqual([200, [true]])
  })

  it('is not any other', () => {
    expect(ask([], { contacts: ['<sip:101@192.0.2.7:5060>'] }).bindings[0]?.viaSource).toBe(false)
    expect(ask([], { contacts: ['<sip:101@192.0.2.1:5080>'] }).bindings[0]?.viaSource).toBe(false)
  })
})
