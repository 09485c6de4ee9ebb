/**
 * One call's sound inside a worker: everything that its packets and frames need, laid out when it is opened.
 *
 * Its piece of the arena, in bytes:
 * ```
 *    0  socket address of its RTP     | 32  of its RTCP    | 64, 80  two packet headers
 *   96  the frame it said (16-bit)    | 416 the frame it hears (G.711)
 *  576  frames on their way to a packet of another length, a ring of 960
 * 1536  jitter: numbers, sequence numbers, presence | then the ring of its samples (16-bit)
 * ```
 */
import { createConcealment, type Concealment } from '../../audio/conceal.ts'
import { FRAME_SAMPLES } from '../../audio/frame.ts'
import { randomInteger } from '../../base/ids.ts'
import type { IpAddress } from '../../rtp/ip-address.ts'
import {
  JITTER_BLOCKS, JITTER_CAPACITY, JITTER_SEEN, JITTER_STATE_FIELDS, createJitterBuffer, type JitterBuffer,
} from '../../rtp/jitter-buffer.ts'
import type { Latch } from '../../rtp/latch.ts'
import { Reception } from '../../rtp/reception.ts'
import { TelephoneEventReceiver } from '../../rtp/telephone-event.ts'
import type { StreamFormat } from '../format.ts'
import type { Arena } from './arena.ts'
import type { MixSound } from './mix-sound.ts'
import { newPlayer, type LoadedSound, type Player } from './player.ts'

const ADDRESS_AT = 0
const RTCP_ADDRESS_AT = 32
const HEADER_AT = 64
const SAID_AT = 96
const HEARD_AT = 416
const GATHERED_AT = 576
const JITTER_AT = 1536
const SEEN_AT = JITTER_AT + JITTER_STATE_FIELDS * 8
const BLOCKS_AT = SEEN_AT + JITTER_SEEN * 4
const RING_AT = (BLOCKS_AT + JITTER_BLOCKS * 4 + 63) & ~63
const BLOCK_BYTES = RING_AT + JITTER_CAPACITY * 2

export const HEADER_SLOT_BYTES = 16
/** A common multiple of every packet length that is gathered: a packet never lies across the ring's end. */
export const GATHERED_BYTES = 960

/** What a payload type that may arrive means; 0: it may not. */
export const KIND_PCMU = 1
export const KIND_PCMA = 2
export const KIND_EVENT = 3
/** Comfort noise (RFC 3389): keeps the stream alive, says nothing. */
export const KIND_NOISE = 4

/** The sockets that it shares with other calls. */
export type StreamPorts = { readonly port: number; readonly ipv4: boolean; readonly rtp: number; readonly rtcp: number }

export class WorkerStream {
  readonly id: number
  readonly pair: StreamPorts
  readonly signalling: IpAddress
  readonly anyAddress: boolean
  readonly statistics: Float64Array
  readonly #block: number

  readonly address: number
  readonly rtcpAddress: number
  readonly headers: number
  /** Where what it said in this tick stands: in the ring, or in `patched` when it had to be put together. */
  said: number
  readonly patched: number
  readonly patchedFrame: Int16Array
  readonly heard: number
  readonly gathered: number
  readonly ring: number

  // What was negotiated.
  format: StreamFormat | null = null
  readonly kinds = new Uint8Array(128)
  /** 0: PCMU, 1: PCMA. */
  sendLaw = 0
  sendType = 0
  /** Samples per packet. */
  sendSamples = FRAME_SAMPLES

  // Who is there.
  latch: Latch | null = null
  /** Where sound goes is written at `address`. */
  hasTarget = false
  hasRtcpTarget = false
  /** Sound counts against the limit for addresses that have not shown themselves. */
  guarded = false
  /** How much did. */
  guardedMs = 0

  // What comes.
  readonly jitter: JitterBuffer
  readonly concealment: Concealment = createConcealment()
  readonly digits = new TelephoneEventReceiver()
  hasSource = false
  sourceSsrc = 0
  lastSequence = 0
  heardAtMs = 0
  /** Until then keys are down and its sound is silence. */
  keysUntilMs = 0
  /** When the key that is down, or was last, was pressed; and when it was last heard of. */
  keySinceMs = 0
  keyHeardMs = Number.NEGATIVE_INFINITY
  /** For the silence watch; any valid RTP or RTCP. */
  aliveAtMs = 0
  silenceTold = false
  readonly reception = new Reception()

  // What it says in this tick.
  speaking = false
  speakingTicks = 0
  /** Frames concealed in a row. */
  missingRun = 0
  /** Frames received whole in a row. */
  wholeRun = 0

  // What is true of it; what it hears is derived from this at every frame.
  mix: MixSound | null = null
  muted = false
  held = false
  holdMusic: Player | null = null
  player: Player | null = null

  // What goes.
  readonly ssrc: number
  sequence: number
  timestamp: number
  /** The next packet follows a pause. */
  marker = true
  gatheredFrom = 0
  gatheredBytes = 0

  // Reports about it (RTCP).
  reportDueMs = 0
  reportsSent = 0
  /** Packets sent when the last report went, and the one before: who was silent for both reports as a receiver only. */
  sentAtReport = 0
  sentAtReportBefore = 0
  roundTripMs = Number.NaN
  remoteLossFraction = Number.NaN

  // Counted since it was opened; `statistics` shows them once per second.
  packetsReceived = 0
  packetsSent = 0
  octetsSent = 0
  framesConcealed = 0
  packetsLate = 0
  packetsDuplicate = 0
  packetsRefused = 0
  energySum = 0
  energyFrames = 0

  constructor(
    arena: Arena,
    options: {
      readonly id: number
      readonly pair: StreamPorts
      readonly signalling: IpAddress
      readonly anyAddress: boolean
      readonly statistics: Float64Array
      readonly maxDepthMs: number
    },
  ) {
    this.id = options.id
    this.pair = options.pair
    this.signalling = options.signalling
    this.anyAddress = options.anyAddress
    this.statistics = options.statistics
    const block = arena.take(BLOCK_BYTES)
    const { buffer } = arena
    this.#block = block
    this.address = block + ADDRESS_AT
    this.rtcpAddress = block + RTCP_ADDRESS_AT
    this.headers = block + HEADER_AT
    this.patched = block + SAID_AT
    this.said = this.patched
    this.patchedFrame = new Int16Array(buffer, this.patched, FRAME_SAMPLES)
    this.heard = block + HEARD_AT
    this.gathered = block + GATHERED_AT
    this.ring = block + RING_AT
    this.jitter = createJitterBuffer(
      { maxDepthMs: options.maxDepthMs, frameSamples: FRAME_SAMPLES },
      {
        state: new Float64Array(buffer, block + JITTER_AT, JITTER_STATE_FIELDS),
        seen: new Int32Array(buffer, block + SEEN_AT, JITTER_SEEN),
        blocks: new Int32Array(buffer, block + BLOCKS_AT, JITTER_BLOCKS),
      },
    )
    // Random beginnings: RFC 3550 §5.1.
    this.ssrc = randomInteger(1, 0xffffffff)
    this.sequence = randomInteger(0, 0xffff)
    this.timestamp = randomInteger(0, 0x7fffffff)
  }

  free(arena: Arena): void {
    arena.release(this.#block, BLOCK_BYTES)
  }

  /** Everything but the source: that is the latch's. */
  accept(format: StreamFormat): void {
    this.kinds.fill(0)
    this.kinds[13] = KIND_NOISE
    for (const { codec, payloadType } of format.receive) this.kinds[payloadType & 127] = codec === 'PCMU' ? KIND_PCMU : KIND_PCMA
    if (format.telephoneEvent !== null) this.kinds[format.telephoneEvent & 127] = KIND_EVENT
    const samples = sendSamplesOf(format.send.ptimeMs)
    if (samples !== this.sendSamples) {
      this.gatheredFrom = 0
      this.gatheredBytes = 0
    }
    this.sendSamples = samples
    this.sendLaw = format.send.codec === 'PCMU' ? 0 : 1
    this.sendType = format.send.payloadType & 127
    this.format = format
  }

  /** Music that goes on where it was, unless it is another one. */
  setHoldMusic(music: LoadedSound | null): void {
    if (this.holdMusic?.sounds[0] !== (music ?? undefined)) this.holdMusic = music ? newPlayer(0, [music]) : null
  }
}

/** Samples of the packets that are sent: 10, 20, 30, 40 or 60 ms; another wish becomes the next shorter of these. */
function sendSamplesOf(ptimeMs: number): number {
  if (ptimeMs >= 60) return 480
  if (ptimeMs >= 40) return 320
  if (ptimeMs >= 30) return 240
  return ptimeMs >= 20 ? 160 : 80
}
