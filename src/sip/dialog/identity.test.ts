import { describe, expect, it } from 'vitest'
import type { SipMessage, SipRequest, SipResponse } from '../message.ts'
import { parseMessage } from '../parse.ts'
import { printUri } from '../uri.ts'
import {
  identityOfCalled,
  identityOfCaller,
  isInTurn,
  nextHop,
  nextRequest,
  requestIn,
  retarget,
  type Identity,
} from './identity.ts'

function parsed(lines: readonly string[]): SipMessage {
  const result = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`))
  if (result.kind !== 'message') throw new Error(JSON.stringify(result))
  return result.message
}

const routes = ['Record-Route: <sip:near.example.com;lr>', 'Record-Route: <sip:far.example.com;lr>']
const common = [
  'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1',
  'From: "A" <sip:a@example.com>;tag=a',
  'Call-ID: c',
  'CSeq: 7 INVITE',
]
const invite = parsed([
  'INVITE sip:b@example.com SIP/2.0',
  ...common,
  'To: <sip:b@example.com>',
  'Contact: <sip:a@192.0.2.7;ob>',
  ...routes,
]) as SipRequest
const ok = parsed([
  'SIP/2.0 200 OK',
  ...common,
  'To: <sip:b@example.com>;tag=b',
  'Contact: <sip:b@192.0.2.8>',
  ...routes,
]) as SipResponse

const hosts = ({ routes: list }: Identity): readonly string[] => list.map(({ uri }) => uri.host)

describe('the identity of a dialog', () => {
  it('is read from the INVITE by the called side', () => {
    const identity = identityOfCalled(invite, 'ours')
    expect(identity).toMatchObject({ callId: 'c', localTag: 'ours', remoteTag: 'a', localSeq: 0, remoteSeq: 7 })
    expect([identity.localParty, identity.remoteParty]).toEqual(['<sip:b@example.com>;tag=ours', '"A" <sip:a@example.com>;tag=a'])
    expect(printUri(identity.target)).toBe('sip:a@192.0.2.7;ob')
    expect(hosts(identity)).toEqual(['near.example.com', 'far.example.com'])
  })

  it('is read from the response by the calling side, the route backwards', () => {
    const identity = identityOfCaller(invite, ok)
    expect(identity).toMatchObject({ callId: 'c', localTag: 'a', remoteTag: 'b', localSeq: 7, remoteSeq: undefined })
    expect([identity.localParty, identity.remoteParty]).toEqual(['"A" <sip:a@example.com>;tag=a', '<sip:b@example.com>;tag=b'])
    expect(printUri(identity.target)).toBe('sip:b@192.0.2.8')
    expect(hosts(identity)).toEqual(['far.example.com', 'near.example.com'])
  })

  it('counts our requests, and lets an ACK bear its INVITE\'s number', () => {
    const first = nextRequest(identityOfCaller(invite, ok), { method: 'BYE' })
    expect([first.identity.localSeq, first.request.headers.get('CSeq')]).toEqual([8, '8 BYE'])
    expect(requestIn(first.identity, 7, { method: 'ACK' }).headers.get('CSeq')).toBe('7 ACK')
  })

  it('takes requests of the far end in rising order only', () => {
    const identity = identityOfCalled(invite, 'ours')
    expect([6, 7, 8].map((number) => isInTurn(identity, number))).toEqual([false, false, true])
    expect(isInTurn(identityOfCaller(invite, ok), 1)).toBe(true)
  })

  it('follows a new Contact and nothing else', () => {
    const identity = identityOfCalled(invite, 'ours')
    expect(printUri(retarget(identity, ok).target)).toBe('sip:b@192.0.2.8')
    expect(
      retarget(identity, parsed(['SIP/2.0 200 OK', ...common, 'To: <sip:b@example.com>;tag=b']) as SipResponse),
    ).toEqual(identity)
  })
})

describe('a request in a dialog', () => {
  const identity = identityOfCaller(invite, ok)

  it('goes by loose routers to the target', () => {
    const { request } = nextRequest(identity, { method: 'BYE' })
    expect(printUri(request.uri)).toBe('sip:b@192.0.2.8')
    expect(request.headers.all('Route')).toEqual(['<sip:far.example.com;lr>', '<sip:near.example.com;lr>'])
    expect(nextHop(identity).host).toBe('far.example.com')
  })

  it('goes by a strict router, which finds itself in the Request-URI', () => {
    const [far, near] = identity.routes
    const strict = {
      ...identity,
      routes: [{ ...far!, uri: { ...far!.uri, params: {}, headers: 'x=y' } }, near!],
    } // two routes were recorded
    const { request } = nextRequest(strict, { method: 'BYE' })
    expect(printUri(request.uri)).toBe('sip:far.example.com')
    expect(request.headers.all('Route')).toEqual(['<sip:near.example.com;lr>', '<sip:b@192.0.2.8>'])
  })

  it('goes straight to the target without a route', () => {
    expect(nextHop({ ...identity, routes: [] }).host).toBe('192.0.2.8')
    expect(nextRequest({ ...identity, routes: [] }, { method: 'BYE' }).request.headers.has('Route')).toBe(false)
  })
})
