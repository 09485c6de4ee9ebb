import { describe, expect, it } from 'vitest'
import { paramsOf } from './params.ts'
import { sameUri } from './same-uri.ts'
import { type SipUri, parseUri, printUri } from './uri.ts'

const uri = (text: string): SipUri => {
  const parsed = parseUri(text)
  if (!parsed) throw new Error(`not understood: ${text}`)
  return parsed
}

describe('a URI', () => {
  for (const [text, want] of [
    ['sip:1111@pbx.example.com', { scheme: 'sip', user: '1111', host: 'pbx.example.com' }],
    ['SIPS:Al:secret@Example.COM:5061', { scheme: 'sips', user: 'Al', password: 'secret', host: 'example.com', port: 5061 }],
    ['sip:[2001:DB8::9]:5060', { host: '2001:db8::9', port: 5060 }],
    ['sip:201@[2001:db8::9];transport=tcp', { user: '201', host: '2001:db8::9' }],
    ['sip:a;b=c?d/e@host', { user: 'a;b=c?d/e', host: 'host' }],
    ['sip:host?Subject=x&To=y', { host: 'host', headers: 'Subject=x&To=y' }],
    ['sip:%D0%B8@host', { user: 'и' }],
    ['sip:иван@host', { user: 'иван' }],
    ['sip:100%@host', { user: '100%' }],
    ['sip:%ff@host', { user: '\uFFFD' }],
    ['sip:@host', { user: '', host: 'host' }],
    ['tel:+7-495-123;phone-context=+7', { scheme: 'tel', user: '+7-495-123', host: '' }],
    ['mailto:a@b?c', { scheme: 'mailto', host: 'a@b?c' }],
  ] as const) {
    it(`${text} is read`, () => expect(uri(text)).toMatchObject(want))
  }

  for (const text of [
    '', 'sip', 'sip:', ':x', 'sip:a b@host', 'sip:a@', 'sip:host:', 'sip:host:0', 'sip:host:65536', 'sip:host:5o6o',
    'sip:[::1', 'sip:[xyz]', 'sip:2001:db8::9', 'sip:a@b@c', '<sip:host>', 'sip:host"', 'sip:ho\0st', 'sip:host\r\nVia: x', 
    'tel:', 'http:', 's p:host', 'sip:хост',
  ]) {
    it(`${JSON.stringify(text)} is refused`, () => expect(parseUri(text)).toBeUndefined())
  }

  it('keeps parameters in a prototype-less object, whatever their names', () => {
    const { params } = uri('sip:host;__proto__=evil;constructor;LR;%6Cr=twice;x=;=y;;z=a%3Db')
    expect(Object.getPrototypeOf(params)).toBeNull()
    expect(Object.entries(params)).toEqual([
      ['__proto__', 'evil'],
      ['constructor', true],
      ['lr', true],
      ['x', ''],
      ['z', 'a=b'],
    ])
  })

  for (const text of [
    'sip:1111@pbx.example.com:5070;transport=tcp;lr?Replaces=a%40b',
    'sip:[2001:db8::9]:5060;maddr=[::1]',
    'sip:a%40b%20:p%3Bw@host',
    'tel:+7495;ext=1',
    'urn:service:sos',
  ]) {
    it(`${text} is printed as it came`, () => expect(printUri(uri(text))).toBe(text))
  }

  it('lets nothing out of its place when printed', () => {
    const hostile: SipUri = { scheme: 'sip', user: 'a@b>\r\nX: y', host: 'h', params: paramsOf([['p;q', 'v?w\n']]) }
    expect(printUri(hostile)).toBe('sip:a%40b%3E%0D%0AX%3A%20y@h;p%3Bq=v%3Fw%0A')
  })
})

describe('the same URI (RFC 3261 §19.1.4)', () => {
  for (const [a, b, same] of [
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp', true],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5', true],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5', true],
    ['sip:b.com;transport=tcp;method=REGISTER?to=sip:b%40c', 'sip:b.com;method=REGISTER;transport=tcp?to=sip:b%40c', true],
    ['sip:alice@a.com?subject=project%20x&priority=urgent', 'sip:alice@a.com?priority=urgent&subject=project%20x', true],
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP', false],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060', false],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp', false],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp', false],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting', false],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off', false],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4', false],
    ['sips:a@b', 'sip:a@b', false],
    ['tel:+1-201-555', 'tel:+1201555', true],
    ['tel:+1201555;ext=1', 'tel:+1201555', false],
  ] as const) {
    it(`${a} and ${b}: ${same}`, () => {
      expect(sameUri(uri(a), uri(b))).toBe(same)
      expect(sameUri(uri(b), uri(a))).toBe(same)
    })
  }
})
