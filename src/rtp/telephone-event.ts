/**
 * Keys pressed on a telephone, as RTP packets (RFC 4733).
 *
 * The payload (§2.3):
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-+-+-----------+-------------------------------+
 * |     event     |E|R|  volume   |            duration           |
 * +---------------+-+-+-----------+-------------------------------+
 * ```
 * event 0-15 is a key; E is set when it was released; volume is -dBm0; duration counts from the packet's RTP timestamp,
 * which is that of the press and does not move while the key is down.
 *
 * One press of 5 units of 20 ms, first timestamp T, as `KeyPress` writes it:
 * | frame | marker | sequence | timestamp | duration | E |
 * |---|---|---|---|---|---|
 * | 0 | 1 | n | T | 160 | 0 |
 * | 1 | 0 | n+1 | T | 320 | 0 |
 * | 2 | 0 | n+2 | T | 480 | 0 |
 * | 3 | 0 | n+3 | T | 640 | 0 |
 * | 4 | 0 | n+4 | T | 800 | 1 |
 * | 5, 6 | 0 | n+5, n+6 | T | 800 | 1 |
 *
 * The last two repeat the release (§2.5.1.4). A press too long for its duration field goes on in a further segment: the
 * timestamp moves by the full field, the duration begins anew, the marker stays clear (§2.5.1.3).
 *
 * Not here: several events in one packet (§2.5.1.5), events above 15, the redundancy of RFC 2198.
 */
import { timestampAfter, timestampDelta } from './sequence.ts'

export const TELEPHONE_EVENT_BYTES = 4

/** The keys by their event number. */
export const KEYS = '0123456789*#ABCD'

const DURATION_MAX = 0xffff
const END_PACKETS = 3

/** A packet this much older than the newest event is not late: its sender began a new timeline. 10 s of 8 kHz. */
const RESTART_TICKS = 80_000

/** A whole segment lost, or two, does not make a new press of a key that is held. */
const SEGMENTS_MISSED_MAX = 4

export function eventOf(payload: Uint8Array, offset: number): number {
  return payload[offset] ?? 0
}

export function isEnd(payload: Uint8Array, offset: number): boolean {
  return ((payload[offset + 1] ?? 0) & 0x80) !== 0
}

/** Loudness of the tone, dBm0 below zero: 0..63. */
export function volumeOf(payload: Uint8Array, offset: number): number {
  return (payload[offset + 1] ?? 0) & 0x3f
}

/** Timestamp units since the packet's timestamp. */
export function durationOf(payload: Uint8Array, offset: number): number {
  return ((payload[offset + 2] ?? 0) << 8) | (payload[offset + 3] ?? 0)
}

/** Where a payload lies in a packet, and what the packet's header says. May be one object used again. */
export type EventPacket = {
  readonly payload: Uint8Array
  readonly offset: number
  readonly lengthBytes: number
  readonly marker: boolean
  readonly timestamp: number
}

/**
 * Makes one digit of all the packets of a press, at the first one that arrives, whichever that is.
 *
 * A packet belongs to the press before it when it has its timestamp; when it continues it as a next segment; or when it
 * begins while the press is known to last: some senders move the timestamp with every packet.
 */
export class TelephoneEventReceiver {
  /** Event of the newest press; -1 before the first. */
  #event = -1
  #timestamp = 0
  /** The longest seen of the newest press. */
  #duration = 0
  #ended = false

  /** @returns the event number 0-15 of a new press (`KEYS[event]`), or -1. */
  receive(packet: EventPacket): number {
    const { payload, offset, timestamp } = packet
    if (packet.lengthBytes < TELEPHONE_EVENT_BYTES) return -1
    const event = eventOf(payload, offset)
    if (event >= KEYS.length) return -1
    const duration = durationOf(payload, offset)
    const delta = timestampDelta(this.#timestamp, timestamp)
    const known = this.#event >= 0
    if (known && delta === 0 && event === this.#event) {
      if (duration > this.#duration) this.#duration = duration
      if (isEnd(payload, offset)) this.#ended = true
      return -1
    }
    if (known && delta <= 0 && delta > -RESTART_TICKS) return -1
    const same = known && event === this.#event && !packet.marker && delta > 0 && this.#continues(delta, duration)
    this.#event = event
    this.#timestamp = timestamp
    this.#duration = duration
    this.#ended = isEnd(payload, offset)
    return same ? -1 : event
  }

  /** For a new SSRC: its timeline has nothing to do with the old one. */
  reset(): void {
    this.#event = -1
  }

  #continues(delta: number, duration: number): boolean {
    if (delta < this.#duration) return true
    if (this.#ended) return false
    if (delta === this.#duration || delta <= duration - this.#duration) return true
    return delta % DURATION_MAX === 0 && delta <= DURATION_MAX * SEGMENTS_MISSED_MAX
  }
}

export type KeyPressOptions = {
  /** 0-15, the place in `KEYS`. */
  readonly event: number
  /** RTP timestamp of its beginning. */
  readonly timestamp: number
  /** Timestamp units the key is down; rounded up to whole packets. */
  readonly duration: number
  /** Timestamp units between packets. */
  readonly packetInterval: number
  /** Loudness, -dBm0. */
  readonly volume?: number
}

/**
 * Writes the packets of one press, one each packet interval: read `marker` and `timestamp` for the header, `write` the
 * payload, until `done`.
 */
export class KeyPress {
  readonly #event: number
  readonly #volume: number
  readonly #interval: number
  /** Of the segment that the next packet belongs to. */
  #timestamp: number
  /** Of that segment, before the next packet. */
  #duration = 0
  /** Units that no packet has told yet. */
  #left: number
  #packets = 0
  #ends = 0

  constructor({ event, timestamp, duration, packetInterval, volume = 10 }: KeyPressOptions) {
    this.#event = event
    this.#volume = volume
    this.#interval = packetInterval
    this.#timestamp = timestamp >>> 0
    this.#left = Math.max(1, Math.ceil(duration / packetInterval)) * packetInterval
  }

  /** Whether the next packet carries the marker bit. */
  get marker(): boolean {
    return this.#packets === 0
  }

  /** RTP timestamp of the next packet. */
  get timestamp(): number {
    return this.#timestamp
  }

  /** Whether the last repeat of the release was written. */
  get done(): boolean {
    return this.#ends >= END_PACKETS
  }

  /** Writes the next packet's TELEPHONE_EVENT_BYTES at `offset`. */
  write(target: Uint8Array, offset: number): void {
    const told = Math.min(this.#interval, this.#left, DURATION_MAX - this.#duration)
    this.#duration += told
    this.#left -= told
    const released = this.#left === 0
    target[offset] = this.#event
    target[offset + 1] = (released ? 0x80 : 0) | (this.#volume & 0x3f)
    target[offset + 2] = this.#duration >> 8
    target[offset + 3] = this.#duration & 0xff
    this.#packets++
    if (released) {
      this.#ends++
    } else if (this.#duration === DURATION_MAX) {
      this.#timestamp = timestampAfter(this.#timestamp, DURATION_MAX)
      this.#duration = 0
    }
  }
}
