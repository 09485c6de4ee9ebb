/**
 * Numbers that wrap: RTP sequence numbers (16 bits) and timestamps (32 bits).
 *
 * Which of two is later is decided by the shorter way round the circle (RFC 3550 §A.1 does it by unsigned subtraction).
 */

/** How far `to` is after `from`: -32768..32767, negative when `to` is the earlier one. */
export function sequenceDelta(from: number, to: number): number {
  return ((to - from) << 16) >> 16
}

/** The sequence number `steps` later (negative: earlier). */
export function sequenceAfter(sequence: number, steps: number): number {
  return (sequence + steps) & 0xffff
}

/** How far timestamp `to` is after `from`: -2^31..2^31-1, negative when `to` is the earlier one. */
export function timestampDelta(from: number, to: number): number {
  return (to - from) | 0
}

/** The timestamp `ticks` later (negative: earlier). */
export function timestampAfter(timestamp: number, ticks: number): number {
  return (timestamp + ticks) >>> 0
}

/**
 * The whole number that `sequence` is the low 16 bits of and that lies nearest to `extended`: a count that does not
 * wrap (RFC 3550 §A.1's cycles plus sequence). May be below `extended`, for a late packet.
 */
export function extendSequence(extended: number, sequence: number): number {
  return extended + sequenceDelta(extended & 0xffff, sequence)
}
