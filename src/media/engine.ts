/** The main thread's side of the media plane: starts the workers, places streams and mixes on them. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { Emitter, type Off } from '../base/emitter.ts'
import { Unavailable } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { RATE_HZ } from '../audio/frame.ts'
import { isIpv4, isUnspecified, parseAddress } from '../rtp/ip-address.ts'
import type { Mix } from './mix.ts'
import type { ToWorker } from './protocol.ts'
import {
  WORKER_CAUGHT_UP, WORKER_CPU_MS, WORKER_LATENESS_MAX, WORKER_LATENESS_P50, WORKER_LATENESS_P99, WORKER_MIXES, WORKER_OVERRUN,
  WORKER_PORT_PAIRS, WORKER_REFUSED, WORKER_RELATCHED, WORKER_RESYNCHRONISED, WORKER_SEND_FAILED, WORKER_STREAMS, WORKER_TICKS,
  WORKER_UNKNOWN, WORKER_UNPROVEN,
} from './shared-stats.ts'
import type { Sound } from './sound.ts'
import type { Stream } from './stream.ts'
import { WorkerLink } from './worker-link.ts'

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
  /** The account's setting: media may come from an address that neither the SDP nor the signalling names. Default: no. */
  readonly anyAddress?: boolean
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
  /** Of nobody: no call could have sent them. */
  readonly packetsUnknown: number
  /** From a source that is not (yet) proven. */
  readonly packetsUnproven: number
  readonly packetsRefused: number
  /** Calls whose source changed its port and was followed. */
  readonly sourcesRelatched: number
  /** Not sent because the system's buffer was full, or because it refused them. */
  readonly packetsUnsent: number
  readonly portPairs: number
  /** Processor time of the thread; NaN where Node cannot tell. */
  readonly cpuMs: number
  /** Why the thread does not go before others; null when it does. */
  readonly priorityReason: string | null
}

export class MediaEngine {
  readonly #options: MediaEngineOptions
  readonly #links: WorkerLink[] = []
  readonly #sounds = new Map<number, Extract<ToWorker, { type: 'sound' }>>()
  readonly #events = new Emitter<{ 'worker-lost': [error: Error] }>()
  readonly #limits = new Int32Array(new SharedArrayBuffer(4))
  #lastId = 0

  constructor(options: MediaEngineOptions) {
    this.#options = options
    this.setSilenceLimit(options.silenceLimitMs)
  }

  /** @throws Unavailable naming address, port and cause when no port pair can be bound. */
  async start(): Promise<void> {
    const { workers, listen, driver, maxDepthMs, log, clock } = this.#options
    const setup = { listen, driver, maxDepthMs, limits: this.#limits.buffer, cname: newId('veche') }
    try {
      for (let i = 0; i < Math.max(1, workers); i++) {
        const link = new WorkerLink({
          log, clock, setup,
          sounds: () => this.#sounds.values(),
          onLost: (error) => this.#events.emit('worker-lost', error),
        })
        this.#links.push(link)
        const ready = await link.start()
        const { driver: chosen, driverReason: reason, priorityReason } = ready
        log.info({ worker: i, driver: chosen, reason, priority: priorityReason ?? 'raised' }, 'media worker started')
      }
    } catch (error) {
      await this.close()
      throw error
    }
  }

  get driver(): 'batched' | 'portable' {
    return this.#links[0]?.ready?.driver ?? 'portable'
  }

  /** Why not batched, in words for the log and Status; null when batched. */
  get driverReason(): string | null {
    const ready = this.#links[0]?.ready
    return ready ? ready.driverReason : 'not started'
  }

  /** `pcm`: 16-bit mono at 8000 Hz; copied. Sounds live as long as the engine. */
  addSound(name: string, options: { readonly pcm: Int16Array; readonly loop?: boolean }): Sound {
    const { pcm, loop = false } = options
    const samples = new SharedArrayBuffer(pcm.length * 2)
    new Int16Array(samples).set(pcm)
    const id = ++this.#lastId
    const order = { type: 'sound', sound: id, samples, loop } as const
    this.#sounds.set(id, order)
    for (const link of this.#links) link.send(order)
    return { id, name, durationMs: (pcm.length / RATE_HZ) * 1000, loop }
  }

  /** @throws Unavailable when memory, ports or workers are exhausted. */
  async openStream(request: StreamRequest): Promise<Stream> {
    const { signallingAddress: signalling, anyAddress = false } = request
    const listen = this.#listenFor(request.localAddress)
    return this.#leastLoaded().openStream({ stream: ++this.#lastId, listen, signalling, anyAddress })
  }

  /** `label`: the room's id, for log lines. */
  openMix(_options: { readonly label: string }): Mix {
    return this.#leastLoaded().openMix(++this.#lastId)
  }

  stats(): readonly WorkerStats[] {
    return this.#links.map(({ fields, ready }) => ({
      streams: fields[WORKER_STREAMS] ?? 0,
      mixes: fields[WORKER_MIXES] ?? 0,
      ticks: fields[WORKER_TICKS] ?? 0,
      latenessP50Ms: fields[WORKER_LATENESS_P50] ?? 0,
      latenessP99Ms: fields[WORKER_LATENESS_P99] ?? 0,
      latenessMaxMs: fields[WORKER_LATENESS_MAX] ?? 0,
      framesCaughtUp: fields[WORKER_CAUGHT_UP] ?? 0,
      resynchronised: fields[WORKER_RESYNCHRONISED] ?? 0,
      packetsUnknown: fields[WORKER_UNKNOWN] ?? 0,
      packetsUnproven: fields[WORKER_UNPROVEN] ?? 0,
      packetsRefused: fields[WORKER_REFUSED] ?? 0,
      sourcesRelatched: fields[WORKER_RELATCHED] ?? 0,
      packetsUnsent: (fields[WORKER_OVERRUN] ?? 0) + (fields[WORKER_SEND_FAILED] ?? 0),
      portPairs: fields[WORKER_PORT_PAIRS] ?? 0,
      cpuMs: fields[WORKER_CPU_MS] ?? 0,
      priorityReason: ready ? ready.priorityReason : null,
    }))
  }

  on(name: 'worker-lost', listener: (error: Error) => void): Off {
    return this.#events.on(name, listener)
  }

  /** From now on, for every stream; 0 switches the silence watch off. */
  setSilenceLimit(limitMs: number): void {
    Atomics.store(this.#limits, 0, limitMs)
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.close()))
    this.#links.length = 0
  }

  #leastLoaded(): WorkerLink {
    const [first, ...others] = this.#links
    if (!first) throw new Unavailable('the media engine is not running', { code: 'media-down' })
    return others.reduce((best, link) => (link.load < best.load ? link : best), first)
  }

  /** The listen address itself, or an unspecified one of its family, or the first of its family. */
  #listenFor(localAddress: string): number {
    const local = parseAddress(localAddress)
    const addresses = this.#options.listen.map(({ host }) => parseAddress(host))
    const ranks = addresses.map((address, i): number => {
      if (!address || !local || isIpv4(address) !== isIpv4(local)) return 0
      if (this.#options.listen[i]?.host === localAddress) return 3
      return isUnspecified(address) ? 2 : 1
    })
    const best = ranks.indexOf(Math.max(...ranks))
    if (best >= 0 && ranks[best] !== 0) return best
    throw new Unavailable(`no media address is configured for calls at ${localAddress}`, { code: 'no-media-address' })
  }
}
