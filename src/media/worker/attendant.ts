/** What is done for each stream about once per second: reports, statistics, the silence watch. */
import type { FromWorker, WorkerSetup } from '../protocol.ts'
import {
  STREAM_CONCEALED, STREAM_DEPTH_MS, STREAM_DUPLICATE, STREAM_JITTER_MS, STREAM_LATE, STREAM_LEVEL, STREAM_RECEIVED,
  STREAM_REFUSED, STREAM_REMOTE_LOSS, STREAM_ROUND_TRIP, STREAM_SENT, WORKER_CAUGHT_UP, WORKER_CPU_MS,
  WORKER_LATENESS_MAX, WORKER_LATENESS_P50, WORKER_LATENESS_P99, WORKER_MIXES, WORKER_OVERRUN, WORKER_PORT_PAIRS,
  WORKER_RECEIVED, WORKER_REFUSED, WORKER_RELATCHED, WORKER_REPORTED, WORKER_RESYNCHRONISED, WORKER_SEND_FAILED,
  WORKER_SENT, WORKER_STREAMS, WORKER_TICKS, WORKER_UNKNOWN, WORKER_UNPROVEN, workerFields,
} from '../shared-stats.ts'
import { FRAME_SAMPLES } from '../../audio/frame.ts'
import { depthSamples } from '../../rtp/jitter-buffer.ts'
import type { FrameClock } from './frame-clock.ts'
import type { InboundCounters } from './inbound.ts'
import type { Network } from './network.ts'
import type { PortPool } from './port-pool.ts'
import type { Reports } from './reports.ts'
import type { Roster } from './roster.ts'
import type { WorkerStream } from './worker-stream.ts'

const SAMPLES_PER_MS = 8
const SILENCE_DBOV = -127

export type AttendantParts = {
  readonly setup: WorkerSetup
  readonly network: Network
  readonly clock: FrameClock
  readonly pool: PortPool
  readonly reports: Reports
  readonly roster: Roster
  readonly tell: (message: FromWorker) => void
}

export class Attendant {
  readonly #parts: AttendantParts
  readonly #worker: Float64Array
  readonly #limits: Int32Array

  constructor(parts: AttendantParts) {
    this.#parts = parts
    this.#limits = new Int32Array(parts.setup.limits)
    this.#worker = workerFields(parts.setup.stats)
  }

  attend(stream: WorkerStream, nowMs: number): void {
    this.#parts.reports.attend(stream, nowMs)
    this.#show(stream)
    this.#watch(stream, nowMs)
  }

  publish(inbound: InboundCounters): void {
    const { clock, network, pool, roster } = this.#parts
    const to = this.#worker
    to[WORKER_STREAMS] = roster.streams.size
    to[WORKER_MIXES] = roster.mixes.size
    to[WORKER_TICKS] = clock.ticks
    to[WORKER_LATENESS_P50] = clock.latenessMs(0.5)
    to[WORKER_LATENESS_P99] = clock.latenessMs(0.99)
    to[WORKER_LATENESS_MAX] = clock.latenessMaxMs
    to[WORKER_CAUGHT_UP] = clock.caughtUp
    to[WORKER_RESYNCHRONISED] = clock.resynchronised
    to[WORKER_UNKNOWN] = inbound.unknown
    to[WORKER_UNPROVEN] = inbound.unproven
    to[WORKER_REFUSED] = inbound.refused
    to[WORKER_RELATCHED] = inbound.relatched
    to[WORKER_OVERRUN] = network.counters.overrun
    to[WORKER_SEND_FAILED] = network.counters.failed
    to[WORKER_REPORTED] = network.counters.reported
    to[WORKER_RECEIVED] = network.counters.received
    to[WORKER_SENT] = network.counters.sent
    to[WORKER_PORT_PAIRS] = pool.pairs.length
    to[WORKER_CPU_MS] = threadCpuMs()
  }

  #show(stream: WorkerStream): void {
    const to = stream.statistics
    to[STREAM_RECEIVED] = stream.packetsReceived
    to[STREAM_SENT] = stream.packetsSent
    to[STREAM_CONCEALED] = stream.framesConcealed
    to[STREAM_LATE] = stream.packetsLate
    to[STREAM_DUPLICATE] = stream.packetsDuplicate
    to[STREAM_REFUSED] = stream.packetsRefused
    to[STREAM_JITTER_MS] = stream.reception.jitterTicks / SAMPLES_PER_MS
    to[STREAM_DEPTH_MS] = depthSamples(stream.jitter) / SAMPLES_PER_MS
    to[STREAM_LEVEL] = levelOf(stream)
    to[STREAM_ROUND_TRIP] = stream.roundTripMs
    to[STREAM_REMOTE_LOSS] = stream.remoteLossFraction
    stream.energySum = 0
    stream.energyFrames = 0
  }

  #watch(stream: WorkerStream, nowMs: number): void {
    const silenceLimitMs = Atomics.load(this.#limits, 0)
    if (silenceLimitMs <= 0 || !stream.format?.receiving || stream.silenceTold) return
    if (nowMs - stream.aliveAtMs < silenceLimitMs) return
    stream.silenceTold = true
    this.#parts.tell({ type: 'silent', stream: stream.id })
  }
}

/** dBov: the power of a full-scale square wave is 0 (RFC 6464 §3). */
function levelOf({ energySum, energyFrames }: WorkerStream): number {
  if (energySum <= 0) return SILENCE_DBOV
  const power = energySum / (energyFrames * FRAME_SAMPLES)
  return Math.max(SILENCE_DBOV, 10 * Math.log10(power / (32768 * 32768)))
}

/** NaN where Node cannot tell. */
function threadCpuMs(): number {
  if (typeof process.threadCpuUsage !== 'function') return Number.NaN
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
