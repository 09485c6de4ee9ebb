/** The times in and between RTCP reports: NTP (RFC 3550 §4), the round trip (§6.4.1), the interval (§6.3.1). */
import type { ReportBlock } from './rtcp.ts'

/** Seconds from 1900 to 1970. */
const NTP_EPOCH_SECONDS = 2_208_988_800

const FRACTION = 2 ** 32

/** NTP seconds (32 bits, wrapping in 2036) of `wallMs` since 1970. */
export function ntpHigh(wallMs: number): number {
  return (Math.floor(wallMs / 1000) + NTP_EPOCH_SECONDS) >>> 0
}

/** NTP fraction of a second of `wallMs`. */
export function ntpLow(wallMs: number): number {
  const seconds = wallMs / 1000
  return Math.floor((seconds - Math.floor(seconds)) * FRACTION) >>> 0
}

/** The 32 bits in the middle of an NTP time: 16 of seconds, 16 of fraction. */
export function ntpMiddle(high: number, low: number): number {
  return ((high << 16) | (low >>> 16)) >>> 0
}

/**
 * Round trip by what a block says of our own last sender report, received at `wallMs` on the clock that stamped it.
 * @returns milliseconds; null when it names no report, or a time that cannot be
 */
export function roundTripMs(block: ReportBlock, wallMs: number): number | null {
  if (block.lastSenderReport === 0) return null
  const now = ntpMiddle(ntpHigh(wallMs), ntpLow(wallMs))
  const trip = (now - block.lastSenderReport - block.sinceSenderReport) | 0
  return trip < 0 ? null : (trip * 1000) / 65_536
}

const INTERVAL_MIN_MS = 5000
const SENDERS_SHARE = 0.25

/** Undoes what reconsideration does to the mean (§6.3.1); kept by the RFC's formula whether or not one reconsiders. */
const COMPENSATION = Math.E - 1.5

export type ReportRound = {
  /** Nothing was sent yet: half the least interval. */
  readonly first: boolean
  readonly members: number
  readonly senders: number
  readonly weSend: boolean
  /** For RTCP alone: 5 % of the media's. */
  readonly bandwidthBytesPerSecond: number
  /** Mean compound size, UDP and IP headers included. */
  readonly averageBytes: number
}

/** Milliseconds until the next report; `random` in [0, 1) keeps the members from speaking at once. */
export function reportDelayMs(round: ReportRound, random: number): number {
  const { members, senders, weSend, averageBytes } = round
  let sharers = members
  let bandwidth = round.bandwidthBytesPerSecond
  if (senders > 0 && senders <= members * SENDERS_SHARE) {
    sharers = weSend ? senders : members - senders
    bandwidth *= weSend ? SENDERS_SHARE : 1 - SENDERS_SHARE
  }
  const leastMs = round.first ? INTERVAL_MIN_MS / 2 : INTERVAL_MIN_MS
  const fairMs = (sharers * averageBytes * 1000) / bandwidth
  return (Math.max(leastMs, fairMs) * (random + 0.5)) / COMPENSATION
}
