/**
 * What arrived of one source, as its sender wants to be told: expected, lost, jitter (RFC 3550 §A.1, §A.3, §A.8).
 *
 * Counted as received: also repeats and late packets, so that loss may be negative (§6.4.1). A jump of the sequence that
 * two packets in a row agree on is a sender that began anew: counting does too.
 */
import { extendSequence, sequenceAfter, sequenceDelta } from './sequence.ts'
import type { ReportBlock } from './rtcp.ts'

/** Larger gaps forward, and larger steps back, are taken for a jump (§A.1). */
const DROPOUT_MAX = 3000
const MISORDER_MAX = 100

const LOST_MAX = 0x7fffff
const LOST_MIN = -0x800000

// One array of doubles: numbers beyond 31 bits in object fields would be allocated again at every change.
const BASE = 0
/** Highest sequence, wraps counted. */
const HIGHEST = 1
const RECEIVED = 2
const EXPECTED_BEFORE = 3
const RECEIVED_BEFORE = 4
/** Arrival minus timestamp of the newest packet, in timestamp units, 32 bits. */
const TRANSIT = 5
const JITTER = 6
/** The sequence that would confirm a jump; -1: none is suspected. */
const JUMP = 7
const SENDER_REPORT_NTP = 8
const SENDER_REPORT_AT_MS = 9
const FIELDS = 10

/** One stream's reception; made at join. */
export class Reception {
  readonly #fields = new Float64Array(FIELDS)
  #started = false
  #timed = false

  /**
   * Counts a packet of sound.
   * @param arrivalTicks time of arrival on any clock that runs in timestamp units
   * @returns false while a jump of the sequence is suspected: the packet is better not played
   */
  heard(sequence: number, timestamp: number, arrivalTicks: number): boolean {
    if (!this.heardUntimed(sequence)) return false
    const fields = this.#fields
    const transit = (arrivalTicks - timestamp) | 0
    if (this.#timed) {
      const change = Math.abs((transit - (fields[TRANSIT] as number)) | 0)
      fields[JITTER] = (fields[JITTER] as number) + (change - (fields[JITTER] as number)) / 16
    }
    this.#timed = true
    fields[TRANSIT] = transit
    return true
  }

  /** Counts a packet whose timestamp does not tell when it was sent: a telephone event. */
  heardUntimed(sequence: number): boolean {
    const fields = this.#fields
    if (!this.#started) {
      this.#begin(sequence)
    } else {
      const delta = sequenceDelta((fields[HIGHEST] as number) & 0xffff, sequence)
      if (delta >= DROPOUT_MAX || delta <= -MISORDER_MAX) {
        if (sequence !== fields[JUMP]) {
          fields[JUMP] = sequenceAfter(sequence, 1)
          return false
        }
        this.#begin(sequence)
      } else if (delta > 0) {
        fields[HIGHEST] = extendSequence(fields[HIGHEST] as number, sequence)
        fields[JUMP] = -1
      }
    }
    fields[RECEIVED] = (fields[RECEIVED] as number) + 1
    return true
  }

  /** A new SSRC: nothing of the old one is told of it. */
  restart(): void {
    this.#fields.fill(0)
    this.#started = false
    this.#timed = false
  }

  /** Notes a sender report: `ntp` is the middle 32 bits of its NTP time, `nowMs` monotonic. */
  heardSenderReport(ntp: number, nowMs: number): void {
    this.#fields[SENDER_REPORT_NTP] = ntp
    this.#fields[SENDER_REPORT_AT_MS] = nowMs
  }

  get received(): number {
    return this.#fields[RECEIVED] as number
  }

  get expected(): number {
    return this.#started ? (this.#fields[HIGHEST] as number) - (this.#fields[BASE] as number) + 1 : 0
  }

  /** Negative when repeats outnumber losses. */
  get lost(): number {
    return this.expected - this.received
  }

  /** Mean deviation of the packet spacing, timestamp units (§6.4.1). */
  get jitterTicks(): number {
    return this.#fields[JITTER] as number
  }

  /** The block to send now; the fraction lost is since the last call. Null when nothing was ever heard. */
  report(ssrc: number, nowMs: number): ReportBlock | null {
    if (!this.#started) return null
    const fields = this.#fields
    const expected = this.expected - (fields[EXPECTED_BEFORE] as number)
    const lost = expected - (this.received - (fields[RECEIVED_BEFORE] as number))
    fields[EXPECTED_BEFORE] = this.expected
    fields[RECEIVED_BEFORE] = this.received
    const ntp = fields[SENDER_REPORT_NTP] as number
    const sinceMs = nowMs - (fields[SENDER_REPORT_AT_MS] as number)
    return {
      ssrc,
      fractionLost: expected > 0 && lost > 0 ? Math.min(255, Math.floor((lost * 256) / expected)) : 0,
      lost: Math.min(LOST_MAX, Math.max(LOST_MIN, this.lost)),
      highestSequence: (fields[HIGHEST] as number) >>> 0,
      jitter: Math.floor(this.jitterTicks),
      lastSenderReport: ntp,
      sinceSenderReport: ntp === 0 ? 0 : Math.round((sinceMs * 65_536) / 1000) >>> 0,
    }
  }

  #begin(sequence: number): void {
    const fields = this.#fields
    fields[BASE] = sequence
    fields[HIGHEST] = sequence
    fields[RECEIVED] = 0
    fields[EXPECTED_BEFORE] = 0
    fields[RECEIVED_BEFORE] = 0
    fields[JUMP] = -1
    this.#started = true
    this.#timed = false
  }
}
