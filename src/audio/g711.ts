/**
 * A-law and mu-law (ITU-T G.711): the two 8-bit codes of every telephone.
 *
 * Both laws round a sample to one of 8 segments of 16 steps on either side of zero; a step is twice as wide in each
 * further segment. Everything is done by table, so both laws cost the same and share one code path; the tables are
 * also what the mixing kernel is given. Negative samples are mirrored by one's complement, as ITU-T G.191 does.
 *
 * Functions here take their arguments one by one: an argument object per packet would be garbage on the hot path.
 */

/** A G.711 code as tables. Read only by agreement: typed arrays cannot be frozen. */
export type Law = {
  readonly name: 'PCMA' | 'PCMU'
  /** The byte that stands for no sound. */
  readonly silence: number
  /** 256 16-bit samples, by code. */
  readonly decode: Int16Array
  /** 16384 codes, by `(sample >> ENCODE_SHIFT) & ENCODE_MASK`: the laws do not see the bits below. */
  readonly encode: Uint8Array
}

export const ENCODE_SHIFT = 2
export const ENCODE_MASK = 0x3fff

/** Every other bit of an A-law code is inverted: silence must not look like a dead line. */
const A_INVERSION = 0x55

/** Shifts the segments' borders to powers of two; in the 16-bit scale. */
const MU_BIAS = 132

/** The largest magnitude that does not leave the last segment with the bias added. */
const MU_CLIP = 0x7fff - MU_BIAS

/** A-law, RTP payload type 8. */
export const PCMA: Law = buildLaw({ name: 'PCMA', silence: 0xd5, decodeOne: decodeA, encodeOne: encodeA })

/** mu-law, RTP payload type 0. */
export const PCMU: Law = buildLaw({ name: 'PCMU', silence: 0xff, decodeOne: decodeMu, encodeOne: encodeMu })

/** The code of one sample. */
export function encodeSample(law: Law, sample: number): number {
  // The mask keeps the index inside the table.
  return law.encode[(sample >> ENCODE_SHIFT) & ENCODE_MASK] as number
}

/** The 16-bit sample of one code. */
export function decodeSample(law: Law, code: number): number {
  return law.decode[code & 0xff] as number
}

/** Decodes `target.length` codes of `source` from `offset` on. The caller has checked that they are there. */
export function decodeG711(law: Law, source: Uint8Array, offset: number, target: Int16Array): void {
  const table = law.decode
  const length = target.length
  for (let i = 0; i < length; i++) target[i] = table[source[offset + i] as number] as number
}

/** Encodes all of `source` into `target` from `offset` on. The caller has checked that there is room. */
export function encodeG711(law: Law, source: Int16Array, target: Uint8Array, offset: number): void {
  const table = law.encode
  const length = source.length
  for (let i = 0; i < length; i++) {
    target[offset + i] = table[((source[i] as number) >> ENCODE_SHIFT) & ENCODE_MASK] as number
  }
}

type LawRules = {
  readonly name: Law['name']
  readonly silence: number
  readonly decodeOne: (code: number) => number
  readonly encodeOne: (sample: number) => number
}

function buildLaw({ name, silence, decodeOne, encodeOne }: LawRules): Law {
  const decode = new Int16Array(256)
  for (let code = 0; code < decode.length; code++) decode[code] = decodeOne(code)
  const encode = new Uint8Array(ENCODE_MASK + 1)
  for (let sample = -0x8000; sample < 0x8000; sample += 1 << ENCODE_SHIFT) {
    encode[(sample >> ENCODE_SHIFT) & ENCODE_MASK] = encodeOne(sample)
  }
  return { name, silence, decode, encode }
}

/** The code is `sign(1 = positive) segment(3) step(4)`, then inverted. */
function decodeA(code: number): number {
  const bits = code ^ A_INVERSION
  const segment = (bits >> 4) & 7
  const middle = ((bits & 0x0f) << 4) + 8
  const magnitude = segment === 0 ? middle : (middle + 0x100) << (segment - 1)
  return bits & 0x80 ? magnitude : -magnitude
}

function encodeA(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4
  // The first two segments are equally wide; from there on each is twice the one before.
  const segment = Math.max(0, 28 - Math.clz32(magnitude))
  const step = (segment === 0 ? magnitude : magnitude >> (segment - 1)) & 0x0f
  return ((sample < 0 ? 0 : 0x80) | (segment << 4) | step) ^ A_INVERSION
}

/** The code is `sign(1 = negative) segment(3) step(4)`, all bits inverted. */
function decodeMu(code: number): number {
  const bits = ~code & 0xff
  const magnitude = ((((bits & 0x0f) << 3) + MU_BIAS) << (bits >> 4 & 7)) - MU_BIAS
  // Adding zero turns the negative zero of code 0x7f into the plain one.
  return (bits & 0x80 ? -magnitude : magnitude) + 0
}

function encodeMu(sample: number): number {
  const biased = Math.min((sample < 0 ? ~sample : sample) & ~3, MU_CLIP) + MU_BIAS
  const segment = 24 - Math.clz32(biased)
  const step = (biased >> (segment + 3)) & 0x0f
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff
}
