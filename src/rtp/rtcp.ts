/**
 * Reports about RTP (RTCP, RFC 3550 §6): writing what we send, reading what comes, the times between.
 *
 * A compound packet, as we send it: SR or RR, then SDES with the CNAME, then BYE at the end of a call.
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---+-+---------+---------------+-------------------------------+
 * |V=2|P|  count  |  type 200-203 |  length in words, minus one   |  of every packet
 * +---+-+---------+---------------+-------------------------------+
 * |                       SSRC of the sender                      |  SR (200), RR (201)
 * +---------------------------------------------------------------+
 * |        NTP time: seconds since 1900, then the fraction        |  SR alone: 5 words
 * |                  the same moment as RTP timestamp             |
 * |              packets sent, then octets of payload             |
 * +---------------------------------------------------------------+
 * |                   SSRC that the block is about                |  report blocks: 6 words each
 * | fraction lost |        packets lost, signed 24 bits           |
 * |            highest sequence, wraps in the upper half          |
 * |                    jitter, timestamp units                    |
 * |         middle of the NTP time of its last SR (LSR)           |
 * |            time since that, 1/65536 s (DLSR)                  |
 * +---------------------------------------------------------------+
 * |       SSRC      | 1 | length | CNAME ... | 0 to a whole word  |  SDES (202)
 * +---------------------------------------------------------------+
 * |                             SSRC                              |  BYE (203)
 * +---------------------------------------------------------------+
 * ```
 * Left out: the other SDES items, APP, feedback, reasons of a BYE, and the timer reconsideration of large groups (§6.3.6):
 * a call has two members.
 */

export const RTCP_SENDER_REPORT = 200
export const RTCP_RECEIVER_REPORT = 201
const SOURCE_DESCRIPTION = 202
const GOODBYE = 203

const HEADER_BYTES = 8
const SENDER_BYTES = 20
const BLOCK_BYTES = 24
const SDES_CNAME = 1
const CNAME_MAX = 255

/** The most that `writeRtcp` writes. */
export const RTCP_BYTES_MAX = 328

/** What a receiver says of one source. */
export type ReportBlock = {
  readonly ssrc: number
  /** Since the report before, in 1/256. */
  readonly fractionLost: number
  /** Since the beginning; negative when packets came more than once. */
  readonly lost: number
  /** Upper 16 bits: how often it wrapped. */
  readonly highestSequence: number
  /** Timestamp units. */
  readonly jitter: number
  /** Middle 32 bits of the NTP time of the last sender report; 0: none came. */
  readonly lastSenderReport: number
  /** Since that came, 1/65536 s. */
  readonly sinceSenderReport: number
}

/** What a sender says of itself. */
export type SenderReport = {
  /** NTP seconds and fraction. */
  readonly ntpHigh: number
  readonly ntpLow: number
  /** The RTP timestamp of that moment. */
  readonly timestamp: number
  readonly packets: number
  /** Payload octets. */
  readonly octets: number
}

export type Report = {
  readonly ssrc: number
  /** Null: nothing was sent since the last two reports, a receiver report is written. */
  readonly sender: SenderReport | null
  readonly block: ReportBlock | null
  /** At most 255 bytes of UTF-8; the same for the life of the SSRC, and not the name of a person (RFC 7022). */
  readonly cname: string
  /** Says that the source ends. */
  readonly bye: boolean
}

/** What a compound packet said. */
export type Reports = {
  readonly ssrc: number
  readonly sender: SenderReport | null
  readonly blocks: readonly ReportBlock[]
  readonly cname: string | null
  /** SSRCs that end. */
  readonly byes: readonly number[]
}

/** Writes a compound packet at `offset`. @returns its length in bytes, at most RTCP_BYTES_MAX */
export function writeRtcp(target: DataView, offset: number, report: Report): number {
  let at = offset
  at = report.sender ? writeSender(target, at, report) : writeHeader(target, at, { type: RTCP_RECEIVER_REPORT, report })
  if (report.block) at = writeBlock(target, at, report.block)
  closePacket(target, offset, { end: at, count: report.block ? 1 : 0 })
  at = writeSourceDescription(target, at, report)
  if (report.bye) {
    const start = at
    at = writeHeader(target, at, { type: GOODBYE, report })
    closePacket(target, start, { end: at, count: 1 })
  }
  return at - offset
}

/**
 * Reads a compound packet (§6.1, §A.2). Unknown packet types in it are passed over.
 * @returns null unless every length and version in it is right and it begins with a report
 */
export function readRtcp(source: DataView, offset: number, lengthBytes: number): Reports | null {
  const end = offset + lengthBytes
  if (senderSsrc(source, offset, lengthBytes) < 0) return null
  const blocks: ReportBlock[] = []
  const byes: number[] = []
  let sender: SenderReport | null = null
  let cname: string | null = null
  for (let at = offset; at < end; ) {
    const bits = source.getUint8(at)
    const next = at + 4 * (source.getUint16(at + 2) + 1)
    const padded = (bits & 0x20) !== 0
    // Padding may only follow the last packet; nothing here reads so far.
    if (bits >> 6 !== 2 || next > end || (padded && next !== end)) return null
    const count = bits & 0x1f
    const type = source.getUint8(at + 1)
    if (type === RTCP_SENDER_REPORT || type === RTCP_RECEIVER_REPORT) {
      const firstBlock = at + HEADER_BYTES + (type === RTCP_SENDER_REPORT ? SENDER_BYTES : 0)
      if (firstBlock + count * BLOCK_BYTES > next) return null
      if (type === RTCP_SENDER_REPORT) sender ??= readSender(source, at + HEADER_BYTES)
      for (let i = 0; i < count; i++) blocks.push(readBlock(source, firstBlock + i * BLOCK_BYTES))
    } else if (type === SOURCE_DESCRIPTION && count > 0) {
      cname ??= readCname(source, at + HEADER_BYTES, next)
    } else if (type === GOODBYE) {
      if (at + 4 + 4 * count > next) return null
      for (let i = 0; i < count; i++) byes.push(source.getUint32(at + 4 + 4 * i))
    }
    at = next
  }
  return { ssrc: source.getUint32(offset + 4), sender, blocks, cname, byes }
}

/** SSRC of who sent a compound packet, without reading it; -1 when it cannot be one. */
export function senderSsrc(source: DataView, offset: number, lengthBytes: number): number {
  if (lengthBytes < HEADER_BYTES || lengthBytes % 4 !== 0 || source.getUint8(offset) >> 6 !== 2) return -1
  const type = source.getUint8(offset + 1)
  return type === RTCP_SENDER_REPORT || type === RTCP_RECEIVER_REPORT ? source.getUint32(offset + 4) : -1
}

function writeHeader(target: DataView, at: number, { type, report }: { type: number; report: Report }): number {
  target.setUint8(at + 1, type)
  target.setUint32(at + 4, report.ssrc)
  return at + HEADER_BYTES
}

/** Fills in what is known when the packet is complete. */
function closePacket(target: DataView, start: number, { end, count }: { end: number; count: number }): void {
  target.setUint8(start, 0x80 | count)
  target.setUint16(start + 2, (end - start) / 4 - 1)
}

function writeSender(target: DataView, start: number, report: Report): number {
  const at = writeHeader(target, start, { type: RTCP_SENDER_REPORT, report })
  const { sender } = report
  if (!sender) return at
  target.setUint32(at, sender.ntpHigh)
  target.setUint32(at + 4, sender.ntpLow)
  target.setUint32(at + 8, sender.timestamp)
  target.setUint32(at + 12, sender.packets)
  target.setUint32(at + 16, sender.octets)
  return at + SENDER_BYTES
}

function readSender(source: DataView, at: number): SenderReport {
  return {
    ntpHigh: source.getUint32(at),
    ntpLow: source.getUint32(at + 4),
    timestamp: source.getUint32(at + 8),
    packets: source.getUint32(at + 12),
    octets: source.getUint32(at + 16),
  }
}

function writeBlock(target: DataView, at: number, block: ReportBlock): number {
  target.setUint32(at, block.ssrc)
  target.setUint32(at + 4, (block.fractionLost << 24) | (block.lost & 0xffffff))
  target.setUint32(at + 8, block.highestSequence)
  target.setUint32(at + 12, block.jitter)
  target.setUint32(at + 16, block.lastSenderReport)
  target.setUint32(at + 20, block.sinceSenderReport)
  return at + BLOCK_BYTES
}

function readBlock(source: DataView, at: number): ReportBlock {
  return {
    ssrc: source.getUint32(at),
    fractionLost: source.getUint8(at + 4),
    lost: (source.getInt32(at + 4) << 8) >> 8,
    highestSequence: source.getUint32(at + 8),
    jitter: source.getUint32(at + 12),
    lastSenderReport: source.getUint32(at + 16),
    sinceSenderReport: source.getUint32(at + 20),
  }
}

function writeSourceDescription(target: DataView, start: number, report: Report): number {
  const cname = new TextEncoder().encode(report.cname).subarray(0, CNAME_MAX)
  let at = writeHeader(target, start, { type: SOURCE_DESCRIPTION, report })
  target.setUint8(at++, SDES_CNAME)
  target.setUint8(at++, cname.length)
  for (let i = 0; i < cname.length; i++) target.setUint8(at++, cname[i] ?? 0)
  // The list ends with at least one zero, and the packet on a whole word.
  do target.setUint8(at++, 0)
  while ((at - start) % 4 !== 0)
  closePacket(target, start, { end: at, count: 1 })
  return at
}

/** The CNAME of the first chunk; `at` is behind its SSRC. */
function readCname(source: DataView, start: number, end: number): string | null {
  for (let at = start; at + 2 <= end; ) {
    const type = source.getUint8(at)
    const length = source.getUint8(at + 1)
    if (type === 0 || at + 2 + length > end) return null
    if (type === SDES_CNAME) return new TextDecoder().decode(new Uint8Array(source.buffer, source.byteOffset + at + 2, length))
    at += 2 + length
  }
  return null
}
