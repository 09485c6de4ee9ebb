import { describe, expect, it } from 'vitest'
import { Headers } from './headers.ts'
import { type ParseResult, parseMessage } from './parse.ts'
import { printMessage } from './print.ts'
import { parseUri } from './uri.ts'

const head = (...lines: readonly string[]): string =>
  [
    'OPTIONS sip:h SIP/2.0', 'Via: SIP/2.0/UDP a;branch=z9hG4bKx', 'From: <sip:f@h>;tag=1', 'To: <sip:t@h>', 'Call-ID: c',
    'CSeq: 1 OPTIONS', ...lines, '', '',
  ].join('\r\n')

const parse = (text: string | Uint8Array): ParseResult => parseMessage(Buffer.from(text))

/** The reason of a refusal, or what else it is. */
function outcome(result: ParseResult): string {
  if (result.kind === 'bad-request') return `${result.status} ${result.reason}`
  return result.kind
}

describe('a datagram', () => {
  for (const bytes of ['', '\r\n', '\r\n\r\n', '\0', '\0\0\0\0', ' \r\n']) {
    it(`${JSON.stringify(bytes)} is a keep-alive`, () => expect(parse(bytes).kind).toBe('keep-alive'))
  }

  for (const text of [
    'hello', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'SIP/2.0 200 OK\r\n\r\n',
    '\x01\x02\x03', 'OPTIONS sip:h\r\n\r\n', 'OPTIONS sip:h SIP/2\r\n\r\n', ':\r\n\r\n', '@ x SIP/2.0',
  ]) {
    it(`${JSON.stringify(text)} is garbage`, () => expect(outcome(parse(text))).toBe('garbage'))
  }

  for (const [what, text, want] of [
    ['nothing wrong', head(), 'message'],
    ['bare line feeds', head().replaceAll('\r', ''), 'message'],
    ['line ends before it', `\r\n\r\n${head()}`, 'message'],
    ['the version in lower case', head().replace('h SIP/2.0', 'h sip/2.0'), 'message'],
    ['version 3', head().replace('h SIP/2.0', 'h SIP/3.0'), '505 Version Not Supported'],
    ['no empty line at its end', head().trimEnd(), 'message'],
    ['a line that is no header', head('what is this', 'Subject: x'), 'message'],
    ['a body without a Content-Length', `${head()}body`, 'message'],
    ['a body too short', `${head('Content-Length: 5')}body`, '400 Body Shorter Than Content-Length'],
    ['Content-Length twice the same', head('Content-Length: 0', 'l: 0'), 'message'],
    ['Content-Length twice differing', head('Content-Length: 0', 'l: 00', 'l: 1'), '400 Malformed Content-Length'],
    ['a Content-Length that is no number', head('Content-Length: 0x0'), '400 Malformed Content-Length'],
    ['no From', head().replace('From', 'Form'), '400 Missing From'],
    ['two tags in To', head('To: <sip:t@h>;tag=2'), '400 More Than One To'],
    ['a Call-ID twice the same', head('i: c'), 'message'],
    ['an empty Call-ID', head().replace('Call-ID: c', 'Call-ID:'), '400 Malformed Call-ID'],
    ['a CSeq of another method', head().replace('1 OPTIONS', '1 options'), '400 CSeq Method Differs From Request Method'],
    ['a CSeq beyond its range', head().replace('1 OPTIONS', '2147483648 OPTIONS'), '400 Malformed CSeq'],
    ['Max-Forwards beyond its range', head('Max-Forwards: 256'), '400 Malformed Max-Forwards'],
    ['a malformed Contact', head('Contact: <sip:x'), '400 Malformed Contact'],
    ['a malformed Route', head('Route: nothing'), '400 Malformed Route'],
    ['600 header fields', head(...Array.from({ length: 600 }, () => 'X: y')), '400 Too Many Header Fields'],
    ['600 list values', head(`Supported: ${'a,'.repeat(600)}`), '400 Too Many Header Fields'],
    ['a header field of 40 kB', head(`X: ${'y'.repeat(40_000)}`), '400 Header Field Too Long'],
    ['a head of 70 kB', head(...Array.from({ length: 7 }, () => `X: ${'y'.repeat(10_000)}`)), 'garbage'],
  ] as const) {
    it(`with ${what}: ${want}`, () => expect(outcome(parse(text))).toBe(want))
  }

  it('longer than its Content-Length is trimmed', () => {
    const result = parse(`${head('Content-Length: 4')}bodyrest`)
    expect(result.kind === 'message' && Buffer.from(result.message.body).toString()).toBe('body')
  })

  for (const [line, want] of [
    ['SIP/2.0 100 Trying', 'message'], ['SIP/2.0 699', 'message'], ['sip/2.0 200 ', 'message'], ['SIP/2.0 099 Low', 'garbage'],
    ['SIP/2.0 700 High', 'garbage'], ['SIP/2.0 2000 Long', 'garbage'],
    ['SIP/2.0 2x0 Odd', 'garbage'], ['SIP/3.0 200 OK', 'garbage'],
  ] as const) {
    it(`beginning with "${line}" is ${want}`, () => {
      expect(outcome(parse(head().replace('OPTIONS sip:h SIP/2.0', line)))).toBe(want)
    })
  }

  it('a response that lacks what it needs is dropped', () => {
    expect(outcome(parse(head().replace('OPTIONS sip:h SIP/2.0', 'SIP/2.0 200 OK')))).toBe('message')
    expect(outcome(parse(head('Content-Length: 9').replace('OPTIONS sip:h SIP/2.0', 'SIP/2.0 200 OK')))).toBe('garbage')
    expect(outcome(parse(head().replace('OPTIONS sip:h SIP/2.0', 'SIP/2.0 200 OK').replace('To:', 'X:')))).toBe('garbage')
  })

  it('that cannot be answered says so, and an ACK says that it is one', () => {
    const lost = parse(head().replace('Via', 'Vla'))
    expect(lost).toMatchObject({ kind: 'bad-request', status: 400 })
    expect(lost).not.toHaveProperty('headers')
    expect(parse(head().replaceAll('OPTIONS', 'ACK').replace('To', 'Too'))).toMatchObject({ kind: 'bad-request', method: 'ACK' })
  })

  it('with bytes that are no UTF-8 is read, the bytes replaced', () => {
    const bytes = Buffer.concat([Buffer.from(head().slice(0, -2)), Buffer.from([0x53, 0x3a, 0xff, 0xc3, 0x0d, 0x0a, 0x0d, 0x0a])])
    const result = parse(bytes)
    expect(result.kind === 'message' && result.message.headers.get('Subject')).toBe('\uFFFD\uFFFD')
  })

  it('keeps no carriage return within a value', () => {
    const result = parse(head('Subject: a\rVia: b', 'Organization: a\r\r\n  \r\n\tb'))
    if (result.kind !== 'message') throw new Error(outcome(result))
    expect(result.message.headers.get('Subject')).toBe('a Via: b')
    expect(result.message.headers.get('Organization')).toBe('a b')
  })

  it('made to take long takes no longer than another', () => {
    const filler = 30_000
    for (const [what, text] of [
      ['spaces', head(`Subject: ${' '.repeat(filler)}x`)],
      ['folds', head(`Subject: x${'\r\n '.repeat(filler / 3)}`)],
      ['lines without colons', head(...Array.from({ length: filler / 2 }, () => ''.padEnd(1, 'a')), 'X: y')],
      ['open quotes', head(`Contact: ${'"'.repeat(filler + 1)}`)],
      ['open brackets', head(`Contact: ${'<'.repeat(filler)}`)],
      ['parameters', head(`Contact: <sip:h>${';a=b'.repeat(filler / 4)}`)],
      ['quoted parameters', head(`Contact: <sip:h>${';a="b"'.repeat(filler / 6)}`)],
      ['commas', head(`Contact: ${','.repeat(filler)}`)],
      ['escapes', head(`Contact: <sip:${'%'.repeat(filler)}@h>`)],
      ['URI parameters', head(`Contact: <sip:h${';a'.repeat(filler / 2)}>`)],
    ] as const) {
      const started = performance.now()
      parse(text)
      expect(performance.now() - started, what).toBeLessThan(250)
    }
  })
})

describe('printing', () => {
  const uri = parseUri('sip:h')
  if (!uri) throw new Error('unreachable')

  it('counts the body in bytes, whatever the headers said', () => {
    const headers = new Headers([['Content-Length', '999'], ['l', '7']])
    const text = Buffer.from(printMessage({ kind: 'request', method: 'INFO', uri, headers, body: Buffer.from('ж') })).toString()
    expect(text).toBe('INFO sip:h SIP/2.0\r\nContent-Length: 2\r\n\r\nж')
  })

  it('joins lists of tokens, and gives each address its line', () => {
    const headers = new Headers([['Allow', 'INVITE, BYE'], ['Contact', '<sip:a@h>, <sip:b@h>'], ['Supported', '']])
    const bytes = printMessage({ kind: 'response', status: 200, reason: 'O\r\nK', headers, body: new Uint8Array() })
    expect(Buffer.from(bytes).toString().split('\r\n')).toEqual([
      'SIP/2.0 200 O  K', 'Allow: INVITE, BYE', 'Contact: <sip:a@h>', 'Contact: <sip:b@h>', 'Supported: ',
      'Content-Length: 0', '', '',
    ])
  })
})
