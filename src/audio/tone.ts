/** Tones made at load time: progress tones of the line, the keys' tone pairs, the little signals of a room. */

/** The row and column frequencies of the keys (ITU-T Q.23). */
export const DTMF_ROWS_HZ = [697, 770, 852, 941] as const
export const DTMF_COLUMNS_HZ = [1209, 1336, 1477, 1633] as const

const KEYPAD = '123A456B789C*0#D'

/** Of each sine where nothing else is said. */
const LEVEL_DBOV = -18

/** Beginnings and ends are rounded, or they click. */
const EDGE_MS = 5

export type Note = {
  /** Sounded together; none: silence. */
  readonly frequenciesHz: readonly number[]
  readonly durationMs: number
  /** RMS of each frequency below full scale; negative. */
  readonly levelDbov?: number
  /** Dies away towards its end, as a struck bell does. */
  readonly struck?: boolean
  /** Begins and ends at full loudness: for one that is played in a circle. */
  readonly endless?: boolean
}

/** A cadence: notes and silences, played once or in a circle. */
export type Tone = readonly Note[]

const PROGRESS_HZ = [425]

/** Progress tones as most of Europe and Russia know them (ITU-T E.180); each may be played in a circle. */
export const DIAL: Tone = [{ frequenciesHz: PROGRESS_HZ, durationMs: 1000, endless: true }]
export const RINGBACK: Tone = [
  { frequenciesHz: PROGRESS_HZ, durationMs: 1000 },
  { frequenciesHz: [], durationMs: 4000 },
]
export const BUSY: Tone = [
  { frequenciesHz: PROGRESS_HZ, durationMs: 350 },
  { frequenciesHz: [], durationMs: 350 },
]

const LOW_HZ = [587, 1174]
const HIGH_HZ = [880, 1760]

/** Somebody came: two notes, rising. */
export const JOIN: Tone = [
  { frequenciesHz: LOW_HZ, durationMs: 90, levelDbov: -26 },
  { frequenciesHz: HIGH_HZ, durationMs: 160, levelDbov: -26, struck: true },
]

/** Somebody left: the same two, falling. */
export const LEAVE: Tone = [
  { frequenciesHz: HIGH_HZ, durationMs: 90, levelDbov: -26 },
  { frequenciesHz: LOW_HZ, durationMs: 160, levelDbov: -26, struck: true },
]

/** The tone pair of a key; null when there is no such key. */
export function dtmfTone(key: string, { durationMs = 100, pauseMs = 100 } = {}): Tone | null {
  const at = key.length === 1 ? KEYPAD.indexOf(key) : -1
  const row = DTMF_ROWS_HZ[at >> 2]
  const column = DTMF_COLUMNS_HZ[at & 3]
  if (at < 0 || row === undefined || column === undefined) return null
  return [{ frequenciesHz: [row, column], durationMs }, { frequenciesHz: [], durationMs: pauseMs }]
}

/** Samples of a tone at `rateHz`. */
export function renderTone(tone: Tone, rateHz: number): Int16Array {
  const lengths = tone.map((note) => Math.round((note.durationMs * rateHz) / 1000))
  const out = new Int16Array(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const [i, note] of tone.entries()) {
    const length = lengths[i] ?? 0
    renderNote(out.subarray(at, at + length), note, rateHz)
    at += length
  }
  return out
}

function renderNote(out: Int16Array, note: Note, rateHz: number): void {
  const amplitude = 32767 * Math.SQRT2 * 10 ** ((note.levelDbov ?? LEVEL_DBOV) / 20)
  const edge = note.endless ? 0 : Math.min(out.length / 2, (EDGE_MS * rateHz) / 1000)
  for (let i = 0; i < out.length; i++) {
    let sum = 0
    for (const frequencyHz of note.frequenciesHz) sum += Math.sin((2 * Math.PI * frequencyHz * i) / rateHz)
    const gain = edgeGain(Math.min(i, out.length - 1 - i), edge) * (note.struck ? struckGain(i / out.length) : 1)
    out[i] = Math.max(-32768, Math.min(32767, Math.round(amplitude * sum * gain)))
  }
}

/** Half a cosine over the edge. */
function edgeGain(distance: number, edge: number): number {
  return distance >= edge ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * distance) / edge)
}

/** About 20 dB over the note. */
function struckGain(part: number): number {
  return Math.exp(-2.3 * part)
}
