import { describe, expect, it } from 'vitest'
import { readRtcp, RTCP_BYTES_MAX, senderSsrc, writeRtcp, type Report } from './rtcp.ts'

const BLOCK = {
  ssrc: 0xfeedbeef, fractionLost: 200, lost: -5, highestSequence: 0x0003fffe, jitter: 77,
  lastSenderReport: 0x9abcdef0, sinceSenderReport: 65_536,
}
const SENDER = { ntpHigh: 0xe9000000, ntpLow: 0x80000000, timestamp: 0xfffffff0, packets: 500, octets: 80_000 }
const REPORT: Report = { ssrc: 0xcafebabe, sender: SENDER, block: BLOCK, cname: 'a1b2c3', bye: false }

function written(report: Report, offset = 0): DataView {
  const bytes = new Uint8Array(offset + RTCP_BYTES_MAX + 8).fill(0xee)
  const length = writeRtcp(new DataView(bytes.buffer), offset, report)
  expect(bytes.subarray(offset + length).every((byte) => byte === 0xee)).toBe(true)
  return new DataView(bytes.buffer, offset, length)
}

/** `80 c8 ...` */
function hex(view: DataView): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function view(text: string): DataView {
  const bytes = Uint8Array.from(text.replaceAll(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return new DataView(bytes.buffer)
}

const read = (source: DataView) => readRtcp(source, 0, source.byteLength)

describe('writing reports', () => {
  it('lays a sender report out as RFC 3550 6.4.1 draws it', () => {
    expect(hex(written(REPORT))).toBe([
      '81c8000c', 'cafebabe', 'e9000000', '80000000', 'fffffff0', '000001f4', '00013880',
      'feedbeef', 'c8fffffb', '0003fffe', '0000004d', '9abcdef0', '00010000',
      '81ca0004', 'cafebabe', '0106', '613162326333', '00000000',
    ].join(''))
  })

  it('lays a receiver report with nothing to tell and a goodbye out', () => {
    expect(hex(written({ ...REPORT, sender: null, block: null, cname: 'x', bye: true }))).toBe(
      ['80c90001', 'cafebabe', '81ca0002', 'cafebabe', '01017800', '81cb0001', 'cafebabe'].join(''),
    )
  })

  it.each([0, 1, 2, 3, 4, 5, 254, 255, 300])('fits a CNAME of %i bytes to whole words', (length) => {
    const cname = 'n'.repeat(length)
    const packet = written({ ...REPORT, cname, bye: true }, 20)
    expect(packet.byteLength % 4).toBe(0)
    expect(packet.byteLength).toBeLessThanOrEqual(RTCP_BYTES_MAX)
    expect(readRtcp(packet, 0, packet.byteLength)).toMatchObject({ cname: cname.slice(0, 255), byes: [REPORT.ssrc] })
  })
})

describe('reading reports', () => {
  it.each([
    { name: 'a sender report', report: REPORT },
    { name: 'a receiver report', report: { ...REPORT, sender: null } },
    { name: 'an empty one', report: { ...REPORT, sender: null, block: null } },
    { name: 'a goodbye', report: { ...REPORT, bye: true } },
    { name: 'losses below zero at the end of the range', report: { ...REPORT, block: { ...BLOCK, lost: -0x800000 } } },
    { name: 'losses above', report: { ...REPORT, block: { ...BLOCK, lost: 0x7fffff, fractionLost: 255 } } },
  ])('reads $name that was written', ({ report }) => {
    expect(read(written(report))).toEqual({
      ssrc: report.ssrc, sender: report.sender, blocks: report.block ? [report.block] : [], cname: report.cname,
      byes: report.bye ? [report.ssrc] : [],
    })
  })

  it('reads at an offset, inside a larger buffer', () => {
    const packet = written(REPORT)
    const bytes = new Uint8Array(500)
    bytes.set(new Uint8Array(packet.buffer, 0, packet.byteLength), 33)
    const inside = new DataView(bytes.buffer, 3)
    expect(readRtcp(inside, 30, packet.byteLength)).toMatchObject({ ssrc: REPORT.ssrc, cname: 'a1b2c3' })
    expect(senderSsrc(inside, 30, packet.byteLength)).toBe(REPORT.ssrc)
  })

  it('passes over unknown packets and items, and collects what several packets say', () => {
    const source = view(`
      80c90001 00000001
      81ca0004 00000001 0202 6869 0101 63 00 00000000
      80cc0002 00000001 6e616d65
      81c90007 00000001 ${'00000002'.repeat(6)}
      82cb0002 00000001 00000009
    `)
    expect(read(source)).toMatchObject({ ssrc: 1, cname: 'c', byes: [1, 9], blocks: [{ ssrc: 2 }] })
  })

  it('takes padding behind the last packet alone', () => {
    expect(read(view('80c90001 00000001 a1cb0002 00000001 00000004'))).toMatchObject({ byes: [1] })
    expect(read(view('a0c90002 00000001 00000004 81cb0001 00000001'))).toBeNull()
  })

  it.each([
    { name: 'nothing', text: '' },
    { name: 'a header alone', text: '80c90000' },
    { name: 'version 1', text: '40c90001 00000001' },
    { name: 'version 3', text: 'c0c90001 00000001' },
    { name: 'a version that changes inside', text: '80c90001 00000001 41cb0001 00000001' },
    { name: 'no report at its beginning', text: '81ca0002 00000001 01017800' },
    { name: 'a length beyond its end', text: '80c90002 00000001' },
    { name: 'a huge length', text: '80c9ffff 00000001' },
    { name: 'a length that leaves a rest', text: '80c90001 00000001 00' },
    { name: 'a rest of one word that is no packet', text: '80c90001 00000001 00000000' },
    { name: 'more blocks than there is room', text: `82c90007 00000001 ${'00000002'.repeat(6)}` },
    { name: 'a sender report without its sender', text: '80c80001 00000001' },
    { name: 'more goodbyes than there is room', text: '80c90001 00000001 83cb0002 00000001 00000002' },
  ])('refuses $name', ({ text }) => {
    expect(read(view(text))).toBeNull()
  })

  it.each([
    { name: 'a CNAME that is longer than its packet', sdes: '81ca0002 00000001 01ff7800' },
    { name: 'a description without end', sdes: '81ca0001 00000001' },
    { name: 'an end at once', sdes: '81ca0002 00000001 00000000' },
  ])('finds no name in $name', ({ sdes }) => {
    expect(read(view(`80c90001 00000001 ${sdes}`))).toMatchObject({ ssrc: 1, cname: null })
  })

  it('never throws, nor reads past the end, whatever comes', () => {
    const seed = Date.now() & 0xffffff
    let random = seed
    const next = (): number => (random = (Math.imul(random, 1664525) + 1013904223) >>> 0) >>> 8
    const packet = written({ ...REPORT, bye: true })
    const clean = new Uint8Array(packet.buffer, 0, packet.byteLength)
    for (let round = 0; round < 50_000; round++) {
      const bytes = clean.slice(0, next() % 3 ? clean.length : next() % clean.length)
      for (let i = next() % 6; i > 0 && bytes.length > 0; i--) bytes[next() % bytes.length] = next()
      // No slack behind the packet: a DataView throws at the first byte beyond.
      expect(() => read(new DataView(bytes.buffer)), `seed ${seed}`).not.toThrow()
    }
  })
})
