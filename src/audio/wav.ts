/**
 * WAV files (RIFF, little-endian): prompts and music read, recordings written.
 *
 * ```
 * "RIFF" size "WAVE"
 *   "fmt " size  format(2) channels(2) rate(4) byteRate(4) blockAlign(2) bits(2) [extension: size(2) ... sub-format GUID(16)]
 *   "data" size  samples, channels interleaved
 * ```
 * Read: 16-bit PCM, A-law and mu-law, one or two channels, plain or by the extensible header; other chunks are passed over.
 * Left out: other widths, floats, more channels, RF64.
 */
import { Invalid } from '../base/errors.ts'
import { decodeSample, PCMA, PCMU } from './g711.ts'

const FORMAT_PCM = 1
const FORMAT_ALAW = 6
const FORMAT_ULAW = 7
const FORMAT_EXTENSIBLE = 0xfffe

/** The tail of every sub-format GUID that stands for a plain format number, behind its first two bytes. */
const SUB_FORMAT_TAIL = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]

const RIFF_BYTES = 12
const CHUNK_BYTES = 8
const FMT_BYTES = 16
const EXTENSIBLE_BYTES = 40
const SUB_FORMAT_AT = 24
const RATE_MIN_HZ = 1000
const RATE_MAX_HZ = 384_000

/** Written by programs that stream: the data goes on to the end of the file. */
const SIZE_UNKNOWN = 0xffffffff

/** What `wavHeader` writes. */
export const WAV_HEADER_BYTES = RIFF_BYTES + CHUNK_BYTES + FMT_BYTES + CHUNK_BYTES

export type Wav = {
  readonly rateHz: number
  /** One or two, equally long; 16-bit samples. */
  readonly channels: readonly Int16Array[]
}

type Format = { readonly code: number; readonly channels: number; readonly rateHz: number; readonly sampleBytes: number }

/**
 * Reads a file. The samples are a copy.
 * @throws Invalid when it is no WAV file, is damaged, or is of a kind that is not read
 */
export function parseWav(file: Uint8Array): Wav {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < RIFF_BYTES || tagAt(view, 0) !== 'RIFF' || tagAt(view, 8) !== 'WAVE') {
    throw invalid('expected a RIFF/WAVE header')
  }
  let format: Format | null = null
  for (let at = RIFF_BYTES; at + CHUNK_BYTES <= file.length; ) {
    const tag = tagAt(view, at)
    const told = view.getUint32(at + 4, true)
    const start = at + CHUNK_BYTES
    const left = file.length - start
    const size = tag === 'data' && told === SIZE_UNKNOWN ? left : told
    if (size > left) throw invalid(`chunk "${tag}" claims ${told} bytes where ${left} are left`)
    const chunk = new DataView(file.buffer, file.byteOffset + start, size)
    if (tag === 'fmt ') format = readFormat(chunk)
    if (tag === 'data') {
      if (!format) throw invalid('the data stand before their format')
      return { rateHz: format.rateHz, channels: readSamples(chunk, format) }
    }
    // Chunks begin at even places.
    at = start + size + (size & 1)
  }
  throw invalid(format ? 'there is no data chunk' : 'there is no fmt chunk')
}

/** One channel: the only one, or the mean of both. */
export function toMono({ channels }: Wav): Int16Array {
  const [left = new Int16Array(0), right] = channels
  if (!right) return left
  return left.map((sample, i) => (sample + (right[i] ?? 0)) >> 1)
}

/** A whole file of 16-bit PCM. All channels must be as long as the first. */
export function writeWav({ rateHz, channels }: Wav): Uint8Array {
  const length = channels[0]?.length ?? 0
  const dataBytes = length * channels.length * 2
  const file = new Uint8Array(WAV_HEADER_BYTES + dataBytes)
  file.set(wavHeader({ rateHz, channelCount: channels.length, dataBytes }))
  const view = new DataView(file.buffer)
  let at = WAV_HEADER_BYTES
  for (let i = 0; i < length; i++) {
    for (const channel of channels) {
      view.setInt16(at, channel[i] ?? 0, true)
      at += 2
    }
  }
  return file
}

export type WavShape = { readonly rateHz: number; readonly channelCount: number; readonly dataBytes: number }

/** The header of a file of 16-bit PCM, written again when a recording ends and its length is known. */
export function wavHeader({ rateHz, channelCount, dataBytes }: WavShape): Uint8Array {
  const header = new Uint8Array(WAV_HEADER_BYTES)
  const view = new DataView(header.buffer)
  writeTag(header, 0, 'RIFF')
  view.setUint32(4, WAV_HEADER_BYTES - CHUNK_BYTES + dataBytes, true)
  writeTag(header, 8, 'WAVE')
  writeTag(header, 12, 'fmt ')
  view.setUint32(16, FMT_BYTES, true)
  view.setUint16(20, FORMAT_PCM, true)
  view.setUint16(22, channelCount, true)
  view.setUint32(24, rateHz, true)
  view.setUint32(28, rateHz * channelCount * 2, true)
  view.setUint16(32, channelCount * 2, true)
  view.setUint16(34, 16, true)
  writeTag(header, 36, 'data')
  view.setUint32(40, dataBytes, true)
  return header
}

function readFormat(chunk: DataView): Format {
  if (chunk.byteLength < FMT_BYTES) throw invalid(`expected a fmt chunk of ${FMT_BYTES} bytes or more, got ${chunk.byteLength}`)
  const code = readFormatCode(chunk)
  const channels = chunk.getUint16(2, true)
  const rateHz = chunk.getUint32(4, true)
  const blockAlign = chunk.getUint16(12, true)
  const bits = chunk.getUint16(14, true)
  const expectedBits = code === FORMAT_PCM ? 16 : 8
  if (code !== FORMAT_PCM && code !== FORMAT_ALAW && code !== FORMAT_ULAW) {
    throw invalid(`expected 16-bit PCM, A-law or mu-law, got format ${code}`)
  }
  if (bits !== expectedBits) throw invalid(`expected ${expectedBits} bits a sample, got ${bits}`)
  if (channels !== 1 && channels !== 2) throw invalid(`expected one or two channels, got ${channels}`)
  if (rateHz < RATE_MIN_HZ || rateHz > RATE_MAX_HZ) throw invalid(`expected ${RATE_MIN_HZ} to ${RATE_MAX_HZ} Hz, got ${rateHz}`)
  const sampleBytes = bits / 8
  const frameBytes = channels * sampleBytes
  if (blockAlign !== frameBytes) throw invalid(`expected blocks of ${frameBytes} bytes, got ${blockAlign}`)
  return { code, channels, rateHz, sampleBytes }
}

function readFormatCode(chunk: DataView): number {
  const code = chunk.getUint16(0, true)
  if (code !== FORMAT_EXTENSIBLE) return code
  if (chunk.byteLength < EXTENSIBLE_BYTES) throw invalid(`expected an extensible header of ${EXTENSIBLE_BYTES} bytes`)
  if (SUB_FORMAT_TAIL.some((byte, i) => chunk.getUint8(SUB_FORMAT_AT + 2 + i) !== byte)) throw invalid('unknown sub-format')
  return chunk.getUint16(SUB_FORMAT_AT, true)
}

function readSamples(data: DataView, { code, channels, sampleBytes }: Format): Int16Array[] {
  const frameBytes = channels * sampleBytes
  // A last frame that was cut off is left away.
  const length = Math.floor(data.byteLength / frameBytes)
  const law = code === FORMAT_ALAW ? PCMA : PCMU
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Int16Array(length)
    for (let i = 0; i < length; i++) {
      const at = i * frameBytes + channel * sampleBytes
      samples[i] = code === FORMAT_PCM ? data.getInt16(at, true) : decodeSample(law, data.getUint8(at))
    }
    return samples
  })
}

function tagAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
}

function writeTag(target: Uint8Array, at: number, tag: string): void {
  for (let i = 0; i < tag.length; i++) target[at + i] = tag.charCodeAt(i)
}

function invalid(why: string): Invalid {
  return new Invalid(`WAV file: ${why}`, { code: 'bad-wav' })
}
