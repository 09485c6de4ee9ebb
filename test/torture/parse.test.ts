/** RFC 4475 against the parser alone. */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip/message.ts'
import { type ParseResult, parseMessage } from '../../src/sip/parse.ts'
import { printMessage } from '../../src/sip/print.ts'
import { createStreamFramer } from '../../src/sip/stream-framer.ts'
import { printUri } from '../../src/sip/uri.ts'
import { loadTorture } from './load.ts'

const messages = loadTorture()

function parsed(name: string): ParseResult {
  const found = messages.find((message) => message.name === name)
  if (!found) throw new Error(`no torture message ${name}`)
  return parseMessage(found.bytes)
}

function message(name: string): SipMessage {
  const result = parsed(name)
  if (result.kind !== 'message') throw new Error(`${name} was not understood: ${JSON.stringify(result)}`)
  return result.message
}

function request(name: string): SipRequest {
  const found = message(name)
  if (found.kind !== 'request') throw new Error(`${name} is no request`)
  return found
}

function response(name: string): SipResponse {
  const found = message(name)
  if (found.kind !== 'response') throw new Error(`${name} is no response`)
  return found
}

/** What a print must keep. */
const essence = (given: SipMessage) => ({
  ...given,
  headers: [...given.headers].filter(([name]) => name !== 'Content-Length'),
  body: Buffer.from(given.body).toString('latin1'),
})

describe('every message of RFC 4475', () => {
  it('is there, and is expected', () => {
    const files = readdirSync(new URL('./messages/', import.meta.url)).map((file) => file.replace(/\.dat$/, ''))
    expect(files.toSorted()).toEqual(messages.map(({ name }) => name).toSorted())
    expect(messages).toHaveLength(49)
  })

  for (const { name, section, what, parsed: expected, bytes } of messages) {
    it(`${name} (${section}): ${what}`, () => {
      const result = parseMessage(bytes)
      if (typeof expected === 'string') expect(result).toMatchObject({ kind: expected })
      else expect(result).toMatchObject({ kind: 'bad-request', status: expected })
    })
  }

  for (const { name, parsed: expected } of messages) {
    if (expected !== 'message') continue
    it(`${name} is the same after printing and parsing again`, () => {
      const first = message(name)
      const second = parseMessage(printMessage(first))
      expect(second.kind === 'message' && essence(second.message)).toEqual(essence(first))
    })
  }
})

describe('valid messages are read right', () => {
  it('wsinv: folds, spaces and lists', () => {
    const { method, uri, headers, body } = request('wsinv')
    expect(method).toBe('INVITE')
    expect(printUri(uri)).toBe('sip:vivekg@chair-dnrc.example.com;unknownparam')
    expect(headers.to.params['tag']).toBe('1918181833n')
    expect(headers.from).toMatchObject({ displayName: 'J Rosenberg \\"', params: { tag: '98asjd8' } })
    expect(headers.get('Max-Forwards')).toBe('0068')
    expect(headers.cseq).toEqual({ number: 9, method: 'INVITE' })
    expect(headers.vias.map(({ transport, host, params }) => [transport, host, params['branch']])).toEqual([
      ['UDP', '192.0.2.2', '390skdjuw'],
      ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
      ['UDP', '192.168.255.111', 'z9hG4bK30239'],
    ])
    expect(headers.get('Subject')).toBe('')
    expect(headers.get('newfangledheader')).toBe('newfangled value continued newfangled value')
    expect(headers.all('UnknownHeaderWithUnusualValue')).toEqual([';;,,;;,;'])
    expect({ ...headers.routes[0]?.uri.params }).toEqual({ lr: true, unknownwith: 'value', 'unknown-no-value': true })
    expect(headers.contacts[0]?.displayName).toBe('Quoted string ""')
    expect({ ...headers.contacts[0]?.params }).toEqual({ newparam: 'newvalue', secondparam: true, q: '0.33' })
    expect(body.length).toBe(150)
  })

  it('intmeth: every letter there is', () => {
    const { method, uri, headers } = request('intmeth')
    expect(method).toBe("!interesting-Method0123456789_*+`.%indeed'~")
    expect(uri.user).toBe("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
    expect(uri.password).toBe("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")
    expect(uri.host).toBe('example.com')
    expect(headers.to.displayName).toBe('BEL:\x07 NUL:\x00 DEL:\x7F')
    expect(headers.from.displayName).toBe("token1~` token2'+_ token3*%!.-")
    expect(headers.from.params["fromparam''~+*_!.-%"]).toBe('работающий')
    expect(headers.callId).toBe('intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{')
    expect(headers.get("extensionHeader-!.%*+_`'~")).toBe('\uFEFF大停電')
  })

  it('esc01: escapes are undone once', () => {
    const { uri, headers } = request('esc01')
    expect([uri.user, uri.host]).toEqual(['sips:user@example.com', 'example.net'])
    expect(printUri(uri)).toBe('sip:sips%3Auser%40example.com@example.net')
    expect(headers.to.uri.user).toBe('user')
    expect(headers.from.uri.user).toBe('I have spaces')
    expect(headers.contacts[0]?.uri.user).toBe('caller')
    expect({ ...headers.contacts[0]?.uri.params }).toEqual({ lr: true, name: 'value%41' })
  })

  it('escnull: a NUL is a letter', () => {
    const { headers } = request('escnull')
    expect(headers.to.uri.user).toBe('null-\0-null')
    expect(headers.contacts.map(({ uri }) => uri.user)).toEqual(['\0', '\0\0'])
  })

  it('esc02: two contacts, not three', () => {
    const { method, headers } = request('esc02')
    expect(method).toBe('RE%47IST%45R')
    expect(headers.from.displayName).toBe('%Z%45')
    expect(headers.contacts.map(({ uri }) => uri.user)).toEqual(['alias1', 'alias3'])
  })

  it('longreq: 34 Vias, and a long tag', () => {
    const { headers } = request('longreq')
    expect(headers.vias).toHaveLength(34)
    expect(headers.from.params['tag']).toHaveLength(155)
    expect(headers.to.uri.port).toBe(6000)
  })

  it('dblreq: only the REGISTER in a datagram, both on a stream', () => {
    const { method, body } = request('dblreq')
    expect([method, body.length]).toEqual(['REGISTER', 0])
    const bytes = messages.find(({ name }) => name === 'dblreq')?.bytes ?? new Uint8Array()
    const cut = createStreamFramer().push(bytes)
    const kinds = cut.map((event) => (event.kind === 'message' ? Buffer.from(event.bytes).toString().split(' ')[0] : event.kind))
    expect(kinds.slice(0, 3)).toEqual(['REGISTER', 'pong', 'INVITE'])
  })

  it('semiuri, transports, mpart01', () => {
    expect(request('semiuri').uri.user).toBe('user;par=u@example.net')
    expect(request('transports').headers.vias.map(({ transport }) => transport)).toEqual(['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'])
    expect(request('mpart01').body.length).toBe(553)
    expect(request('mpart01').headers.via.params['rport']).toBe(true)
  })

  it('unreason, noreason: any reason will do', () => {
    expect(response('unreason')).toMatchObject({ status: 200, reason: '= 2**3 * 5**2 но сто девяносто девять - простое' })
    expect(response('noreason')).toMatchObject({ status: 100, reason: '' })
  })

  it('unkscm, novelsc, unksm2: foreign URIs are kept', () => {
    expect(request('unkscm').uri).toMatchObject({ scheme: 'nobodyknowsthisscheme', host: 'totallyopaquecontent' })
    expect(printUri(request('novelsc').uri)).toBe('soap.beep://192.0.2.103:3002')
    expect(printUri(request('unksm2').headers.to.uri)).toBe('isbn:2983792873')
  })

  it('bext01: required extensions', () => {
    expect(request('bext01').headers.tokens('Require')).toEqual(['nothingsupportsthis', 'nothingsupportsthiseither'])
  })

  it('cparam01, cparam02: whose parameter it is', () => {
    const [first] = request('cparam01').headers.contacts
    const [second] = request('cparam02').headers.contacts
    expect([{ ...first?.params }, { ...first?.uri.params }]).toEqual([{ unknownparam: true }, {}])
    expect([{ ...second?.params }, { ...second?.uri.params }]).toEqual([{}, { unknownparam: true }])
  })

  it('regescrt, inv2543', () => {
    expect(request('regescrt').headers.contacts[0]?.uri.headers).toBe('Route=%3Csip:sip.example.com%3E')
    expect(request('inv2543').headers.via.params).toEqual({})
    expect(request('inv2543').body.length).toBe(105)
  })
})

describe('refusals can be answered', () => {
  for (const { name, parsed: expected } of messages) {
    if (typeof expected !== 'number') continue
    it(`${name} carries a Via to answer to`, () => {
      const result = parsed(name)
      if (result.kind !== 'bad-request') throw new Error(`${name} was not refused`)
      expect(result.headers?.via.host).toBeTruthy()
      expect(result.reason).toMatch(/^[\w -]+$/)
    })
  }
})
