/**
 * A worker's life: drains the sockets a few times per frame, and on each frame plays out, mixes and sends.
 *
 * ```
 * 20 ms:  | drain, frame | ... | drain | ... | drain | ... | drain | ... | drain, frame |
 * ```
 * Between these it sleeps: fewer wake-ups than one per packet, and a packet or an order waits 5 ms at most. Without streams
 * it sleeps until it is woken.
 */
import type { Clock } from '../../base/clock.ts'
import { FRAME_SAMPLES } from '../../audio/frame.ts'
import { jumpFrames } from '../../rtp/jitter-buffer.ts'
import type { ToWorker } from '../protocol.ts'
import type { Arena } from './arena.ts'
import { FRAME_MS, type FrameClock } from './frame-clock.ts'
import type { Inbound } from './inbound.ts'
import type { Mixer } from './mixer.ts'
import type { Network, Turning } from './network.ts'
import type { Orders } from './orders.ts'
import { pauseSending, sendFrame } from './outbound.ts'
import { playOut } from './playout.ts'
import type { PortPool } from './port-pool.ts'
import type { Roster } from './roster.ts'
import type { WorkerStream } from './worker-stream.ts'

const SUB_TICK_MS = 5
const IDLE_MS = 1000
/** Each stream's slow work is done once in this many frames, each time that of another share of them. */
const SLOW_FRAMES = 50

export type WorkerLoopParts = {
  readonly arena: Arena
  readonly time: Clock
  readonly clock: FrameClock
  readonly network: Network
  readonly inbound: Inbound
  readonly mixer: Mixer
  readonly orders: Orders
  readonly pool: PortPool
  readonly roster: Roster
  readonly wake: Int32Array<SharedArrayBuffer>
  /** The next message of the main thread, if any. */
  readonly receive: () => ToWorker | undefined
  /** About once per second for each stream: reports, statistics, the silence watch. */
  readonly attend: (stream: WorkerStream, nowMs: number) => void
  /** About once per second. */
  readonly publish: (nowMs: number) => void
}

export class WorkerLoop implements Turning {
  readonly idleMs = IDLE_MS
  readonly wake: Int32Array<SharedArrayBuffer>
  wakeSeen = -1
  readonly #parts: WorkerLoopParts
  readonly #time: Clock
  #ended = false
  #running = false
  #frame = 0

  constructor(parts: WorkerLoopParts) {
    this.#parts = parts
    this.#time = parts.time
    this.wake = parts.wake
  }

  turn(): number {
    const { clock, network, inbound } = this.#parts
    const now = this.#time.nowMs()
    const wakes = Atomics.load(this.wake, 0)
    if (wakes !== this.wakeSeen) this.#obey(wakes, now)
    if (this.#ended) return -1
    if (!this.#hasWork()) return this.#rest(now)
    if (!this.#running) {
      this.#running = true
      clock.start(now)
    }
    inbound.nowMs = now
    inbound.dueInMs = Math.max(0, clock.dueMs - now)
    network.drain()
    if (now >= clock.dueMs) this.#doFrame(now)
    const left = clock.dueMs - this.#time.nowMs()
    if (left <= 0) return 0
    const untilSubTick = left % SUB_TICK_MS
    // A hair before a sub-tick is as good as on it.
    return untilSubTick < 0.1 ? Math.min(left, untilSubTick + SUB_TICK_MS) : untilSubTick
  }

  #obey(wakes: number, now: number): void {
    const { receive, orders } = this.#parts
    this.wakeSeen = wakes // first: what comes from now on wakes again
    for (let order = receive(); order !== undefined; order = receive()) {
      if (orders.obey(order, now)) continue
      this.#ended = true
      return
    }
  }

  #hasWork(): boolean {
    const { roster } = this.#parts
    if (roster.streams.size > 0) return true
    for (const mix of roster.mixes.values()) if (mix.announcements.length > 0) return true
    return false
  }

  #rest(now: number): number {
    const { network, pool, publish, inbound } = this.#parts
    this.#running = false
    inbound.nowMs = now
    network.drain()
    pool.prune(now)
    publish(now)
    return IDLE_MS
  }

  #doFrame(now: number): void {
    const { clock, roster, mixer, network, pool } = this.#parts
    const skipped = clock.skipFrames(now)
    if (skipped > 0) this.#leaveOut(skipped)
    const { pairs } = pool
    for (let p = 0; p < pairs.length; p++) {
      const { streams } = pairs[p] as { streams: WorkerStream[] }
      for (let s = 0; s < streams.length; s++) playOut(streams[s] as WorkerStream, this.#parts.arena, now)
    }
    for (const mix of roster.mixes.values()) mixer.mix(mix)
    for (let p = 0; p < pairs.length; p++) {
      const { streams } = pairs[p] as { streams: WorkerStream[] }
      for (let s = 0; s < streams.length; s++) this.#say(streams[s] as WorkerStream)
    }
    network.flush()
    clock.done(this.#time.nowMs())
    this.#doSlowWork(now)
  }

  #say(stream: WorkerStream): void {
    const frame = this.#parts.mixer.hear(stream)
    if (stream.hasTarget && stream.format?.sending) {
      sendFrame(stream, frame, this.#parts)
      if (stream.guarded) {
        stream.guardedMs += FRAME_MS
        this.#parts.roster.aim(stream)
      }
    } else {
      pauseSending(stream)
    }
    stream.timestamp = (stream.timestamp + FRAME_SAMPLES) | 0
  }

  /** The clock jumped: media time jumps with it, both ways. */
  #leaveOut(frames: number): void {
    for (const stream of this.#parts.roster.streams.values()) {
      jumpFrames(stream.jitter, frames)
      stream.timestamp = (stream.timestamp + frames * FRAME_SAMPLES) | 0
      pauseSending(stream)
    }
  }

  #doSlowWork(now: number): void {
    const { roster, pool, publish, attend } = this.#parts
    const { rows } = roster
    this.#frame = (this.#frame + 1) % SLOW_FRAMES
    for (let row = this.#frame; row < rows.length; row += SLOW_FRAMES) {
      const stream = rows[row]
      if (stream) attend(stream, now)
    }
    if (this.#frame !== 0) return
    pool.prune(now)
    publish(now)
  }
}
