/** WAV files (16-bit PCM, mono) for real phones to play, and those that they have recorded. */

const rateHz = 8000

/** A tone of 8000 Hz PCM, `seconds` long. */
export function toneWav(
  frequencyHz: number,
  { seconds, amplitude }: { readonly seconds: number; readonly amplitude: number },
): Uint8Array {
  const count = rateHz * seconds
  const bytes = Buffer.alloc(44 + count * 2)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(36 + count * 2, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(rateHz, 24)
  bytes.writeUInt32LE(rateHz * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(count * 2, 40)
  for (let i = 0; i < count; i++)
    bytes.writeInt16LE(Math.round(amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz)), 44 + i * 2)
  return bytes
}

/**
 * The samples of a mono recording at 8000 Hz; its length fields may be unset, as in a file that is still being written.
 * @throws Error when it is something else.
 */
export function wavSamples(file: Uint8Array): Int16Array {
  const bytes = Buffer.from(file)
  if (bytes.toString('latin1', 0, 4) !== 'RIFF') throw new Error('no RIFF file')
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4)
    const length = bytes.readUInt32LE(at + 4)
    if (name === 'fmt ') {
      const format = {
        channels: bytes.readUInt16LE(at + 10),
        rateHz: bytes.readUInt32LE(at + 12),
        bits: bytes.readUInt16LE(at + 22),
      }
      if (format.channels !== 1 || format.rateHz !== rateHz || format.bits !== 16)
        throw new Error(`a recording of ${JSON.stringify(format)}`)
    }
    if (name === 'data') {
      const end = length === 0 ? bytes.length : Math.min(at + 8 + length, bytes.length)
      const samples = new Int16Array((end - at - 8) >> 1)
      for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(at + 8 + i * 2)
      return samples
    }
    at += 8 + length + (length & 1)
  }
  throw new Error('no data in the recording')
}
