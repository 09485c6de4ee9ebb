import { describe, expect, it } from 'vitest'
import type { SipRequest } from '../message.ts'
import { parseMessage } from '../parse.ts'
import { hasCookie, mergeKey, serverKey } from './key.ts'

type Wish = {
  readonly branch?: string
  readonly host?: string
  readonly cseq?: number
  readonly toTag?: string
  readonly uri?: string
}

function request(
  method: string,
  { branch = 'z9hG4bKone', host = '192.0.2.7:5060', cseq = 1, toTag, uri = 'sip:1111@example.com' }: Wish = {},
): SipRequest {
  const to = `<sip:1111@example.com>${toTag === undefined ? '' : `;tag=${toTag}`}`
  const lines = [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host};branch=${branch}`,
    'From: <sip:a@b>;tag=a',
    `To: ${to}`,
    'Call-ID: c',
    `CSeq: ${cseq} ${method}`,
  ]
  const parsed = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`))
  if (parsed.kind !== 'message' || parsed.message.kind !== 'request') throw new Error(JSON.stringify(parsed))
  return parsed.message
}

describe('a request finds its transaction', () => {
  const old = { branch: '1' }
  const rows: ReadonlyArray<readonly [what: string, one: SipRequest, other: SipRequest, same: boolean]> = [
    ['a repeat', request('INVITE'), request('INVITE'), true],
    ['a repeat whose Request-URI a proxy rewrote', request('INVITE'), request('INVITE', { uri: 'sip:2@b' }), true],
    ['the ACK of a refusal', request('INVITE'), request('ACK', { toTag: 'ours' }), true],
    ['another branch', request('INVITE'), request('INVITE', { branch: 'z9hG4bKtwo' }), false],
    ['another sender who chose the same branch', request('INVITE'), request('INVITE', { host: '192.0.2.8:5060' }), false],
    ['another method', request('INVITE'), request('OPTIONS'), false],
    ['a CANCEL is not its INVITE', request('INVITE'), request('CANCEL'), false],
    ['without the cookie: a repeat', request('INVITE', old), request('INVITE', old), true],
    ['without the cookie: the ACK of a refusal', request('INVITE', old), request('ACK', { ...old, toTag: 'ours' }), true],
    ['without the cookie: another CSeq', request('INVITE', old), request('INVITE', { ...old, cseq: 2 }), false],
    ['without the cookie: another Request-URI', request('INVITE', old), request('INVITE', { ...old, uri: 'sip:2@b' }), false],
    ['without the cookie: another To tag', request('BYE', old), request('BYE', { ...old, toTag: 'x' }), false],
  ]
  it.each(rows)('%s', (_what, one, other, same) => expect(serverKey(one) === serverKey(other)).toBe(same))

  it('a CANCEL finds its INVITE', () => {
    expect(serverKey(request('CANCEL'), 'INVITE')).toBe(serverKey(request('INVITE')))
    expect(serverKey(request('CANCEL', old), 'INVITE')).toBe(serverKey(request('INVITE', old)))
  })

  it('knows the cookie', () => expect([hasCookie(request('INVITE')), hasCookie(request('INVITE', old))]).toEqual([true, false]))
})

describe('copies of one request', () => {
  it('are told by Call-ID, From tag and CSeq, whatever their branch', () => {
    expect(mergeKey(request('INVITE'))).toBe(mergeKey(request('INVITE', { branch: 'z9hG4bKtwo', host: '192.0.2.8' })))
    expect(mergeKey(request('INVITE'))).not.toBe(mergeKey(request('INVITE', { cseq: 2 })))
  })

  it('are not looked for inside a dialog', () => expect(mergeKey(request('INVITE', { toTag: 'x' }))).toBeUndefined())
})
