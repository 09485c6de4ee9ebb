// Reading, writing and measuring the WAV files of this folder: one channel, 16-bit PCM, and nothing else.
// Samples are a Float64Array in -1..1; levels are dBFS, where a full-scale square wave is 0.
import { readFileSync, writeFileSync } from 'node:fs'

/** The rate of every file here: twice the telephone's, so that a wideband line gains by it. */
export const RATE_HZ = 16000

const HEADER_BYTES = 44
const FULL_SCALE = 32768
const SILENCE_DB = -120
const FRAME_SECONDS = 0.02
/** A frame this far below the mean of the speech is a pause (the margin of ITU-T P.56). */
const PAUSE_MARGIN_DB = 15.9

/** Writes the 44-byte RIFF header and the samples, rounded, without dither. */
export function writeWav(path, samples) {
  const file = Buffer.alloc(HEADER_BYTES + samples.length * 2)
  file.write('RIFF', 0)
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(RATE_HZ, 24)
  file.writeUInt32LE(RATE_HZ * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples.length * 2, 40)
  for (let i = 0; i < samples.length; i++) {
    const value = Math.round(samples[i] * FULL_SCALE)
    file.writeInt16LE(Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, value)), HEADER_BYTES + i * 2)
  }
  writeFileSync(path, file)
}

/** Reads back what writeWav wrote; not a general WAV reader. */
export function readWav(path) {
  const file = readFileSync(path)
  const samples = new Float64Array((file.length - HEADER_BYTES) / 2)
  for (let i = 0; i < samples.length; i++) samples[i] = file.readInt16LE(HEADER_BYTES + i * 2) / FULL_SCALE
  return samples
}

export const gainOf = (db) => 10 ** (db / 20)

export function peakDb(samples) {
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  return peak > 0 ? 20 * Math.log10(peak) : SILENCE_DB
}

const powerDb = (power) => (power > 0 ? 10 * Math.log10(power) : SILENCE_DB)

export function rmsDb(samples) {
  let power = 0
  for (const sample of samples) power += sample * sample
  return powerDb(power / samples.length)
}

/** RMS over the frames that hold speech, pauses left out, so that a long pause does not make a prompt louder. */
export function speechDb(samples) {
  const size = RATE_HZ * FRAME_SECONDS
  const powers = []
  for (let at = 0; at + size <= samples.length; at += size) {
    let power = 0
    for (let i = at; i < at + size; i++) power += samples[i] * samples[i]
    powers.push(power / size)
  }
  let active = powers
  for (;;) {
    const mean = active.reduce((sum, power) => sum + power, 0) / active.length
    const kept = active.filter((power) => power >= mean * 10 ** (-PAUSE_MARGIN_DB / 10))
    if (kept.length === active.length) return powerDb(mean)
    active = kept
  }
}
