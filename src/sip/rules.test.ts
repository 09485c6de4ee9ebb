/** What the endpoint makes of single requests, written by hand. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SipEndpoint } from './endpoint.ts'
import type { InviteDialog } from './invite-dialog.ts'
import type { SipResponse } from './message.ts'
import { addressOf, next, nextInvite, Opened } from './testing/endpoints.ts'
import { RawPhone, type Head } from './testing/raw-phone.ts'

const opened = new Opened()
afterEach(() => opened.close())

let endpoint: SipEndpoint
let phone: RawPhone
beforeEach(async () => {
  endpoint = await opened.endpoint(
    undefined,
    { sessionTimer: { expiresSeconds: 1800, minSeconds: 90 }, extraMethods: ['MESSAGE'] },
  )
  phone = opened.add(await RawPhone.open(addressOf(endpoint)))
})

const answerTo = (head: Head): Promise<SipResponse> => {
  phone.request(head)
  return phone.hearFinal()
}

/** Everything that came up to now was heard: the answer to this came last. */
async function settle(): Promise<void> {
  phone.request({ method: 'OPTIONS', branch: `z9hG4bKsettle${Math.random()}`, callId: `settle${Math.random()}` })
  await phone.hearResponse(200, 'OPTIONS')
}

const invite = (head: Partial<Head> = {}): Head => ({ method: 'INVITE', lines: [phone.contact], ...head })

describe('a request outside of any dialog', () => {
  const rows: ReadonlyArray<readonly [
    what: string,
    head: () => Head,
    status: number,
    header?: readonly [name: string, value: RegExp],
  ]> = [
    ['OPTIONS tells what we can', () => ({ method: 'OPTIONS' }), 200, ['Allow', /^INVITE$/]],
    ['a method that nobody knows is not implemented', () => ({ method: 'DANCE' }), 501, ['Allow', /^INVITE$/]],
    ['a method that nobody takes is not allowed', () => ({ method: 'MESSAGE' }), 405, ['Allow', /^INVITE$/]],
    ['REFER is not allowed', () => ({ method: 'REFER' }), 405],
    ['SUBSCRIBE is for an event we do not know', () => ({ method: 'SUBSCRIBE' }), 489],
    ['BYE belongs to nothing', () => ({ method: 'BYE' }), 481],
    ['BYE with a strange tag belongs to nothing', () => ({ method: 'BYE', toTag: 'strange' }), 481],
    ['INVITE with a strange tag belongs to nothing', () => invite({ toTag: 'strange' }), 481],
    ['UPDATE belongs to nothing', () => ({ method: 'UPDATE' }), 481],
    ['CANCEL of nothing', () => ({ method: 'CANCEL' }), 481],
    [
      'an extension that is required and unknown',
      () => invite({ lines: [phone.contact, 'Require: timer, Nothing'] }),
      420,
      ['Unsupported', /^nothing$/],
    ],
    ['a URI that is no telephone\'s', () => invite({ uri: 'http://example.com/' }), 416],
    [
      'a body that is no SDP',
      () => invite({ lines: [phone.contact, 'Content-Type: text/plain'], body: 'hello' }),
      415,
      ['Accept', /^application\/sdp$/],
    ],
    ['a compressed body', () => invite({ lines: [phone.contact, 'Content-Encoding: gzip'], body: 'x' }), 415],
    ['an INVITE without Contact', () => ({ method: 'INVITE' }), 400],
    [
      'a session too short',
      () => invite({ lines: [phone.contact, 'Supported: timer', 'Session-Expires: 60'] }),
      422,
      ['Min-SE', /^90$/],
    ],
  ]
  it.each(
    rows.map(([what, head, status, header]) => ({ what, head, status, header })),
  )('$what', async ({ head, status, header }) => {
    const response = await answerTo(head())
    expect(response.status).toBe(status)
    expect(response.headers.to.params.tag).toBeDefined()
    expect(response.headers.get('Server')).toBe('veche-test')
    if (header) expect(response.headers.get(header[0])).toMatch(header[1])
  })

  it('that has used up its hops is refused when we would carry it on', async () => {
    phone.send(phone.text(invite()).replace('Max-Forwards: 70', 'Max-Forwards: 0'))
    await phone.hearResponse(483)
    phone.send(phone.text({ method: 'OPTIONS' }).replace('Max-Forwards: 70', 'Max-Forwards: 0'))
    await phone.hearResponse(200)
  })

  it('that came here twice by different ways is answered 482 the second time', async () => {
    const came = nextInvite(endpoint)
    phone.request(invite({ branch: 'z9hG4bKone' }))
    await came
    phone.request(invite({ branch: 'z9hG4bKtwo' }))
    await phone.hearResponse(482)
  })

  it('is answered by those above when they take it', async () => {
    endpoint.on('request', (request) => {
      if (request.request.method === 'MESSAGE') request.respond(202, { headers: [['X-Read', 'yes']] })
    })
    expect(
      (await answerTo({ method: 'MESSAGE', lines: ['Content-Type: text/plain'], body: 'hi' })).headers.get('X-Read'),
    ).toBe('yes')
  })

  it('waits for those above when they promise an answer', async () => {
    endpoint.on('request', (request) => {
      request.later()
      setImmediate(() => request.respond(404))
    })
    expect((await answerTo({ method: 'OPTIONS' })).status).toBe(404)
  })

  it('REGISTER goes up, with where it came from', async () => {
    endpoint.on('register', (request) => {
      expect(request.source).toEqual(phone.address)
      expect(request.local).toEqual(addressOf(endpoint))
      request.respond(401, { headers: [['WWW-Authenticate', 'Digest realm="veche", nonce="1"']] })
    })
    expect(
      (await answerTo({ method: 'REGISTER', uri: 'sip:127.0.0.1' })).headers.get('WWW-Authenticate'),
    ).toContain('realm="veche"')
  })

  it('is answered 500 when those above fail, and the next one is served', async () => {
    const off = endpoint.on('request', () => {
      throw new Error('a bug above')
    })
    expect((await answerTo({ method: 'OPTIONS' })).status).toBe(500)
    off()
    expect((await answerTo({ method: 'OPTIONS', branch: 'z9hG4bKnext', cseq: 2 })).status).toBe(200)
  })
})

describe('a repeat', () => {
  it('gets the same answer', async () => {
    const first = await answerTo({ method: 'OPTIONS' })
    const again = await answerTo({ method: 'OPTIONS' })
    expect(again.headers.get('To')).toBe(first.headers.get('To'))
  })

  it('is recognised without the magic cookie too', async () => {
    const calls: InviteDialog[] = []
    endpoint.on('invite', (dialog) => {
      calls.push(dialog)
      dialog.reject(486)
    })
    const old = invite({ branch: '1', cseq: 7 })
    const { headers } = await answerTo(old)
    phone.request(old)
    await phone.hearResponse(486)
    phone.request({ method: 'ACK', branch: '1', cseq: 7, toTag: String(headers.to.params.tag) })
    await settle()
    expect(calls.length).toBe(1)
    expect(phone.heard.filter((one) => one.kind === 'response' && one.status === 486).length).toBeLessThanOrEqual(1)
  })

  it('of an INVITE nobody has answered gets 100', async () => {
    const came = nextInvite(endpoint)
    phone.request(invite())
    await came
    const trying = await phone.hearResponse(100)
    expect(trying.headers.to.params.tag).toBeUndefined()
    phone.request(invite())
    await phone.hearResponse(100)
  })
})

describe('where an answer goes', () => {
  it('is the source, which is written down, when rport asks for it', async () => {
    const { headers } = await answerTo({ method: 'OPTIONS', via: 'SIP/2.0/UDP 10.1.2.3:9;branch=z9hG4bKx;rport' })
    expect([headers.via.params.received, headers.via.params.rport]).toEqual(['127.0.0.1', String(phone.port)])
  })

  it('is the sent-by port when it does not', async () => {
    const other = opened.add(await RawPhone.open(addressOf(endpoint)))
    phone.request({ method: 'OPTIONS', via: `SIP/2.0/UDP 127.0.0.1:${other.port};branch=z9hG4bKx` })
    await other.hearResponse(200)
  })

  it('is the source when a NAT is seen between', async () => {
    const { headers } = await answerTo({ method: 'OPTIONS', via: 'SIP/2.0/UDP 10.1.2.3:5060;branch=z9hG4bKx' })
    expect(headers.via.params.received).toBe('127.0.0.1')
  })
})

describe('what is malformed', () => {
  it('is refused with what is wrong, without being remembered', async () => {
    phone.send(phone.text({ method: 'OPTIONS' }).replace('Forwards: 70', 'Forwards: many'))
    const { status, headers } = await phone.hearFinal()
    expect(status).toBe(400)
    expect(headers.to.params.tag).toBeDefined()
    expect(endpoint.counts.transactions).toBe(0)
  })

  it('is not refused when it is an ACK', async () => {
    phone.send(phone.text({ method: 'ACK' }).replace('Forwards: 70', 'Forwards: many'))
    await settle()
    expect(phone.heard).toEqual([])
  })

  it('is dropped and counted when it is no SIP', async () => {
    phone.send(Uint8Array.of(0x80, 0, 1, 2, 3))
    phone.send('\r\n\r\n')
    phone.send('hello world\r\n\r\n')
    await settle()
    expect(phone.heard).toEqual([])
    expect(endpoint.counts).toMatchObject({ garbage: 2, keepAlives: 1, messages: 1 })
  })

  it('is refused only so many times a second', async () => {
    for (let sent = 0; sent < 80; sent++) phone.send(phone.text({ method: 'OPTIONS' }).replace('Forwards: 70', 'Forwards: many'))
    await settle()
    expect(endpoint.counts.refused).toBe(80)
    expect(phone.heard.length).toBeGreaterThanOrEqual(50)
    expect(phone.heard.length).toBeLessThan(60)
  })
})

describe('too many requests at a time', () => {
  it('are refused with 503', async () => {
    const small = await opened.endpoint(undefined, { limits: { maxTransactions: 2 } })
    small.on('request', (open) => open.respond(200))
    const caller = opened.add(await RawPhone.open(addressOf(small)))
    for (const number of [1, 2, 3]) caller.request({ method: 'OPTIONS', branch: `z9hG4bK${number}`, cseq: number })
    expect([
      await caller.hearFinal(),
      await caller.hearFinal(),
      await caller.hearFinal(),
    ].map(({ status }) => status)).toEqual([200, 200, 503])
  })
})

describe('an INVITE that is challenged', () => {
  it('is over, and comes again with credentials as another call', async () => {
    const came = nextInvite(endpoint)
    phone.request(invite())
    const first = await came
    first.reject(401, { headers: [['WWW-Authenticate', 'Digest realm="veche", nonce="1"']] })
    expect(first.state).toBe('ended')
    const refusal = await phone.hearResponse(401)
    phone.request({ method: 'ACK', branch: 'z9hG4bKINVITE', toTag: String(refusal.headers.to.params.tag) })
    const again = nextInvite(endpoint)
    phone.request(invite({ branch: 'z9hG4bKagain', cseq: 2, lines: [phone.contact, 'Authorization: Digest username="101"'] }))
    expect((await again).invite.headers.get('Authorization')).toContain('101')
  })

  it('comes again even when the phone forgets to raise CSeq', async () => {
    const came = nextInvite(endpoint)
    phone.request(invite())
    ;(await came).reject(401)
    const again = nextInvite(endpoint)
    phone.request(invite({ branch: 'z9hG4bKagain' }))
    await again
  })
})

describe('a CANCEL', () => {
  it('is answered, and so is its INVITE, under one tag', async () => {
    const came = nextInvite(endpoint)
    phone.request(invite({ branch: 'z9hG4bKc' }))
    const dialog = await came
    dialog.progress(180)
    const over = next(dialog, 'ended')
    phone.request({ method: 'CANCEL', branch: 'z9hG4bKc' })
    const ok = await phone.hearResponse(200, 'CANCEL')
    const terminated = await phone.hearResponse(487, 'INVITE')
    expect((await over)[0]).toEqual({ why: 'remote-cancel' })
    expect(ok.headers.to.params.tag).toBe(terminated.headers.to.params.tag)
  })

  it('comes too late after the answer', async () => {
    const came = nextInvite(endpoint)
    phone.request(invite({ branch: 'z9hG4bKc', body: 'v=0' }))
    const dialog = await came
    dialog.answer(Buffer.from('v=0'))
    await phone.hearResponse(200, 'INVITE')
    phone.request({ method: 'CANCEL', branch: 'z9hG4bKc' })
    await phone.hearResponse(200, 'CANCEL')
    expect(dialog.state).toBe('answered')
  })
})
