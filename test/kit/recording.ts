/** What a phone heard: the RTP packets of the last seconds, as they came, laid out by their timestamps when asked. */
import { decodeG711, PCMA, PCMU, type Law } from '../../src/audio/g711.ts'

export type HeardPacket = {
  readonly atMs: number
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
  readonly marker: boolean
  readonly payloadType: number
  readonly payload: Uint8Array
}

const kept = 600
const samplesPerMs = 8

export class Recording {
  /** Every packet that was no RTCP, kept or not. */
  received = 0
  /** Sound of all packets so far. */
  heardMs = 0
  /** SSRCs in the order they came. */
  readonly ssrcs = new Set<number>()
  #packets: HeardPacket[] = []

  add(packet: HeardPacket): void {
    this.received++
    this.heardMs += durationMs(packet)
    this.ssrcs.add(packet.ssrc)
    this.#packets.push(packet)
    if (this.#packets.length > 2 * kept) this.#packets = this.#packets.slice(-kept)
  }

  /** Packets that came at or after `sinceMs`, in the order they came. */
  since(sinceMs: number): readonly HeardPacket[] {
    return this.#packets.filter(({ atMs }) => atMs >= sinceMs)
  }

  get last(): HeardPacket | undefined {
    return this.#packets.at(-1)
  }
}

/** Milliseconds of sound in a packet of G.711. */
export function durationMs(packet: HeardPacket): number {
  return packet.payload.length / samplesPerMs
}

/** Sound of packets by their timestamps: what is missing is silent, what came twice counts once. 8000 Hz. */
export function layOut(packets: readonly HeardPacket[]): Int16Array {
  const [first] = packets
  if (!first) return new Int16Array(0)
  const origin = Math.min(...packets.map(({ timestamp }) => (timestamp - first.timestamp) | 0))
  const end = Math.max(...packets.map(({ timestamp, payload }) => ((timestamp - first.timestamp) | 0) + payload.length))
  const samples = new Int16Array(end - origin)
  for (const packet of packets) {
    const at = ((packet.timestamp - first.timestamp) | 0) - origin
    decodeG711(lawOf(packet.payloadType), packet.payload, 0, samples.subarray(at, at + packet.payload.length))
  }
  return samples
}

export function samplesOf(packet: HeardPacket): Int16Array {
  const samples = new Int16Array(packet.payload.length)
  decodeG711(lawOf(packet.payloadType), packet.payload, 0, samples)
  return samples
}

/** Test phones use the static payload types only. */
export function lawOf(payloadType: number): Law {
  return payloadType === 0 ? PCMU : PCMA
}
