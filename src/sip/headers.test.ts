import { describe, expect, it } from 'vitest'
import { Invalid } from '../base/errors.ts'
import { Headers } from './headers.ts'
import { type NameAddr, parseNameAddr, printNameAddr } from './name-addr.ts'
import { paramsOf } from './params.ts'
import { parseVia, printVia } from './via.ts'

describe('Headers', () => {
  it('finds names without case and in their compact forms, and prints them long', () => {
    const headers = new Headers([['i', 'one'], ['VIA', 'SIP/2.0/UDP a'], ['x-own', 'kept']])
    expect(headers.get('Call-ID')).toBe('one')
    expect(headers.get('v')).toBe('SIP/2.0/UDP a')
    expect([...headers].map(([name]) => name)).toEqual(['Call-ID', 'Via', 'x-own'])
  })

  it('splits lists at commas outside of quotes and brackets, and nothing else', () => {
    const contacts = '"a, \\"b" <sip:x,y@h>;p="1,2", <sip:z@h>,,'
    const headers = new Headers([['Contact', contacts], ['Subject', 'a, b'], ['Supported', ' , ']])
    expect(headers.all('Contact')).toEqual(['"a, \\"b" <sip:x,y@h>;p="1,2"', '<sip:z@h>'])
    expect(headers.contacts.map(({ uri }) => uri.user)).toEqual(['x,y', 'z'])
    expect(headers.all('Subject')).toEqual(['a, b'])
    expect(headers.all('Supported')).toEqual([''])
    expect(headers.tokens('Supported')).toEqual([])
  })

  it('sets in place, adds at the end, prepends before the first of its name', () => {
    const headers = new Headers([['Via', 'SIP/2.0/UDP b'], ['To', '<sip:t@h>'], ['Via', 'SIP/2.0/UDP c']])
    headers.prepend('Via', 'SIP/2.0/UDP a').add('Route', '<sip:r@h>').set('To', '<sip:u@h>')
    expect([...headers].map(([, value]) => value.slice(-5))).toEqual(['UDP a', 'UDP b', ':u@h>', 'UDP c', ':r@h>'])
    headers.removeFirst('via')
    expect(headers.via.host).toBe('b')
    headers.set('Via', 'SIP/2.0/TCP only')
    expect(headers.vias).toHaveLength(1)
    expect(headers.remove('Via').has('Via')).toBe(false)
  })

  it('remembers what it has read until it is changed; a copy changes alone', () => {
    const headers = new Headers([['From', '<sip:a@h>;tag=1']])
    const { from } = headers
    expect(headers.from).toBe(from)
    const copy = headers.copy().set('From', '<sip:b@h>')
    expect([headers.from.uri.user, copy.from.uri.user]).toEqual(['a', 'b'])
  })

  it('throws Invalid for what is missing or malformed', () => {
    expect(() => new Headers().via).toThrow(Invalid)
    expect(() => new Headers([['CSeq', '1']]).cseq).toThrow(Invalid)
    expect(() => new Headers([['CSeq', '2147483648 INVITE']]).cseq).toThrow(Invalid)
    expect(() => new Headers([['Contact', '<sip:a@h']]).contacts).toThrow(Invalid)
    expect(new Headers([['CSeq', '2147483647\tINVITE']]).cseq.number).toBe(2 ** 31 - 1)
  })

  it('lets no line end in', () => {
    expect(new Headers([['Subject', 'a\r\nVia: b']]).get('Subject')).toBe('a  Via: b')
  })

  for (const [value, seconds] of [
    ['60', 60], ['007', 7], ['-1', undefined], ['x', undefined], ['', undefined], ['9'.repeat(99), 2 ** 32 - 1],
  ] as const) {
    it(`takes Expires "${value.slice(0, 9)}" as ${seconds}`, () => {
      expect(new Headers([['Expires', value]]).expires).toBe(seconds)
    })
  }

  it('knows the contact that removes all', () => {
    const headers = new Headers([['Contact', '*']])
    expect([headers.get('Contact'), headers.contacts]).toEqual(['*', []])
  })
})

describe('an address', () => {
  for (const [text, want] of [
    ['"Иван \\"Ваня\\" П." <sip:201@h>;tag=x', { displayName: 'Иван "Ваня" П.', params: { tag: 'x' } }],
    ['Анна Каренина <sip:a@h>', { displayName: 'Анна Каренина' }],
    ['<sip:a@h;lr>;q=0.5;flag;empty=""', { params: { q: '0.5', flag: true, empty: '' } }],
    ['sip:a@h;tag=1', { uri: { user: 'a', host: 'h' }, params: { tag: '1' } }],
    ['"" <sip:a@h>', { uri: { user: 'a' } }],
    ['<sip:a@h>;tag=first;TAG=second', { params: { tag: 'first' } }],
    ['<sip:a@h>;+sip.instance="<urn:uuid:1>"', { params: { '+sip.instance': '<urn:uuid:1>' } }],
  ] as const) {
    it(`${text} is read, and the same after printing`, () => {
      const parsed = parseNameAddr(text)
      expect(parsed).toMatchObject(want)
      expect(parsed && parseNameAddr(printNameAddr(parsed))).toEqual(parsed)
    })
  }

  for (const text of [
    '', '*', '"a <sip:a@h>', '"a" sip:a@h', '<sip:a@h', '<>', 'a, b <sip:a@h>', '<sip:a@h> x', '<sip:a@h>;p="x', 'sip:a@h?b=c',
    '<sip:a@h>;="x"',
  ]) {
    it(`${JSON.stringify(text)} is refused`, () => expect(parseNameAddr(text)).toBeUndefined())
  }

  it('keeps the quotes that feature tags need', () => {
    const text = '<sip:a@h>;+sip.rendering="no";audio'
    const parsed = parseNameAddr(text)
    expect(parsed && printNameAddr(parsed)).toBe(text)
  })

  it('is printed so that nothing gets out of its quotes', () => {
    const hostile: NameAddr = {
      displayName: 'x" <sip:evil@h>\r\nVia: y\0',
      uri: { scheme: 'sip', host: 'h', params: paramsOf([]) },
      params: paramsOf([['t', 'a;b"c'], ['bad name', 'x']]),
    }
    expect(printNameAddr(hostile)).toBe('"x\\" <sip:evil@h>  Via: y\\\0" <sip:h>;t="a;b\\"c"')
  })
})

describe('Via', () => {
  it('is read with IPv6, received and rport, and printed again', () => {
    const text = 'SIP/2.0/WSS [2001:db8::9]:5060;branch=z9hG4bK1;received=2001:db8::1;rport'
    const via = parseVia(text)
    const params = { received: '2001:db8::1', rport: true }
    expect(via).toMatchObject({ transport: 'WSS', host: '2001:db8::9', port: 5060, params })
    expect(via && printVia(via)).toBe(text)
  })

  for (const text of [
    '', 'SIP/2.0', 'SIP/2.0/UDP', 'SIP/2.0/UDPhost', 'HTTP/1.1/UDP h', 'SIP/2.0/UDP h:99999', 'SIP/2.0/UDP h x',
    'SIP/2.0/UDP [::g]', ';',
  ]) {
    it(`${JSON.stringify(text)} is refused`, () => expect(parseVia(text)).toBeUndefined())
  }
})
