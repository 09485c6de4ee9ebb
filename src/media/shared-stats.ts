/**
 * Statistics in shared memory: written by the worker about once per second, read by the main thread at any time. A reader
 * may see a row half old, half new, which does no harm to figures.
 *
 * ```
 * worker fields | row of stream 0 | row of stream 1 | ...      all of them 64-bit floats; NaN: not known
 * ```
 */
import type { StreamStats } from './format.ts'

/** Streams of one worker. Rows that were never used take no memory. */
export const STREAM_ROWS = 16384

export const WORKER_STREAMS = 0
export const WORKER_MIXES = 1
export const WORKER_TICKS = 2
export const WORKER_LATENESS_P50 = 3
export const WORKER_LATENESS_P99 = 4
export const WORKER_LATENESS_MAX = 5
export const WORKER_CAUGHT_UP = 6
export const WORKER_RESYNCHRONISED = 7
export const WORKER_UNKNOWN = 8
export const WORKER_UNPROVEN = 9
export const WORKER_REFUSED = 10
export const WORKER_RELATCHED = 11
export const WORKER_OVERRUN = 12
export const WORKER_SEND_FAILED = 13
export const WORKER_REPORTED = 14
export const WORKER_CPU_MS = 15
export const WORKER_PORT_PAIRS = 16
export const WORKER_RECEIVED = 17
export const WORKER_SENT = 18
const WORKER_FIELDS = 32

export const STREAM_RECEIVED = 0
export const STREAM_SENT = 1
export const STREAM_CONCEALED = 2
export const STREAM_LATE = 3
export const STREAM_DUPLICATE = 4
export const STREAM_REFUSED = 5
export const STREAM_JITTER_MS = 6
export const STREAM_DEPTH_MS = 7
export const STREAM_LEVEL = 8
export const STREAM_ROUND_TRIP = 9
export const STREAM_REMOTE_LOSS = 10
const STREAM_FIELDS = 16

export function createSharedStats(): SharedArrayBuffer {
  return new SharedArrayBuffer((WORKER_FIELDS + STREAM_ROWS * STREAM_FIELDS) * 8)
}

export function workerFields(stats: SharedArrayBuffer): Float64Array {
  return new Float64Array(stats, 0, WORKER_FIELDS)
}

export function streamFields(stats: SharedArrayBuffer, row: number): Float64Array {
  return new Float64Array(stats, (WORKER_FIELDS + row * STREAM_FIELDS) * 8, STREAM_FIELDS)
}

/** What a row says before the first second is over. */
export function clearStreamFields(fields: Float64Array): void {
  fields.fill(0)
  fields[STREAM_LEVEL] = -127
  fields[STREAM_ROUND_TRIP] = Number.NaN
  fields[STREAM_REMOTE_LOSS] = Number.NaN
}

export function readStreamStats(fields: Float64Array): StreamStats {
  return {
    packetsReceived: fields[STREAM_RECEIVED] ?? 0,
    packetsSent: fields[STREAM_SENT] ?? 0,
    framesConcealed: fields[STREAM_CONCEALED] ?? 0,
    packetsLate: fields[STREAM_LATE] ?? 0,
    packetsDuplicate: fields[STREAM_DUPLICATE] ?? 0,
    packetsRefused: fields[STREAM_REFUSED] ?? 0,
    jitterMs: fields[STREAM_JITTER_MS] ?? 0,
    depthMs: fields[STREAM_DEPTH_MS] ?? 0,
    levelDbov: fields[STREAM_LEVEL] ?? -127,
    roundTripMs: known(fields[STREAM_ROUND_TRIP]),
    remoteLossFraction: known(fields[STREAM_REMOTE_LOSS]),
  }
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
