import { describe, expect, it } from 'vitest'
import { decodeG711, decodeSample, encodeG711, encodeSample, PCMA, PCMU } from './g711.ts'

const LAWS = [PCMA, PCMU]

describe('G.711', () => {
  it.each([
    // Quantiser output values of G.711 tables 1a, 1b (13 bits, times 8) and 2a, 2b (14 bits, times 4).
    { law: PCMA, code: 0xd5, sample: 8 },
    { law: PCMA, code: 0x55, sample: -8 },
    { law: PCMA, code: 0xd4, sample: 24 },
    { law: PCMA, code: 0xaa, sample: 32256 },
    { law: PCMA, code: 0x2a, sample: -32256 },
    { law: PCMA, code: 0xc5, sample: 264 },
    { law: PCMA, code: 0xf5, sample: 528 },
    { law: PCMU, code: 0xff, sample: 0 },
    { law: PCMU, code: 0x7f, sample: 0 },
    { law: PCMU, code: 0xfe, sample: 8 },
    { law: PCMU, code: 0x7e, sample: -8 },
    { law: PCMU, code: 0xef, sample: 132 },
    { law: PCMU, code: 0x80, sample: 32124 },
    { law: PCMU, code: 0x00, sample: -32124 },
  ])('$law.name code $code is sample $sample', ({ law, code, sample }) => {
    expect(decodeSample(law, code)).toBe(sample)
  })

  it.each([
    { law: PCMA, sample: 0, code: 0xd5 },
    { law: PCMA, sample: -1, code: 0x55 },
    { law: PCMA, sample: 15, code: 0xd5 },
    { law: PCMA, sample: 16, code: 0xd4 },
    { law: PCMA, sample: 32767, code: 0xaa },
    { law: PCMA, sample: -32768, code: 0x2a },
    { law: PCMU, sample: 0, code: 0xff },
    { law: PCMU, sample: -1, code: 0x7f },
    { law: PCMU, sample: 3, code: 0xff },
    { law: PCMU, sample: 4, code: 0xfe },
    { law: PCMU, sample: 11, code: 0xfe },
    { law: PCMU, sample: 12, code: 0xfd },
    { law: PCMU, sample: 32767, code: 0x80 },
    { law: PCMU, sample: -32768, code: 0x00 },
  ])('$law.name sample $sample is code $code', ({ law, sample, code }) => {
    expect(encodeSample(law, sample)).toBe(code)
  })

  it.each(LAWS)('$name: every code survives decoding and encoding', (law) => {
    for (let code = 0; code < 256; code++) {
      const sample = decodeSample(law, code)
      const again = encodeSample(law, sample)
      // mu-law has two zeros; the negative one comes back as the positive one.
      expect(again).toBe(law === PCMU && code === 0x7f ? 0xff : code)
      expect(decodeSample(law, again)).toBe(sample)
    }
  })

  it.each(LAWS)('$name never falls while the sample rises, and is odd but for the border', (law) => {
    let before = -Infinity
    for (let sample = -0x8000; sample < 0x8000; sample++) {
      const heard = decodeSample(law, encodeSample(law, sample))
      expect(heard).toBeGreaterThanOrEqual(before)
      expect(heard).toBe(0 - decodeSample(law, encodeSample(law, ~sample)))
      before = heard
    }
  })

  it.each(LAWS)('$name is never further off than half a step of the segment', (law) => {
    for (let sample = -0x8000; sample < 0x8000; sample++) {
      const error = Math.abs(decodeSample(law, encodeSample(law, sample)) - sample)
      const magnitude = Math.abs(sample)
      expect(error).toBeLessThanOrEqual(magnitude > 32000 ? 650 : (magnitude + 132) / 32 + 4)
    }
  })

  it.each(LAWS)('$name says silence by the byte it names', (law) => {
    expect(encodeSample(law, 0)).toBe(law.silence)
    expect(Math.abs(decodeSample(law, law.silence))).toBeLessThanOrEqual(8)
  })

  it.each(LAWS)('$name over arrays does what it does over samples, at an offset and no further', (law) => {
    const samples = Int16Array.from({ length: 160 }, (_, i) => Math.round(30_000 * Math.sin(i / 7)))
    const bytes = new Uint8Array(12 + 160 + 4).fill(0xee)
    encodeG711(law, samples, bytes, 12)
    const heard = new Int16Array(160)
    decodeG711(law, bytes, 12, heard)
    for (let i = 0; i < 160; i++) {
      expect(bytes[12 + i]).toBe(encodeSample(law, samples[i] ?? 0))
      expect(heard[i]).toBe(decodeSample(law, bytes[12 + i] ?? 0))
    }
    expect([...bytes.subarray(0, 12), ...bytes.subarray(172)].every((byte) => byte === 0xee)).toBe(true)
  })
})
