/**
 * A datagram that came: whose it is, whether it may be heard, and where its sound goes.
 *
 * The usual packet is found by its source in one table look-up and never leaves `hear`. Everything else is a stranger and
 * goes to the latch of the one call it could belong to (`rtp/latch.ts`). Nothing here throws: what is not understood is counted.
 */
import { formatAddress, unspecifiedAddress, type IpAddress } from '../../rtp/ip-address.ts'
import { DUPLICATE, JITTER_CAPACITY, LATE, depthSamples, insertPacket, restartJitterBuffer } from '../../rtp/jitter-buffer.ts'
import { looksRebound, step, type LatchPacket, type LatchVerdict } from '../../rtp/latch.ts'
import {
  MARKER, PAYLOAD_AT, PAYLOAD_BYTES, PAYLOAD_TYPE, RTP_FIELDS, SEQUENCE, SSRC, TIMESTAMP, looksLikeRtcp, readRtpHeader,
} from '../../rtp/packet.ts'
import { senderSsrc } from '../../rtp/rtcp.ts'
import { KEYS, TELEPHONE_EVENT_BYTES, isEnd } from '../../rtp/telephone-event.ts'
import type { FromWorker } from '../protocol.ts'
import type { Arena } from './arena.ts'
import type { PacketSink } from './network.ts'
import type { PortPair, PortPool } from './port-pool.ts'
import { readSocketAddress } from './socket-address.ts'
import { NAMED } from './roster.ts'
import type { SourceTable } from './source-table.ts'
import { KIND_EVENT, KIND_PCMA, KIND_PCMU, type WorkerStream } from './worker-stream.ts'

/** Longest packet that is taken: 100 ms. */
const PACKET_SAMPLES_MOST = 800
/** Silence after the newest packet of a key that is still down; some telephones send one only every 50 ms. */
const KEY_HELD_MS = 80
const KEY_RELEASED_MS = 20
/** A key that is down for longer is stuck: some phones never say that it was released, and their owners want to be heard. */
const KEY_LONGEST_MS = 3000
/** So long without a packet of it, and the next one is another press. */
const KEY_PAUSE_MS = 200
const SAMPLES_PER_MS = 8

export type InboundCounters = { unknown: number; unproven: number; refused: number; relatched: number }

export type InboundParts = {
  readonly arena: Arena
  readonly pool: PortPool
  readonly sources: SourceTable
  /** By row, as it stands in `sources`. */
  readonly streams: readonly (WorkerStream | null)[]
  readonly tell: (message: FromWorker) => void
  /** The latch moved: the targets and the table follow. */
  readonly latched: (stream: WorkerStream, verdict: LatchVerdict) => void
  readonly report: (stream: WorkerStream, at: number, size: number) => void
}

export class Inbound implements PacketSink {
  readonly counters: InboundCounters = { unknown: 0, unproven: 0, refused: 0, relatched: 0 }
  /** When the packets of this drain came, and how long the next tick is away; set before draining. */
  nowMs = 0
  dueInMs = 0
  readonly #parts: InboundParts
  readonly #address: IpAddress = unspecifiedAddress()
  readonly #fields = new Int32Array(RTP_FIELDS)
  readonly #stranger = {
    kind: 'rtp' as LatchPacket['kind'],
    address: this.#address,
    port: 0,
    ssrc: 0,
    sequence: 0,
    payloadTypeKnown: false,
    ofEndedCall: false,
  }
  readonly #event = { payload: new Uint8Array(0) as Uint8Array, offset: 0, lengthBytes: 0, marker: false, timestamp: 0 }

  constructor(parts: InboundParts) {
    this.#parts = parts
    this.#event.payload = parts.arena.bytes
  }

  received(socket: number, at: number, size: number, sourceAt: number): void {
    const { arena, sources, streams } = this.#parts
    const port = readSocketAddress(arena.view, sourceAt, this.#address)
    const found = sources.find(socket, this.#address, port)
    const stream = found < 0 || found & NAMED ? null : streams[found >> 1]
    if (stream && stream.hasSource && socket === stream.pair.rtp && !looksLikeRtcp(arena.view, at, size)) {
      this.#hear(stream, at, size)
    } else {
      this.#meet(socket, port, at, size)
    }
  }

  /** A packet from a proven source. */
  #hear(stream: WorkerStream, at: number, size: number): void {
    const fields = this.#fields
    if (!readRtpHeader(this.#parts.arena.view, at, size, fields)) {
      stream.packetsRefused++
      return
    }
    const kind = stream.kinds[fields[PAYLOAD_TYPE] as number] as number
    if (kind === 0) {
      stream.packetsRefused++
      return
    }
    const ssrc = fields[SSRC] as number
    const sequence = fields[SEQUENCE] as number
    if (ssrc !== stream.sourceSsrc) this.#beginSource(stream, ssrc)
    const expected =
      kind === KIND_EVENT
        ? stream.reception.heardUntimed(sequence)
        : stream.reception.heard(sequence, fields[TIMESTAMP] as number, this.nowMs * SAMPLES_PER_MS)
    if (!expected) {
      stream.packetsRefused++ // the next one tells whether the sequence really jumped
      return
    }
    stream.lastSequence = sequence
    stream.heardAtMs = this.nowMs
    stream.aliveAtMs = this.nowMs
    stream.silenceTold = false
    stream.packetsReceived++
    if (kind === KIND_PCMU || kind === KIND_PCMA) this.#keep(stream, kind)
    else if (kind === KIND_EVENT) this.#key(stream)
  }

  #beginSource(stream: WorkerStream, ssrc: number): void {
    stream.sourceSsrc = ssrc
    stream.reception.restart()
    stream.digits.reset()
    stream.wholeRun = 0 // the ring holds another source's sound
    restartJitterBuffer(stream.jitter)
  }

  /** Sound: decoded once, here, into its place. */
  #keep(stream: WorkerStream, kind: number): void {
    const fields = this.#fields
    const { kernel } = this.#parts.arena
    const samples = fields[PAYLOAD_BYTES] as number
    if (samples === 0) return
    if (samples > PACKET_SAMPLES_MOST) {
      stream.packetsRefused++
      return
    }
    const position = insertPacket(
      stream.jitter,
      fields[SEQUENCE] as number,
      fields[TIMESTAMP] as number,
      samples,
      this.dueInMs * SAMPLES_PER_MS,
    )
    if (position < 0) {
      if (position === LATE) stream.packetsLate++
      else if (position === DUPLICATE) stream.packetsDuplicate++
      return
    }
    const from = fields[PAYLOAD_AT] as number
    const head = Math.min(samples, JITTER_CAPACITY - position)
    const to = stream.ring + position * 2
    if (kind === KIND_PCMU) {
      kernel.decodeUlaw(from, to, head)
      if (head < samples) kernel.decodeUlaw(from + head, stream.ring, samples - head)
    } else {
      kernel.decodeAlaw(from, to, head)
      if (head < samples) kernel.decodeAlaw(from + head, stream.ring, samples - head)
    }
  }

  #key(stream: WorkerStream): void {
    const fields = this.#fields
    const event = this.#event
    event.offset = fields[PAYLOAD_AT] as number
    event.lengthBytes = fields[PAYLOAD_BYTES] as number
    event.marker = fields[MARKER] === 1
    event.timestamp = fields[TIMESTAMP] as number
    const key = stream.digits.receive(event)
    if (event.lengthBytes >= TELEPHONE_EVENT_BYTES) {
      const ends = isEnd(event.payload, event.offset)
      if (this.nowMs - stream.keyHeardMs > KEY_PAUSE_MS) stream.keySinceMs = this.nowMs
      stream.keyHeardMs = ends ? Number.NEGATIVE_INFINITY : this.nowMs
      if (this.nowMs - stream.keySinceMs <= KEY_LONGEST_MS) {
        const held = ends ? KEY_RELEASED_MS : KEY_HELD_MS
        stream.keysUntilMs = this.nowMs + held + depthSamples(stream.jitter) / SAMPLES_PER_MS
      }
    }
    if (key >= 0) this.#parts.tell({ type: 'digit', stream: stream.id, digit: KEYS[key] as string })
  }

  /** A packet that is not from a proven source, or RTCP. */
  #meet(socket: number, port: number, at: number, size: number): void {
    const { arena, pool } = this.#parts
    const pair = pool.pairOf(socket)
    if (!pair) return
    const rtcp = looksLikeRtcp(arena.view, at, size)
    const readable = rtcp ? senderSsrc(arena.view, at, size) >= 0 : readRtpHeader(arena.view, at, size, this.#fields)
    if (!readable || (!rtcp && socket !== pair.rtp)) {
      this.counters.unknown++
      return
    }
    const stranger = this.#stranger
    stranger.kind = rtcp ? 'rtcp' : 'rtp'
    stranger.port = port
    stranger.ssrc = rtcp ? arena.view.getInt32(at + 4) : (this.#fields[SSRC] as number)
    stranger.sequence = rtcp ? 0 : (this.#fields[SEQUENCE] as number)
    stranger.ofEndedCall = pool.isOfEnded(pair, this.#address, port, stranger.ssrc, rtcp)
    if (stranger.ofEndedCall) {
      this.counters.refused++
      return
    }
    const stream = rtcp ? this.#reporter(socket, port, pair) : this.#claimant(socket, port, pair)
    if (!stream) {
      this.counters.unknown++
      return
    }
    this.#ask(stream, at, size)
  }

  /** The one call that a strange RTP packet may belong to. */
  #claimant(socket: number, port: number, pair: PortPair): WorkerStream | null {
    const { sources, streams } = this.#parts
    const named = sources.find(socket, this.#address, port)
    if (named >= 0) return streams[named >> 1] ?? null // the SDP names this source
    let rebound: WorkerStream | null = null
    for (let i = 0; i < pair.streams.length; i++) {
      const stream = pair.streams[i] as WorkerStream
      if (stream.sourceSsrc !== this.#stranger.ssrc || !stream.latch) continue
      if (!looksRebound(stream.latch, { packet: this.#stranger, heard: heardOf(stream), nowMs: this.nowMs })) continue
      if (rebound) return null // two calls match: neither may be moved
      rebound = stream
    }
    return rebound ?? pair.unproven
  }

  /** The call that an RTCP packet may belong to. */
  #reporter(socket: number, port: number, pair: PortPair): WorkerStream | null {
    const { sources, streams } = this.#parts
    const named = sources.find(socket, this.#address, port)
    if (named >= 0) return streams[named >> 1] ?? null
    for (let i = 0; i < pair.streams.length; i++) {
      const stream = pair.streams[i] as WorkerStream
      if (stream.hasSource && stream.sourceSsrc === this.#stranger.ssrc) return stream
    }
    return pair.unproven
  }

  #ask(stream: WorkerStream, at: number, size: number): void {
    if (!stream.latch) {
      this.counters.unproven++
      return
    }
    const packet = this.#stranger
    packet.payloadTypeKnown = packet.kind === 'rtp' && stream.kinds[this.#fields[PAYLOAD_TYPE] as number] !== 0
    const before = stream.latch
    const { latch, verdict } = step(before, { type: 'packet', packet, heard: heardOf(stream) }, this.nowMs)
    stream.latch = latch
    switch (verdict) {
      case 'unproven':
        this.counters.unproven++
        return
      case 'refused':
        this.counters.refused++
        stream.packetsRefused++
        return
      case 'proven':
      case 're-latched':
        if (verdict === 're-latched') this.counters.relatched++
        this.#parts.latched(stream, verdict)
        if (verdict === 'proven') {
          const address = formatAddress(this.#address)
          this.#parts.tell({ type: 'proven', stream: stream.id, address, port: packet.port })
        }
        this.#hear(stream, at, size)
        return
      case 'accept':
      case 'rtcp-learned':
        if (latch !== before) this.#parts.latched(stream, verdict)
        if (packet.kind === 'rtp') return this.#hear(stream, at, size)
        stream.aliveAtMs = this.nowMs
        stream.silenceTold = false
        this.#parts.report(stream, at, size)
        return
      default: // answers to an offer, not to a packet
    }
  }
}

function heardOf(stream: WorkerStream): { ssrc: number; sequence: number; atMs: number } | null {
  return stream.hasSource ? { ssrc: stream.sourceSsrc, sequence: stream.lastSequence, atMs: stream.heardAtMs } : null
}
