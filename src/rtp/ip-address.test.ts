import { isIPv4, isIPv6 } from 'node:net'
import { describe, expect, it } from 'vitest'
import { formatAddress, isIpv4, isUnspecified, loadAddress, parseAddress, sameAddress, unspecifiedAddress } from './ip-address.ts'

describe('IP addresses as words', () => {
  it.each([
    { text: '192.0.2.1', words: [0, 0, 0xffff, 0xc0000201], shown: '192.0.2.1' },
    { text: '255.255.255.255', words: [0, 0, 0xffff, 0xffffffff], shown: '255.255.255.255' },
    { text: '::ffff:192.0.2.1', words: [0, 0, 0xffff, 0xc0000201], shown: '192.0.2.1' },
    { text: '::', words: [0, 0, 0, 0], shown: '::' },
    { text: '::1', words: [0, 0, 0, 1], shown: '::1' },
    { text: '2001:DB8::1', words: [0x20010db8, 0, 0, 1], shown: '2001:db8::1' },
    { text: '2001:db8:0:0:1:0:0:0', words: [0x20010db8, 0, 0x00010000, 0], shown: '2001:db8:0:0:1::' },
    { text: '1:2:3:4:5:6:7:8', words: [0x10002, 0x30004, 0x50006, 0x70008], shown: '1:2:3:4:5:6:7:8' },
    { text: '1:0:3:4:5:6:7:8', words: [0x10000, 0x30004, 0x50006, 0x70008], shown: '1:0:3:4:5:6:7:8' },
    { text: '64:ff9b::192.0.2.33', words: [0x64ff9b, 0, 0, 0xc0000221], shown: '64:ff9b::c000:221' },
    { text: 'fe80::1%eth0', words: [0xfe800000, 0, 0, 1], shown: 'fe80::1' },
  ])('$text is read, and shown as $shown', ({ text, words, shown }) => {
    const address = parseAddress(text)
    expect(address && [...address]).toEqual(words)
    expect(address && formatAddress(address)).toBe(shown)
  })

  it.each([
    '', '.', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.4 ', ' 1.2.3.4', '1.2.3.-4', '0x1.2.3.4', 'example.com',
    ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', '12345::', 'g::', '::1.2.3', '1.2.3.4::',
    '::1.2.3.4:5', '1:', ':1', '1:2:3:4:5:6:7:', '::%', '[::1]', '1.2.3.4%eth0', '١.2.3.4',
  ])('"%s" is not an address', (text) => {
    expect(parseAddress(text)).toBeNull()
  })

  it('agrees with the system about what is an address, whatever is thrown at it', () => {
    const seed = Date.now() & 0xffff
    let random = seed
    const next = (below: number): number => (random = (random * 1103515245 + 12345) & 0x7fffffff) % below
    for (let i = 0; i < 20_000; i++) {
      const text = Array.from({ length: 1 + next(14) }, () => '0123456789abf:::::..'[next(20)]).join('')
      expect({ seed, text, ok: parseAddress(text) !== null }).toEqual({ seed, text, ok: isIPv4(text) || isIPv6(text) })
    }
  })

  it('reads the bytes of either family from a socket address', () => {
    const bytes = new DataView(Uint8Array.from([9, 9, 192, 0, 2, 1, ...Array.from({ length: 16 }, (_, i) => i)]).buffer)
    const address = unspecifiedAddress()
    loadAddress(address, bytes, 2, 4)
    expect(formatAddress(address)).toBe('192.0.2.1')
    expect(isIpv4(address)).toBe(true)
    loadAddress(address, bytes, 6, 16)
    expect(formatAddress(address)).toBe('1:203:405:607:809:a0b:c0d:e0f')
    expect(isIpv4(address)).toBe(false)
  })

  it('compares all of the address', () => {
    const address = Uint32Array.from([1, 2, 3, 4])
    expect(sameAddress(address, Uint32Array.from([1, 2, 3, 4]))).toBe(true)
    for (let i = 0; i < 4; i++) expect(sameAddress(address, address.with(i, 9))).toBe(false)
  })

  it.each(['0.0.0.0', '::', '::ffff:0.0.0.0'])('%s is nobody', (text) => {
    expect(isUnspecified(parseAddress(text) ?? Uint32Array.of(1))).toBe(true)
  })

  it.each(['0.0.0.1', '::1'])('%s is somebody', (text) => {
    expect(isUnspecified(parseAddress(text) ?? unspecifiedAddress())).toBe(false)
  })
})
