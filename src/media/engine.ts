/** The main thread's side of the media plane. CONTRACT until implemented: `MediaEngine` becomes a class with this shape. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Off } from '../base/emitter.ts'
import type { Mix } from './mix.ts'
import type { Sound } from './sound.ts'
import type { Stream } from './stream.ts'

export type MediaEngineOptions = {
  readonly log: Log
  readonly clock: Clock
  /** Bind addresses (IPv4 and IPv6 alike) and the first RTP port of each; port pairs are taken upwards from there. */
  readonly listen: ReadonlyArray<{ readonly host: string; readonly port: number }>
  readonly workers: number
  /** `auto`: batched system calls where they exist, node:dgram elsewhere. */
  readonly driver: 'auto' | 'batched' | 'portable'
  /** The most a jitter buffer may ever hold. */
  readonly maxDepthMs: number
  /** For `silent`; 0 switches it off. */
  readonly silenceLimitMs: number
}

export type StreamRequest = {
  /** Our own address on the signalling flow: decides which family's sockets are used. */
  readonly localAddress: string
  /** Where the signalling came from (source proof behind NAT, `media.md`). */
  readonly signallingAddress: string
  /** The call's id, for log lines. */
  readonly label: string
}

/** How the clock and the packets of one worker are doing. */
export type WorkerStats = {
  readonly streams: number
  readonly mixes: number
  readonly ticks: number
  /** Lateness of ticks, milliseconds. */
  readonly latenessP50Ms: number
  readonly latenessP99Ms: number
  readonly latenessMaxMs: number
  readonly framesCaughtUp: number
  readonly resynchronised: number
  readonly packetsUnknown: number
  readonly cpuMs: number
}

export interface MediaEngineContract {
  /** @throws Unavailable naming address, port and cause when no port pair can be bound. */
  start(): Promise<void>
  readonly driver: 'batched' | 'portable'
  /** Why not batched, in words for the log and Status; null when batched. */
  readonly driverReason: string | null
  /** `pcm`: 16-bit mono at 8000 Hz; copied. Sounds live as long as the engine. */
  addSound(name: string, options: { readonly pcm: Int16Array; readonly loop?: boolean }): Sound
  /** @throws Unavailable when memory, ports or workers are exhausted. */
  openStream(request: StreamRequest): Promise<Stream>
  openMix(options: { readonly label: string }): Mix
  stats(): readonly WorkerStats[]
  on(name: 'worker-lost', listener: (error: Error) => void): Off
  close(): Promise<void>
}
