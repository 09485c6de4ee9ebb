import { describe, it, expect } from 'vitest'
import {
  MARKER, PAYLOAD_AT, PAYLOAD_BYTES, PAYLOAD_TYPE, RTP_FIELDS, SEQUENCE, SSRC, TIMESTAMP,
  looksLikeRtcp, readRtpHeader, writeRtpHeader,
} from './packet.ts'

const fields = new Int32Array(RTP_FIELDS)

function read(bytes: number[], lead = 3): boolean {
  const padded = new Uint8Array([...Array.from({ length: lead }, () => 0xee), ...bytes, 0xee, 0xee])
  return readRtpHeader(new DataView(padded.buffer), lead, bytes.length, fields)
}

const header = (first: number, second: number) => [first, second, 0x12, 0x34, 0xff, 0xff, 0xff, 0xfe, 0xde, 0xad, 0xbe, 0xef]

describe('RTP header', () => {
  it('is read in place, at any offset', () => {
    expect(read([...header(0x80, 0x88), 1, 2, 3])).toBe(true)
    expect([...fields]).toEqual([1, 8, 0x1234, -2, 0xdeadbeef | 0, 15, 3])
  })

  it('skips CSRC, extension and padding', () => {
    const csrc = [1, 1, 1, 1, 2, 2, 2, 2]
    const extension = [0xbe, 0xde, 0, 1, 9, 9, 9, 9]
    expect(read([...header(0xb2, 0), ...csrc, ...extension, 42, 43, 0, 2])).toBe(true)
    expect(fields[PAYLOAD_AT]).toBe(3 + 12 + 8 + 8)
    expect(fields[PAYLOAD_BYTES]).toBe(2)
  })

  it.each([
    ['a short datagram', header(0x80, 0).slice(0, 11)],
    ['another version', header(0x40, 0)],
    ['more CSRC than bytes', header(0x8f, 0)],
    ['an extension that is cut off', [...header(0x90, 0), 0, 0]],
    ['an extension longer than the datagram', [...header(0x90, 0), 0, 0, 0, 9, 1]],
    ['more padding than payload', [...header(0xa0, 0), 1, 9]],
    ['padding of zero', [...header(0xa0, 0), 1, 0]],
    ['nothing', []],
  ])('%s is refused', (_, bytes) => {
    expect(read(bytes)).toBe(false)
  })

  it('is read as it was written', () => {
    const view = new DataView(new ArrayBuffer(20))
    writeRtpHeader(view, 4, 101, 1, 65535, 0xfedcba98, 0x89abcdef)
    expect(readRtpHeader(view, 4, 12, fields)).toBe(true)
    expect(fields[MARKER]).toBe(1)
    expect(fields[PAYLOAD_TYPE]).toBe(101)
    expect(fields[SEQUENCE]).toBe(65535)
    expect((fields[TIMESTAMP] as number) >>> 0).toBe(0xfedcba98)
    expect((fields[SSRC] as number) >>> 0).toBe(0x89abcdef)
    expect(fields[PAYLOAD_BYTES]).toBe(0)
  })

  it('random bytes never point outside the datagram', () => {
    const seed = 20260101
    console.log(`seed ${seed}`)
    let state = seed
    const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24
    for (let round = 0; round < 20000; round++) {
      const bytes = Array.from({ length: next() % 64 }, next)
      if (bytes.length) bytes[0] = 0x80 | ((bytes[0] as number) & 0x3f)
      if (!read(bytes, 0)) continue
      expect(fields[PAYLOAD_BYTES]).toBeGreaterThanOrEqual(0)
      expect((fields[PAYLOAD_AT] as number) + (fields[PAYLOAD_BYTES] as number)).toBeLessThanOrEqual(bytes.length)
    }
  })
})

describe('RTCP on a muxed port', () => {
  it('is told from RTP by its second byte', () => {
    const view = new DataView(new Uint8Array([0x81, 200, 0, 1, 0, 0, 0, 0]).buffer)
    expect(looksLikeRtcp(view, 0, 8)).toBe(true)
    view.setUint8(1, 0x80)
    expect(looksLikeRtcp(view, 0, 8)).toBe(false)
    view.setUint8(1, 0x80 | 101)
    expect(looksLikeRtcp(view, 0, 8)).toBe(false)
  })
})
