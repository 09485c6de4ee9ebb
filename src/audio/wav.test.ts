import { describe, expect, it } from 'vitest'
import { Invalid } from '../base/errors.ts'
import { parseWav, toMono, WAV_HEADER_BYTES, wavHeader, writeWav } from './wav.ts'

type Fmt = { code?: number; channels?: number; rateHz?: number; bits?: number; blockAlign?: number; extra?: number[] }

const tag = (text: string): number[] => [...text].map((char) => char.charCodeAt(0))
const u16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff]
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)]
const chunk = (name: string, body: readonly number[], told = body.length): number[] => [...tag(name), ...u32(told), ...body]

function fmt({ code = 1, channels = 1, rateHz = 8000, bits = 16, blockAlign, extra = [] }: Fmt = {}): number[] {
  const align = blockAlign ?? (channels * bits) / 8
  const rates = [...u32(rateHz), ...u32(rateHz * align)]
  return chunk('fmt ', [...u16(code), ...u16(channels), ...rates, ...u16(align), ...u16(bits), ...extra])
}

const riff = (...parts: readonly number[][]): Uint8Array =>
  Uint8Array.from([...tag('RIFF'), ...u32(4 + parts.flat().length), ...tag('WAVE'), ...parts.flat()])

const extensible = (code: number, tail = '000000001000800000aa00389b71'): number[] => [
  ...u16(22), ...u16(16), ...u32(0), ...u16(code), ...(tail.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)),
]

const DATA = chunk('data', [...u16(1), ...u16(0xfffe), ...u16(0x7fff), ...u16(0x8000)])
const SAMPLES = [1, -2, 32767, -32768]

describe('reading WAV', () => {
  it.each([
    { name: 'plain PCM', file: riff(fmt(), DATA), channels: [SAMPLES] },
    { name: 'two channels', file: riff(fmt({ channels: 2 }), DATA), channels: [[1, 32767], [-2, -32768]] },
    { name: 'A-law', file: riff(fmt({ code: 6, bits: 8 }), chunk('data', [0xd5, 0xaa])), channels: [[8, 32256]] },
    { name: 'mu-law', file: riff(fmt({ code: 7, bits: 8, extra: [0, 0] }), chunk('data', [0xff, 0x80])), channels: [[0, 32124]] },
    { name: 'extensible', file: riff(fmt({ code: 0xfffe, extra: extensible(1) }), DATA), channels: [SAMPLES] },
    {
      name: 'other chunks, odd ones too', file: riff(chunk('LIST', [1, 2, 3]), [0], fmt(), chunk('fact', u32(4)), DATA),
      channels: [SAMPLES],
    },
    { name: 'what follows the data', file: riff(fmt(), DATA, chunk('id3 ', [1, 2, 3])), channels: [SAMPLES] },
    { name: 'a streamed file', file: riff(fmt(), [...tag('data'), ...u32(0xffffffff), ...DATA.slice(8)]), channels: [SAMPLES] },
    { name: 'a last sample cut off', file: riff(fmt(), chunk('data', [1, 0, 9])), channels: [[1]] },
    { name: 'no samples', file: riff(fmt(), chunk('data', [])), channels: [[]] },
  ])('$name', ({ file, channels }) => {
    const wav = parseWav(file)
    expect(wav.rateHz).toBe(8000)
    expect(wav.channels.map((channel) => [...channel])).toEqual(channels)
  })

  it.each([
    { name: 'nothing', file: new Uint8Array(0) },
    { name: 'something else', file: Uint8Array.from(tag('RIFFxxxxAVI fmt ')) },
    { name: 'no chunks', file: riff() },
    { name: 'no data', file: riff(fmt()) },
    { name: 'no format', file: riff(DATA) },
    { name: 'a short format', file: riff(chunk('fmt ', u16(1)), DATA) },
    { name: 'data longer than the file', file: riff(fmt(), chunk('data', [1, 0], 4)) },
    { name: 'a chunk longer than any file', file: riff(chunk('LIST', [], 0xfffffff0), fmt(), DATA) },
    { name: 'a streamed chunk that is not data', file: riff(chunk('LIST', [], 0xffffffff), fmt(), DATA) },
    { name: 'ADPCM', file: riff(fmt({ code: 2, bits: 4, blockAlign: 1 }), DATA) },
    { name: '24 bits', file: riff(fmt({ bits: 24 }), DATA) },
    { name: '16-bit A-law', file: riff(fmt({ code: 6 }), DATA) },
    { name: 'no channel', file: riff(fmt({ channels: 0 }), DATA) },
    { name: 'six channels', file: riff(fmt({ channels: 6 }), DATA) },
    { name: 'no rate', file: riff(fmt({ rateHz: 0 }), DATA) },
    { name: 'an absurd rate', file: riff(fmt({ rateHz: 4e9 }), DATA) },
    { name: 'blocks of no size', file: riff(fmt({ blockAlign: 0 }), DATA) },
    { name: 'an extensible header cut short', file: riff(fmt({ code: 0xfffe }), DATA) },
    { name: 'an unknown sub-format', file: riff(fmt({ code: 0xfffe, extra: extensible(1, 'ff'.repeat(14)) }), DATA) },
    { name: 'a sub-format within itself', file: riff(fmt({ code: 0xfffe, extra: extensible(0xfffe) }), DATA) },
  ])('$name is invalid', ({ file }) => {
    expect(() => parseWav(file)).toThrow(Invalid)
  })

  it('damage is invalid or read, and nothing else', () => {
    const seed = Date.now() & 0xffffff
    let random = seed
    const next = (): number => (random = (Math.imul(random, 1664525) + 1013904223) >>> 0) >>> 8
    const clean = riff(chunk('LIST', [1, 2]), fmt({ code: 0xfffe, extra: extensible(1) }), DATA)
    for (let round = 0; round < 20_000; round++) {
      const file = clean.slice(0, next() % 2 ? clean.length : next() % clean.length)
      for (let i = next() % 4; i > 0 && file.length > 0; i--) file[next() % file.length] = next()
      try {
        expect(parseWav(file).channels.length).toBeLessThanOrEqual(2)
      } catch (error) {
        expect(error, `seed ${seed}`).toBeInstanceOf(Invalid)
      }
    }
  })

  it('a file in the middle of a buffer is read from its own beginning', () => {
    const file = riff(fmt(), DATA)
    const buffer = new Uint8Array(file.length + 9)
    buffer.set(file, 5)
    expect([...(parseWav(buffer.subarray(5, 5 + file.length)).channels[0] ?? [])]).toEqual(SAMPLES)
  })

  it('two channels become one by their mean', () => {
    const mono = toMono({ rateHz: 8000, channels: [Int16Array.of(32767, -32768, 5), Int16Array.of(32767, -32768, -5)] })
    expect([...mono]).toEqual([32767, -32768, 0])
    expect([...toMono({ rateHz: 8000, channels: [Int16Array.of(7)] })]).toEqual([7])
  })
})

describe('writing WAV', () => {
  it.each([{ count: 1 }, { count: 2 }])('with $count channels is read back', ({ count }) => {
    const channels = Array.from({ length: count }, (_, c) => Int16Array.from(SAMPLES, (sample) => sample ^ c))
    expect(parseWav(writeWav({ rateHz: 16_000, channels }))).toEqual({ rateHz: 16_000, channels })
  })

  it('puts every byte of the header where others look for it', () => {
    expect([...wavHeader({ rateHz: 8000, channelCount: 2, dataBytes: 400 })]).toEqual([
      ...tag('RIFF'), ...u32(436), ...tag('WAVE'), ...fmt({ channels: 2 }), ...tag('data'), ...u32(400),
    ])
    expect(WAV_HEADER_BYTES).toBe(44)
  })
})
