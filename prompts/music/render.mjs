// Renders the music on hold into default.wav: plays score.mjs on instruments.mjs, adds a room, sets the level.
//   node prompts/music/render.mjs
// The piece is a circle: whatever sounds on after the last bar is laid over the first one, and the filters and the room
// are run round twice, so that they start in the state in which they end. The seam is then a place like any other.
import { join } from 'node:path'
import { gainOf, peakDb, RATE_HZ, rmsDb, writeWav } from '../wav.mjs'
import { bass, electricPiano, flute, guitar, reed, strings, vibraphone } from './instruments.mjs'
import { BEATS_PER_BAR, BEATS_PER_MINUTE, chords, lines, SLOWER, TRANSPOSE_SEMITONES } from './score.mjs'

const LEVEL_DB = -22
const PEAK_DB = -6
const BARS = 32
const ROOM_SHARE = 0.2
/** How much of a passage's difference in level, in dB, the fader takes away, and how slowly it moves. */
const FADER_SHARE = 0.4
const FADER_SECONDS = 0.6

const barStarts = [0]
for (let bar = 0; bar < BARS; bar++) {
  barStarts.push(barStarts[bar] + (BEATS_PER_BAR * 60 * (SLOWER[bar] ?? 1)) / BEATS_PER_MINUTE)
}
/** In whole frames of 20 ms, so that a player that takes frames meets the seam between two of them. */
const FRAME = RATE_HZ / 50
const total = Math.round((barStarts[BARS] * RATE_HZ) / FRAME) * FRAME

const random = generator(1147)
/** The hand is never exact: about 7 ms and 8 % (one sigma). */
const HAND = { seconds: 0.007, velocity: 0.08 }

const music = mixed()
const shaped = twice(music, telephoneFilter)
const room = twice(shaped, reverb)
const whole = levelled(evened(shaped.map((sample, i) => sample + ROOM_SHARE * room[i])))
writeWav(join(import.meta.dirname, 'default.wav'), whole)
console.log(`${(total / RATE_HZ).toFixed(2)} s, ${rmsDb(whole).toFixed(1)} dB, peak ${peakDb(whole).toFixed(1)} dB`)

function mixed() {
  const out = new Float64Array(total)
  const { vibraphone: melody, flute: song, reed: counter } = lines()
  for (const note of melody) play(out, { instrument: vibraphone, ...note, gain: 0.5, touch: melodyTouch(note) })
  for (const note of song) {
    const doubling = section(note.beat) === 3
    play(out, { instrument: flute, ...note, gain: doubling ? 0.13 : 0.3, touch: melodyTouch(note) })
  }
  for (const note of counter) play(out, { instrument: reed, ...note, gain: 0.16, touch: 1 })
  chords().forEach((chord, index) => accompany(out, { chord, index }))
  return out
}

/** The bass, the broken chords of the guitar, the soft chords of the piano, and strings that hold it together. */
function accompany(out, { chord, index }) {
  const { beat, beats, bass: low, hand } = chord
  const bridge = section(beat) === 2
  const touch = swell(beat)

  play(out, { instrument: bass, beat, beats: beats * 0.48, pitch: low, gain: 0.36, touch })
  if (beats === BEATS_PER_BAR) {
    const fifth = index % 2 === 1 && !bridge ? low + 7 : low
    const second = hand.some((pitch) => (pitch - fifth) % 12 === 0) ? fifth : low
    play(out, { instrument: bass, beat: beat + 2, beats: 1.4, pitch: second, gain: 0.3, touch })
    if (bridge) play(out, { instrument: bass, beat: beat + 3.5, beats: 0.45, pitch: low, gain: 0.2, touch })
  }

  const order = bridge ? [0, 1, 2, 3, 2, 3, 1, 2] : [0, 2, 1, 3, 2, 1, 3, 2]
  for (let eighth = 0; eighth < beats * 2; eighth++) {
    const pitch = hand[order[eighth]]
    const accent = eighth % 4 === 0 ? 1.1 : eighth % 2 === 0 ? 1 : 0.85
    play(out, { instrument: guitar, beat: beat + eighth / 2, beats: 1.2, pitch, gain: 0.4, touch: touch * accent })
  }

  const strokes = beats < BEATS_PER_BAR ? [[0, beats * 0.9, 1]] : bridge ? [[0, 1.9, 1], [2, 1.8, 0.8]] : [[0, 1.4, 1], [1.5, 2.2, 0.8]]
  for (const [late, length, weight] of strokes) {
    hand.forEach((pitch, finger) => {
      // The chord is rolled a little, upwards, and its top note leads.
      const roll = finger * 0.02
      const lead = finger === hand.length - 1 ? 1.15 : 1
      play(out, { instrument: electricPiano, beat: beat + late + roll, beats: length, pitch, gain: 0.19, touch: touch * weight * lead })
    })
  }

  for (const pitch of hand.slice(1)) play(out, { instrument: strings, beat, beats, pitch, gain: 0.08, touch: 1 })
}

/** Lays one note into the circle. */
function play(out, { instrument, beat, beats, pitch, gain, touch }) {
  const late = random() * HAND.seconds
  const velocity = Math.min(1.2, touch * (1 + random() * HAND.velocity))
  const start = Math.round((secondsAt(beat) + late) * RATE_HZ)
  const hz = 440 * 2 ** ((pitch + TRANSPOSE_SEMITONES - 69) / 12)
  const note = instrument({ hz, seconds: secondsAt(beat + beats) - secondsAt(beat), velocity })
  for (let i = 0; i < note.length; i++) out[(start + i + total) % total] += gain * note[i]
}

function secondsAt(beat) {
  const lap = Math.floor(beat / (BARS * BEATS_PER_BAR))
  const inLap = beat - lap * BARS * BEATS_PER_BAR
  const bar = Math.floor(inLap / BEATS_PER_BAR)
  const share = inLap / BEATS_PER_BAR - bar
  return lap * barStarts[BARS] + barStarts[bar] + share * (barStarts[bar + 1] - barStarts[bar])
}

/** Which of the four sections, from 0. */
function section(beat) {
  return Math.floor(beat / (8 * BEATS_PER_BAR)) % 4
}

/** Each phrase of four bars grows a little and gives way; the sections differ a little. */
function swell(beat) {
  const inPhrase = (beat % (4 * BEATS_PER_BAR)) / (4 * BEATS_PER_BAR)
  return [0.88, 0.94, 0.92, 1][section(beat)] * (0.94 + 0.1 * Math.sin(Math.PI * inPhrase))
}

/** High notes of a melody come out a little stronger, short ones a little lighter. */
function melodyTouch({ beat, beats, pitch }) {
  return swell(beat) * (1 + (pitch - 76) * 0.006) * (beats < 1 ? 0.9 : 1)
}

/** Runs a filter round the circle twice and keeps the second round. */
function twice(samples, makeFilter) {
  const filter = makeFilter()
  for (const sample of samples) filter(sample)
  return samples.map((sample) => filter(sample))
}

/** High-pass under the band and a gentle fall above it: what a line would cut anyway takes no part in the level. */
function telephoneFilter() {
  const low = biquad({ kind: 'highpass', hz: 190, q: 0.7 })
  const high = biquad({ kind: 'lowpass', hz: 4200, q: 0.6 })
  return (sample) => high(low(sample))
}

/** Second-order section after Robert Bristow-Johnson's Audio EQ Cookbook. */
function biquad({ kind, hz, q }) {
  const w = (2 * Math.PI * hz) / RATE_HZ
  const alpha = Math.sin(w) / (2 * q)
  const cos = Math.cos(w)
  const middle = kind === 'highpass' ? -(1 + cos) : 1 - cos
  const side = Math.abs(middle) / 2
  const a0 = 1 + alpha
  let x1 = 0
  let x2 = 0
  let y1 = 0
  let y2 = 0
  return (x) => {
    const y = (side * (x + x2) + middle * x1 + 2 * cos * y1 - (1 - alpha) * y2) / a0
    x2 = x1
    x1 = x
    y2 = y1
    y1 = y
    return y
  }
}

/** A small hall: eight delay lines fed back through a Householder matrix, their highs dying first. */
function reverb() {
  const lengths = [463, 557, 631, 743, 853, 947, 1061, 1187]
  const secondsToFall60 = 1.3
  const buffers = lengths.map((length) => new Float64Array(length))
  const gains = lengths.map((length) => 10 ** ((-3 * length) / RATE_HZ / secondsToFall60))
  const dull = new Float64Array(lengths.length)
  const outs = new Float64Array(lengths.length)
  let at = 0
  return (sample) => {
    let sum = 0
    for (let n = 0; n < lengths.length; n++) {
      dull[n] += 0.65 * (buffers[n][at % lengths[n]] - dull[n])
      outs[n] = dull[n] * gains[n]
      sum += outs[n]
    }
    let heard = 0
    for (let n = 0; n < lengths.length; n++) {
      buffers[n][at % lengths[n]] = sample + outs[n] - (2 / lengths.length) * sum
      heard += n % 2 === 0 ? outs[n] : -outs[n]
    }
    at++
    return heard
  }
}

/** Loud and soft passages brought nearer: by hand on the fader, slowly and seeing ahead, not by a compressor. */
function evened(samples) {
  const power = smoothed(smoothed(samples.map((sample) => sample * sample)))
  return samples.map((sample, i) => sample * power[i] ** (-FADER_SHARE / 2))
}

/** The mean over a window that is centred on each sample and goes round the circle. */
function smoothed(values) {
  const half = Math.round((FADER_SECONDS / 2) * RATE_HZ)
  const at = (i) => values[(i + total) % total]
  let sum = 0
  for (let i = -half; i <= half; i++) sum += at(i)
  return values.map((_, i) => {
    const mean = sum / (2 * half + 1)
    sum += at(i + half + 1) - at(i - half)
    return mean
  })
}

function levelled(samples) {
  const gain = gainOf(LEVEL_DB - rmsDb(samples))
  const out = samples.map((sample) => sample * gain)
  if (peakDb(out) > PEAK_DB) throw new Error(`the peak is ${peakDb(out).toFixed(1)} dB; it must stay under ${PEAK_DB} dB`)
  return out
}

/** Normally distributed numbers, always the same ones: a linear congruential generator summed (Irwin-Hall). */
function generator(seed) {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return () => {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += uniform()
    return sum
  }
}
