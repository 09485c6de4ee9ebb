// Sample kernels over linear memory, 128 bits at a time (AssemblyScript -> WebAssembly SIMD).
//
// All pointers are byte offsets. Samples are 16-bit linear (`pcm`), sums are 32-bit, G.711 octets are 8-bit. Where a count
// is given it is in samples; any count works, the last few samples of an odd one are done singly.
// The G.711 arithmetic is ITU-T G.711's segment rule done lane by lane: a multiplication stands for the shift that differs
// from lane to lane (SIMD has only a common one), its factor picked by `swizzle` from a table of powers of two.

// 2^segment for u-law (segments 0..7).
const POWER: v128 = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0)
// 2^(segment-1) for A-law; segments 0 and 1 have the same step.
const POWER_A: v128 = i8x16(1, 1, 2, 4, 8, 16, 32, 64, 0, 0, 0, 0, 0, 0, 0, 0)
// 2^(7-segment): shifts a magnitude left so that its mantissa always stands at the same bits.
const INVERSE: v128 = i8x16(-128, 64, 32, 16, 8, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0)
// The same for A-law, whose segment 0 shares segment 1's step.
const INVERSE_A: v128 = i8x16(64, 64, 32, 16, 8, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0)

@inline function ulawToPcm(octets: v128, factor: v128): v128 {
  const magnitude = i16x8.sub(
    i16x8.mul(i16x8.add(i16x8.shl(v128.and(octets, i16x8.splat(15)), 3), i16x8.splat(132)), factor),
    i16x8.splat(132),
  )
  const sign = i16x8.shr_s(i16x8.shl(octets, 8), 15)
  return i16x8.sub(v128.xor(magnitude, sign), sign)
}

@inline function alawToPcm(octets: v128, factor: v128): v128 {
  // magnitude = ((mantissa << 4) + 8 + (segment > 0 ? 256 : 0)) << max(segment - 1, 0)
  const segment = v128.and(octets, i16x8.splat(0x70))
  const lift = v128.and(i16x8.gt_s(segment, i16x8.splat(0)), i16x8.splat(256))
  const step = i16x8.add(i16x8.add(i16x8.shl(v128.and(octets, i16x8.splat(15)), 4), i16x8.splat(8)), lift)
  const magnitude = i16x8.mul(step, factor)
  const negative = i16x8.eq(v128.and(octets, i16x8.splat(0x80)), i16x8.splat(0)) // a set sign bit means positive
  return i16x8.sub(v128.xor(magnitude, negative), negative)
}

@inline function segmentOf(magnitude: v128): v128 {
  let segment = i16x8.splat(0)
  segment = i16x8.sub(segment, i16x8.gt_s(magnitude, i16x8.splat(0x00ff)))
  segment = i16x8.sub(segment, i16x8.gt_s(magnitude, i16x8.splat(0x01ff)))
  segment = i16x8.sub(segment, i16x8.gt_s(magnitude, i16x8.splat(0x03ff)))
  segment = i16x8.sub(segment, i16x8.gt_s(magnitude, i16x8.splat(0x07ff)))
  segment = i16x8.sub(segment, i16x8.gt_s(magnitude, i16x8.splat(0x0fff)))
  segment = i16x8.sub(segment, i16x8.gt_s(magnitude, i16x8.splat(0x1fff)))
  return i16x8.sub(segment, i16x8.gt_s(magnitude, i16x8.splat(0x3fff)))
}

@inline function pcmToUlaw(pcm: v128): v128 {
  const sign = i16x8.shr_s(pcm, 15)
  // Negative samples are mirrored by one's complement, as ITU-T G.191 and the tables of g711.ts do.
  const magnitude = i16x8.add(i16x8.min_s(v128.xor(pcm, sign), i16x8.splat(32635)), i16x8.splat(132))
  const segment = segmentOf(magnitude)
  const factor = v128.and(i8x16.swizzle(INVERSE, v128.or(segment, i16x8.splat(0x7f00 as i16))), i16x8.splat(0xff))
  const mantissa = v128.and(i16x8.shr_u(i16x8.mul(magnitude, factor), 10), i16x8.splat(15))
  const octet = v128.or(v128.or(mantissa, i16x8.shl(segment, 4)), v128.and(sign, i16x8.splat(128)))
  return v128.and(v128.not(octet), i16x8.splat(255))
}

@inline function pcmToAlaw(pcm: v128): v128 {
  const sign = i16x8.shr_s(pcm, 15)
  const magnitude = v128.xor(pcm, sign) // -1 becomes 0: both are the smallest step
  const segment = segmentOf(magnitude)
  const factor = v128.and(i8x16.swizzle(INVERSE_A, v128.or(segment, i16x8.splat(0x7f00 as i16))), i16x8.splat(0xff))
  const mantissa = v128.and(i16x8.shr_u(i16x8.mul(magnitude, factor), 10), i16x8.splat(15))
  const positive = v128.and(v128.not(sign), i16x8.splat(128))
  const octet = v128.or(v128.or(mantissa, i16x8.shl(segment, 4)), positive)
  return v128.and(v128.xor(octet, i16x8.splat(0x55)), i16x8.splat(255))
}

@inline function ulawBlock(from: usize, to: usize): void {
  const octets = v128.not(v128.load(from))
  const factor = i8x16.swizzle(POWER, v128.and(i8x16.shr_u(octets, 4), i8x16.splat(7)))
  v128.store(to, ulawToPcm(i16x8.extend_low_i8x16_u(octets), i16x8.extend_low_i8x16_u(factor)))
  v128.store(to, ulawToPcm(i16x8.extend_high_i8x16_u(octets), i16x8.extend_high_i8x16_u(factor)), 16)
}

@inline function alawBlock(from: usize, to: usize): void {
  const octets = v128.xor(v128.load(from), i8x16.splat(0x55))
  const factor = i8x16.swizzle(POWER_A, v128.and(i8x16.shr_u(octets, 4), i8x16.splat(7)))
  v128.store(to, alawToPcm(i16x8.extend_low_i8x16_u(octets), i16x8.extend_low_i8x16_u(factor)))
  v128.store(to, alawToPcm(i16x8.extend_high_i8x16_u(octets), i16x8.extend_high_i8x16_u(factor)), 16)
}

// Scratch for the last, incomplete block of an odd count.
const rest = memory.data(64, 16)

export function decodeUlaw(from: usize, to: usize, count: i32): void {
  let i = 0
  for (; i + 16 <= count; i += 16) ulawBlock(from + i, to + (i << 1))
  if (i < count) {
    memory.copy(rest, from + i, count - i)
    ulawBlock(rest, rest + 16)
    memory.copy(to + (i << 1), rest + 16, (count - i) << 1)
  }
}

export function decodeAlaw(from: usize, to: usize, count: i32): void {
  let i = 0
  for (; i + 16 <= count; i += 16) alawBlock(from + i, to + (i << 1))
  if (i < count) {
    memory.copy(rest, from + i, count - i)
    alawBlock(rest, rest + 16)
    memory.copy(to + (i << 1), rest + 16, (count - i) << 1)
  }
}

// `count` is a multiple of 16 here and below: whole frames only.
export function encodeUlaw(from: usize, to: usize, count: i32): void {
  for (let i = 0; i < count; i += 16) {
    const at = from + (i << 1)
    v128.store(to + i, i8x16.narrow_i16x8_u(pcmToUlaw(v128.load(at)), pcmToUlaw(v128.load(at, 16))))
  }
}

export function encodeAlaw(from: usize, to: usize, count: i32): void {
  for (let i = 0; i < count; i += 16) {
    const at = from + (i << 1)
    v128.store(to + i, i8x16.narrow_i16x8_u(pcmToAlaw(v128.load(at)), pcmToAlaw(v128.load(at, 16))))
  }
}

/** Sum of the squares. */
export function energy(pcm: usize, count: i32): f64 {
  let total = i64x2.splat(0)
  for (let i = 0; i < count; i += 8) {
    const x = v128.load(pcm + (i << 1))
    const squares = i32x4.dot_i16x8_s(x, x) // as unsigned: two full-scale squares just fit
    total = i64x2.add(total, i64x2.add(i64x2.extend_low_i32x4_u(squares), i64x2.extend_high_i32x4_u(squares)))
  }
  return <f64>(i64x2.extract_lane(total, 0) + i64x2.extract_lane(total, 1))
}

/** sum = pcm, widened. */
export function setSum(sum: usize, pcm: usize, count: i32): void {
  for (let i = 0; i < count; i += 8) {
    const x = v128.load(pcm + (i << 1))
    const at = sum + (i << 2)
    v128.store(at, i32x4.extend_low_i16x8_s(x))
    v128.store(at, i32x4.extend_high_i16x8_s(x), 16)
  }
}

/** sum += pcm. */
export function addToSum(sum: usize, pcm: usize, count: i32): void {
  for (let i = 0; i < count; i += 8) {
    const x = v128.load(pcm + (i << 1))
    const at = sum + (i << 2)
    v128.store(at, i32x4.add(v128.load(at), i32x4.extend_low_i16x8_s(x)))
    v128.store(at, i32x4.add(v128.load(at, 16), i32x4.extend_high_i16x8_s(x)), 16)
  }
}

const KNEE: f32 = 24576
const ROOM: f32 = 8191 // what is left between the knee and full scale

// Below the knee a sum passes unchanged; above it approaches full scale without ever reaching a hard edge.
@inline function bend(sum: v128): v128 {
  const x = f32x4.convert_i32x4_s(sum)
  const absolute = f32x4.abs(x)
  const over = f32x4.max(f32x4.sub(absolute, f32x4.splat(KNEE)), f32x4.splat(0))
  const bent = f32x4.add(f32x4.splat(KNEE), f32x4.div(f32x4.mul(over, f32x4.splat(ROOM)), f32x4.add(over, f32x4.splat(ROOM))))
  const magnitude = i32x4.trunc_sat_f32x4_s(f32x4.min(absolute, bent))
  const sign = i32x4.shr_s(sum, 31)
  return i32x4.sub(v128.xor(magnitude, sign), sign)
}

@inline function limit(low: v128, high: v128): v128 {
  const loud = v128.or(i32x4.gt_s(i32x4.abs(low), i32x4.splat(24576)), i32x4.gt_s(i32x4.abs(high), i32x4.splat(24576)))
  if (v128.any_true(loud)) return i16x8.narrow_i32x4_s(bend(low), bend(high))
  return i16x8.narrow_i32x4_s(low, high)
}

/** pcm = limited(sum). */
export function limitSum(sum: usize, pcm: usize, count: i32): void {
  for (let i = 0; i < count; i += 8) {
    const at = sum + (i << 2)
    v128.store(pcm + (i << 1), limit(v128.load(at), v128.load(at, 16)))
  }
}

/** pcm = limited(sum - own): what everybody else says. */
export function limitOthers(sum: usize, own: usize, pcm: usize, count: i32): void {
  for (let i = 0; i < count; i += 8) {
    const at = sum + (i << 2)
    const x = v128.load(own + (i << 1))
    const low = i32x4.sub(v128.load(at), i32x4.extend_low_i16x8_s(x))
    const high = i32x4.sub(v128.load(at, 16), i32x4.extend_high_i16x8_s(x))
    v128.store(pcm + (i << 1), limit(low, high))
  }
}

export function copy(to: usize, from: usize, sizeBytes: i32): void {
  memory.copy(to, from, sizeBytes)
}

export function fill(to: usize, octet: i32, sizeBytes: i32): void {
  memory.fill(to, octet as u8, sizeBytes)
}
