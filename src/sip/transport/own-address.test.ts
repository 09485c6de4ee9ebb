import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../base/clock.ts'
import { Opened } from '../testing/endpoints.ts'
import { Allowance } from '../../base/allowance.ts'
import { OwnAddress } from './own-address.ts'
import { isPrivateAddress, withoutZone } from './reach.ts'
import { UdpTransport } from './udp.ts'

const opened = new Opened()
afterEach(() => opened.close())

async function transport(host: string): Promise<UdpTransport> {
  const made = opened.add(new UdpTransport({ listen: { host, port: 0 }, onDatagram() {} }))
  await made.start()
  return made
}

describe('what we call ourselves', () => {
  const own = (publicAddress?: string) => new OwnAddress({ clock: new ManualClock(), publicAddress })
  type Row = readonly [what: string, publicAddress: string | undefined, bound: string, remote: string, address: string]
  const rows: readonly Row[] = [
    ['the bound address', undefined, '127.0.0.1', '203.0.113.5', '127.0.0.1'],
    ['the route\'s address when bound to all', undefined, '0.0.0.0', '127.0.0.1', '127.0.0.1'],
    ['the route\'s address in IPv6', undefined, '::', '::1', '::1'],
    ['the public address across the internet', '198.51.100.1', '0.0.0.0', '203.0.113.5', '198.51.100.1'],
    ['the public name across the internet', 'sip.example.com', '0.0.0.0', '203.0.113.5', 'sip.example.com'],
    ['not the public address at home', '198.51.100.1', '0.0.0.0', '127.0.0.1', '127.0.0.1'],
    ['not the public address to a private one', '198.51.100.1', '127.0.0.1', '10.1.2.3', '127.0.0.1'],
    ['not the public address of the other family', '198.51.100.1', '::', '::1', '::1'],
  ]
  it.each(rows)('is %s', async (_what, publicAddress, bound, remote, address) => {
    const by = await transport(bound)
    expect(await own(publicAddress).towards(remote, by)).toEqual({ transport: 'udp', address, port: by.bound.port })
  })

  it('is known at once the second time', async () => {
    const [by, self] = [await transport('0.0.0.0'), own()]
    expect(self.towards('127.0.0.1', by)).toBeInstanceOf(Promise)
    await self.towards('127.0.0.1', by)
    expect(self.towards('127.0.0.1', by)).toEqual({ transport: 'udp', address: '127.0.0.1', port: by.bound.port })
  })
})

describe('a private address', () => {
  it.each([
    ['10.0.0.1', true],
    ['172.31.255.255', true],
    ['172.32.0.0', false],
    ['192.168.1.1', true],
    ['100.64.0.1', true],
    ['8.8.8.8', false],
    ['fe80::1%eth0', true],
    ['fd00::1', true],
    ['2001:db8::1', false],
    ['phone.example.com', false],
  ])('%s: %s', (address, is) => expect(isPrivateAddress(address)).toBe(is))

  it('is written without its zone', () => expect(withoutZone('fe80::1%eth0')).toBe('fe80::1'))
})

describe('an allowance', () => {
  it('is used up, and fills again evenly up to its measure', () => {
    const clock = new ManualClock()
    const allowance = new Allowance({ nowMs: () => clock.nowMs(), perSecond: 2 })
    const takes = (): readonly boolean[] => [allowance.take(), allowance.take(), allowance.take()]
    expect(takes()).toEqual([true, true, false])
    clock.advance(500)
    expect(takes()).toEqual([true, false, false])
    clock.advance(60_000)
    expect(takes()).toEqual([true, true, false])
  })
})
