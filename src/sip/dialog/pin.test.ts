import { describe, expect, it } from 'vitest'
import type { SipAddress } from '../address.ts'
import { parseUri } from '../uri.ts'
import { parseVia } from '../via.ts'
import { isPinned } from './pin.ts'

describe('requests in a dialog go back where the INVITE came from', () => {
  const rows: ReadonlyArray<readonly [
    what: string,
    contact: string,
    via: string | undefined,
    remote: string,
    pinned: boolean,
  ]> = [
    ['not when the contact is the source', '192.0.2.7:5060', '192.0.2.7:5060', 'udp 192.0.2.7 5060', false],
    ['not when the contact names another port than the Via', '192.0.2.7:5080', '192.0.2.7:5060', 'udp 192.0.2.7 5060', false],
    ['when a NAT changed the port', '192.0.2.7:5060', '192.0.2.7:5060', 'udp 192.0.2.7 40000', true],
    ['when a NAT changed the address', '192.168.1.5:5060', '192.168.1.5:5060', 'udp 203.0.113.9 40000', true],
    ['when the Via shows the same wrong address', '198.51.100.1:5060', '198.51.100.1:5060', 'udp 203.0.113.9 5060', true],
    ['not when a third machine is named', '198.51.100.1:5060', '203.0.113.9:5060', 'udp 203.0.113.9 5060', false],
    ['when a private address was given across the internet', '10.0.0.5:5060', undefined, 'udp 203.0.113.9 5060', true],
    ['not when private addresses talk among themselves', '10.0.0.5:5060', undefined, 'udp 10.0.0.9 5060', false],
    ['when there is a connection', '192.0.2.7:5060', '192.0.2.7:5060', 'tcp 192.0.2.7 40000', true],
    ['not when the contact is a name', 'phone.example.com', '192.168.1.5:5060', 'udp 203.0.113.9 5060', false],
  ]
  it.each(rows)('%s', (_what, contact, via, remoteText, pinned) => {
    const [transport, address, port] = remoteText.split(' ')
    const remote = { transport, address, port: Number(port) } as SipAddress
    const target = parseUri(`sip:a@${contact}`)!
    const question = {
      target,
      remote,
      reliable: transport === 'tcp',
      via: via === undefined ? undefined : parseVia(`SIP/2.0/UDP ${via}`)!,
    }
    expect(isPinned({ ...question, hasRoute: false })).toBe(pinned)
    expect(isPinned({ ...question, hasRoute: true })).toBe(false)
  })
})
