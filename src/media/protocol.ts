/**
 * What the main thread and a worker say to each other. Sound and statistics never travel this way: the one stays in the
 * worker, the other is read from shared memory (`shared-stats.ts`).
 *
 * A stream and a mix are named by ids that are never used twice, so a message that crossed with a close reaches nobody.
 */
import type { PlaybackEnd, StreamFormat } from './format.ts'

export type ListenAddress = { readonly host: string; readonly port: number }

/** Given to the worker at its start. */
export type WorkerSetup = {
  readonly listen: readonly ListenAddress[]
  readonly driver: 'auto' | 'batched' | 'portable'
  readonly maxDepthMs: number
  /** Int32 words that change while it runs: word 0 is the silence limit in milliseconds, 0 for none. */
  readonly limits: SharedArrayBuffer
  /** Sender's name in RTCP, RFC 3550 §6.5.1. */
  readonly cname: string
  /** Word 0 changes with every message to the worker (Atomics), which may be asleep. */
  readonly wake: SharedArrayBuffer
  readonly stats: SharedArrayBuffer
}

export type SoundId = number

export type ToWorker =
  | { readonly type: 'sound'; readonly sound: SoundId; readonly samples: SharedArrayBuffer; readonly loop: boolean }
  | {
      readonly type: 'open'
      readonly stream: number
      /** Row of the shared statistics. */
      readonly row: number
      /** Which of the listen addresses. */
      readonly listen: number
      readonly signalling: string
      readonly anyAddress: boolean
    }
  | { readonly type: 'configure'; readonly stream: number; readonly format: StreamFormat }
  | { readonly type: 'enter'; readonly stream: number; readonly mix: number | null }
  | { readonly type: 'mute'; readonly stream: number; readonly muted: boolean }
  | { readonly type: 'hold'; readonly stream: number; readonly held: boolean; readonly music: SoundId | null }
  | { readonly type: 'play'; readonly stream: number; readonly playback: number; readonly sounds: readonly SoundId[] }
  | { readonly type: 'stop'; readonly stream: number }
  | { readonly type: 'close'; readonly stream: number }
  | { readonly type: 'open-mix'; readonly mix: number }
  | { readonly type: 'music'; readonly mix: number; readonly music: SoundId | null }
  | { readonly type: 'announce'; readonly mix: number; readonly playback: number; readonly sounds: readonly SoundId[] }
  | { readonly type: 'close-mix'; readonly mix: number }
  | { readonly type: 'end' }

export type FromWorker =
  | {
      readonly type: 'ready'
      readonly driver: 'batched' | 'portable'
      readonly driverReason: string | null
      /** Why the system did not let the thread go before others; null when it did. */
      readonly priorityReason: string | null
    }
  | { readonly type: 'failed'; readonly message: string; readonly code: string }
  | { readonly type: 'opened'; readonly stream: number; readonly port: number }
  | { readonly type: 'refused'; readonly stream: number; readonly message: string; readonly code: string }
  | { readonly type: 'digit'; readonly stream: number; readonly digit: string }
  | { readonly type: 'proven'; readonly stream: number; readonly address: string; readonly port: number }
  | { readonly type: 'silent'; readonly stream: number }
  | { readonly type: 'played'; readonly playback: number; readonly end: PlaybackEnd }
