/**
 * The main thread's end of one worker: starts it, talks to it, and starts another when it dies. The streams of a dead
 * worker are lost, its mixes and sounds go over to the new one.
 */
import { Worker } from 'node:worker_threads'
import type { Clock, Timer } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import { Unavailable, bug, unreachable } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Carrier } from './carrier.ts'
import type { PlaybackEnd } from './format.ts'
import { Mix } from './mix.ts'
import type { FromWorker, ToWorker, WorkerSetup } from './protocol.ts'
import { STREAM_ROWS, createSharedStats, streamFields, workerFields } from './shared-stats.ts'
import { Stream } from './stream.ts'

const START_LIMIT_MS = 15_000
const OPEN_LIMIT_MS = 5_000
const END_LIMIT_MS = 3_000
const RESPAWN_MS = 2_000

type Ready = Extract<FromWorker, { type: 'ready' }>

type State =
  | { readonly kind: 'down' }
  | { readonly kind: 'starting' | 'up'; readonly worker: Worker }
  | { readonly kind: 'ending'; readonly worker: Worker }

type Opening = { readonly resolve: (port: number) => void; readonly reject: (error: Error) => void }

export type WorkerLinkParts = {
  readonly log: Log
  readonly clock: Clock
  readonly setup: Omit<WorkerSetup, 'wake' | 'stats'>
  /** Sounds that a new worker must know. */
  readonly sounds: () => Iterable<Extract<ToWorker, { type: 'sound' }>>
  /** The worker died; a new one is being started. */
  readonly onLost: (error: Error) => void
}

export class WorkerLink implements Carrier {
  readonly #parts: WorkerLinkParts
  readonly #wake = new Int32Array(new SharedArrayBuffer(64))
  readonly #stats = createSharedStats()
  readonly #streams = new Map<number, Stream>()
  readonly #mixes = new Map<number, Mix>()
  readonly #opening = new Map<number, Opening>()
  readonly #playbacks = new Map<number, (end: PlaybackEnd) => void>()
  readonly #freeRows: number[] = []
  #rows = 0
  #lastPlayback = 0
  #state: State = { kind: 'down' }
  #ready: Ready | null = null
  #respawn: Timer | null = null
  #onReady: { readonly resolve: (ready: Ready) => void; readonly reject: (error: Error) => void } | null = null

  constructor(parts: WorkerLinkParts) {
    this.#parts = parts
  }

  /** How much it carries: for placing what is new. */
  get load(): number {
    return this.#streams.size + this.#opening.size
  }

  get ready(): Ready | null {
    return this.#ready
  }

  get fields(): Float64Array {
    return workerFields(this.#stats)
  }

  /** @throws Unavailable with the worker's reason. */
  async start(): Promise<Ready> {
    if (this.#state.kind !== 'down') bug(`a media worker is started twice (${this.#state.kind})`)
    const ready = new Promise<Ready>((resolve, reject) => (this.#onReady = { resolve, reject }))
    this.#spawn()
    return within(ready, { limitMs: START_LIMIT_MS, what: 'a media worker to start' })
  }

  send(order: ToWorker): void {
    if (this.#state.kind === 'down') return
    this.#state.worker.postMessage(order)
    Atomics.add(this.#wake, 0, 1)
    Atomics.notify(this.#wake, 0)
  }

  /** Sends the order that `make` makes for a playback; resolves when the worker says how that ended. */
  playback(make: (playback: number) => ToWorker): Promise<PlaybackEnd> {
    if (this.#state.kind === 'down') return Promise.resolve('closed')
    const playback = ++this.#lastPlayback
    return new Promise((resolve) => {
      this.#playbacks.set(playback, resolve)
      this.send(make(playback))
    })
  }

  /** @throws Unavailable when the worker cannot take another one. */
  async openStream(order: Omit<Extract<ToWorker, { type: 'open' }>, 'type' | 'row'>): Promise<Stream> {
    // One that is starting opens it as soon as it can.
    if (this.#state.kind === 'down' || this.#state.kind === 'ending') {
      throw new Unavailable('the media worker is not running', { code: 'media-down' })
    }
    const row = this.#freeRows.pop() ?? this.#rows++
    if (row >= STREAM_ROWS) {
      this.#rows = STREAM_ROWS
      throw new Unavailable(`a media worker carries ${STREAM_ROWS} streams at most`, { code: 'media-full' })
    }
    const id = order.stream
    try {
      const opened = new Promise<number>((resolve, reject) => this.#opening.set(id, { resolve, reject }))
      this.send({ type: 'open', row, ...order })
      const port = await within(opened, { limitMs: OPEN_LIMIT_MS, what: 'a media stream to open' })
      const fields = streamFields(this.#stats, row)
      const onClosed = (): void => {
        this.#streams.delete(id)
        this.#freeRows.push(row)
      }
      const stream = new Stream({ id, port, carrier: this, fields, onClosed })
      this.#streams.set(id, stream)
      return stream
    } catch (error) {
      this.send({ type: 'close', stream: id })
      this.#freeRows.push(row)
      throw error
    } finally {
      this.#opening.delete(id)
    }
  }

  openMix(id: number): Mix {
    const mix = new Mix({ id, carrier: this, onClosed: () => this.#mixes.delete(id) })
    this.#mixes.set(id, mix)
    return mix
  }

  /** @throws Unavailable when another worker carries the mix. */
  mustCarry(mix: number): void {
    if (this.#mixes.has(mix)) return
    throw new Unavailable('the stream and the mix are carried by different media workers', { code: 'mix-elsewhere' })
  }

  /** Ends the worker; everything in it is closed. */
  async close(): Promise<void> {
    this.#respawn?.cancel()
    const state = this.#state
    if (state.kind === 'down' || state.kind === 'ending') return
    const gone = new Promise<void>((resolve) => state.worker.once('exit', () => resolve()))
    this.send({ type: 'end' })
    this.#state = { kind: 'ending', worker: state.worker }
    try {
      await within(gone, { limitMs: END_LIMIT_MS, what: 'a media worker to end' })
    } catch {
      await state.worker.terminate()
    }
    this.#state = { kind: 'down' }
    for (const stream of this.#streams.values()) stream.close()
    for (const mix of this.#mixes.values()) mix.close()
    this.#abandon('closed')
  }

  #spawn(): void {
    const { setup, sounds } = this.#parts
    // The same file in the sources and in the build.
    const url = new URL(import.meta.url.endsWith('.ts') ? './worker/main.ts' : './worker/main.js', import.meta.url)
    const workerData: WorkerSetup = { ...setup, wake: this.#wake.buffer, stats: this.#stats }
    const worker = new Worker(url, { workerData, name: 'media' })
    this.#state = { kind: 'starting', worker }
    let cause: Error | null = null
    worker.on('message', (message: FromWorker) => this.#hear(message))
    worker.on('error', (error: Error) => (cause = error))
    worker.on('exit', (code) => this.#exited(worker, cause ?? new Error(`a media worker ended with code ${code}`)))
    for (const sound of sounds()) this.send(sound)
    for (const mix of this.#mixes.values()) mix.restore()
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        if (this.#state.kind === 'starting') this.#state = { kind: 'up', worker: this.#state.worker }
        this.#ready = message
        this.#onReady?.resolve(message)
        return
      case 'failed':
        this.#onReady?.reject(new Unavailable(message.message, { code: message.code }))
        return
      case 'opened':
        this.#opening.get(message.stream)?.resolve(message.port)
        return
      case 'refused':
        this.#opening.get(message.stream)?.reject(new Unavailable(message.message, { code: message.code }))
        return
      case 'digit':
      case 'proven':
      case 'silent':
        this.#streams.get(message.stream)?.hear(message)
        return
      case 'played':
        this.#playbacks.get(message.playback)?.(message.end)
        this.#playbacks.delete(message.playback)
        return
      default:
        unreachable(message)
    }
  }

  #exited(worker: Worker, error: Error): void {
    const state = this.#state
    if (state.kind === 'down' || state.kind === 'ending' || state.worker !== worker) return
    this.#state = { kind: 'down' }
    this.#onReady?.reject(new Unavailable(`a media worker did not start: ${error.message}`, { code: 'media-down', cause: error }))
    const streams = [...this.#streams.values()]
    for (const stream of streams) stream.lose()
    this.#abandon('lost')
    if (!this.#ready) return // it never ran: whoever starts the engine is told why
    const { log, clock, onLost } = this.#parts
    log.error({ cause: error.message, streams: streams.length }, 'a media worker died; its calls are lost')
    // One that dies at once must not be started over and over.
    if (state.kind === 'up') this.#spawn()
    else this.#respawn = clock.after(RESPAWN_MS, () => this.#spawn())
    onLost(error)
  }

  #abandon(why: 'closed' | 'lost'): void {
    for (const { reject } of this.#opening.values()) {
      reject(new Unavailable(`the media worker is ${why}`, { code: 'media-down' }))
    }
    this.#opening.clear()
    const playbacks = [...this.#playbacks.values()]
    this.#playbacks.clear()
    for (const resolve of playbacks) resolve('closed')
  }
}
