/**
 * The RTP header (RFC 3550 §5.1), read and written in place. Nothing is allocated: what was read stands in the caller's
 * `Int32Array` of RTP_FIELDS, valid until the next packet is read into it.
 *
 * ```
 *  0                   1                   2                   3
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |                             SSRC                              |
 * |                  CSRC, CC of them (skipped)                   |
 * |  extension: profile (16), length in words (16), (skipped)     |
 * ```
 */

export const RTP_HEADER_BYTES = 12
export const RTP_FIELDS = 7

/** Places in the array of fields. */
export const MARKER = 0
export const PAYLOAD_TYPE = 1
export const SEQUENCE = 2
/** As signed 32-bit number: only differences mean anything. */
export const TIMESTAMP = 3
/** As signed 32-bit number. */
export const SSRC = 4
/** Where the payload begins, counted like the `at` that was given. */
export const PAYLOAD_AT = 5
export const PAYLOAD_BYTES = 6

/** Reads the header of the datagram of `size` bytes at `at`. False when it is not RTP or its lengths contradict one another. */
export function readRtpHeader(bytes: DataView, at: number, size: number, fields: Int32Array): boolean {
  if (size < RTP_HEADER_BYTES) return false
  const first = bytes.getUint8(at)
  if (first >>> 6 !== 2) return false
  const second = bytes.getUint8(at + 1)
  let begin = RTP_HEADER_BYTES + ((first & 0x0f) << 2)
  if (first & 0x10) {
    if (size < begin + 4) return false
    begin += 4 + (bytes.getUint16(at + begin + 2) << 2)
  }
  let end = size
  if (first & 0x20) {
    const padding = bytes.getUint8(at + size - 1)
    if (padding === 0) return false
    end -= padding
  }
  if (begin > end) return false
  fields[MARKER] = second >>> 7
  fields[PAYLOAD_TYPE] = second & 0x7f
  fields[SEQUENCE] = bytes.getUint16(at + 2)
  fields[TIMESTAMP] = bytes.getInt32(at + 4)
  fields[SSRC] = bytes.getInt32(at + 8)
  fields[PAYLOAD_AT] = at + begin
  fields[PAYLOAD_BYTES] = end - begin
  return true
}

/** Whether a datagram on a muxed port is RTCP: its second byte is a packet type of 192..223 (RFC 5761 §4). */
export function looksLikeRtcp(bytes: DataView, at: number, size: number): boolean {
  if (size < 8 || bytes.getUint8(at) >>> 6 !== 2) return false
  const type = bytes.getUint8(at + 1)
  return type >= 192 && type <= 223
}

/** Writes a header without CSRC, extension and padding. `marker` is 0 or 1. */
export function writeRtpHeader(
  bytes: DataView,
  at: number,
  payloadType: number,
  marker: number,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  bytes.setUint8(at, 0x80)
  bytes.setUint8(at + 1, (marker << 7) | payloadType)
  bytes.setUint16(at + 2, sequence)
  bytes.setUint32(at + 4, timestamp)
  bytes.setUint32(at + 8, ssrc)
}
