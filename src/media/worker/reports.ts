/**
 * Reports of how streams fare (RTCP, RFC 3550 §6): one of ours every five seconds or so, a goodbye at the end, and what
 * the other end says of us.
 */
import type { Clock } from '../../base/clock.ts'
import { randomInteger } from '../../base/ids.ts'
import { FRAME_SAMPLES } from '../../audio/frame.ts'
import { ntpHigh, ntpLow, ntpMiddle, reportDelayMs, roundTripMs } from '../../rtp/rtcp-time.ts'
import { RTCP_BYTES_MAX, readRtcp, writeRtcp, type SenderReport } from '../../rtp/rtcp.ts'
import type { Arena } from './arena.ts'
import type { Network } from './network.ts'
import type { WorkerStream } from './worker-stream.ts'

/** 5 % of a G.711 stream with its headers (§6.2): 80 kbit/s. */
const BANDWIDTH_BYTES_PER_SECOND = 500
/** A compound packet with one block and our CNAME, UDP and IPv4 headers included. */
const AVERAGE_BYTES = 120
const MEMBERS = 2

export type ReportsParts = {
  readonly arena: Arena
  readonly network: Network
  readonly time: Clock
  readonly cname: string
}

export class Reports {
  readonly #parts: ReportsParts
  readonly #packet: number

  constructor(parts: ReportsParts) {
    this.#parts = parts
    this.#packet = parts.arena.take(RTCP_BYTES_MAX)
  }

  /** Sends a report if one is due. */
  attend(stream: WorkerStream, nowMs: number): void {
    if (!stream.hasRtcpTarget) return
    if (stream.reportDueMs === 0) {
      stream.reportDueMs = nowMs + this.#delayMs(stream)
      return
    }
    if (nowMs < stream.reportDueMs) return
    this.#send(stream, nowMs, false)
    stream.reportDueMs = nowMs + this.#delayMs(stream)
  }

  /** The last report of a stream that ends. */
  sayGoodbye(stream: WorkerStream, nowMs: number): void {
    // Who never sent anything has nothing to take leave of (§6.3.7).
    if (stream.hasRtcpTarget && stream.packetsSent + stream.reportsSent > 0) this.#send(stream, nowMs, true)
  }

  /** What the other end reports. */
  hear(stream: WorkerStream, at: number, size: number, nowMs: number): void {
    const reports = readRtcp(this.#parts.arena.view, at, size)
    if (!reports) {
      stream.packetsRefused++
      return
    }
    const { sender, blocks } = reports
    if (sender) stream.reception.heardSenderReport(ntpMiddle(sender.ntpHigh, sender.ntpLow), nowMs)
    for (const block of blocks) {
      if (block.ssrc !== stream.ssrc) continue
      stream.remoteLossFraction = block.fractionLost / 256
      stream.roundTripMs = roundTripMs(block, this.#parts.time.wallMs()) ?? stream.roundTripMs
    }
  }

  #send(stream: WorkerStream, nowMs: number, bye: boolean): void {
    const { arena, network, cname } = this.#parts
    const size = writeRtcp(arena.view, this.#packet, {
      ssrc: stream.ssrc,
      sender: stream.packetsSent > stream.sentAtReportBefore ? this.#senderOf(stream) : null,
      block: stream.hasSource ? stream.reception.report(stream.sourceSsrc >>> 0, nowMs) : null,
      cname,
      bye,
    })
    stream.sentAtReportBefore = stream.sentAtReport
    stream.sentAtReport = stream.packetsSent
    stream.reportsSent++
    const remote = stream.format?.remote
    const muxed = remote !== undefined && (remote.rtcpMux || remote.rtcpPort === remote.port)
    network.send(muxed ? stream.pair.rtp : stream.pair.rtcp, stream.rtcpAddress, this.#packet, size, this.#packet, 0)
    network.flush() // the next report is written to the same place
  }

  #senderOf(stream: WorkerStream): SenderReport {
    const wallMs = this.#parts.time.wallMs()
    return {
      ntpHigh: ntpHigh(wallMs),
      ntpLow: ntpLow(wallMs),
      timestamp: (stream.timestamp - FRAME_SAMPLES) >>> 0, // `timestamp` is already the next frame's
      packets: stream.packetsSent,
      octets: stream.octetsSent,
    }
  }

  #delayMs(stream: WorkerStream): number {
    const weSend = stream.packetsSent > stream.sentAtReportBefore
    const round = {
      first: stream.reportsSent === 0,
      members: MEMBERS,
      senders: (weSend ? 1 : 0) + (stream.hasSource ? 1 : 0),
      weSend,
      bandwidthBytesPerSecond: BANDWIDTH_BYTES_PER_SECOND,
      averageBytes: AVERAGE_BYTES,
    }
    return reportDelayMs(round, randomInteger(0, 0xffff) / 0x10000)
  }
}
