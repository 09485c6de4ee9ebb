import { describe, expect, it } from 'vitest'
import { resolveUri } from './resolve.ts'
import { parseUri, type SipUri } from './uri.ts'

const uri = (text: string): SipUri => {
  const parsed = parseUri(text)
  if (!parsed) throw new Error(`no URI: ${text}`)
  return parsed
}

describe('where a URI leads', () => {
  it.each([
    ['sip:a@192.0.2.1', 'udp 192.0.2.1 5060'],
    ['sip:192.0.2.1:5070', 'udp 192.0.2.1 5070'],
    ['sip:a@192.0.2.1;transport=tcp', 'tcp 192.0.2.1 5060'],
    ['sip:a@192.0.2.1;transport=TCP', 'tcp 192.0.2.1 5060'],
    ['sip:a@192.0.2.1;transport=carrier-pigeon', 'udp 192.0.2.1 5060'],
    ['sips:a@192.0.2.1', 'tls 192.0.2.1 5061'],
    ['sips:a@192.0.2.1;transport=tcp', 'tls 192.0.2.1 5061'],
    ['sip:a@192.0.2.1;transport=wss', 'wss 192.0.2.1 443'],
    ['sip:a@example.com;maddr=192.0.2.9', 'udp 192.0.2.9 5060'],
    ['sip:a@[2001:db8::1]:5061', 'udp 2001:db8::1 5061'],
  ])('%s: %s', async (text, expected) => {
    const { transport, address, port } = await resolveUri(uri(text))
    expect(`${transport} ${address} ${port}`).toBe(expected)
  })

  it('is an address of a family that is listened on', async () => {
    expect((await resolveUri(uri('sip:localhost'), (_transport, family) => family === 4)).address).toBe('127.0.0.1')
  })

  it('is nowhere for an unknown host, and for what is no SIP URI', async () => {
    await expect(resolveUri(uri('sip:a@nowhere.invalid'))).rejects.toThrow('the host nowhere.invalid is unknown')
    await expect(resolveUri(uri('tel:+123'))).rejects.toThrow('expected a SIP URI, got tel:+123')
  })
})
