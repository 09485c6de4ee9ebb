/**
 * One call's sound inside the media plane, as the main thread holds it.
 *
 * What a stream's far end hears is derived at every frame from what is true at that tick, first line that applies:
 * | true now | it hears |
 * |---|---|
 * | a playback of its own is running | that playback |
 * | held | the hold music given with it, or comfort silence |
 * | in a mix, alone | the mix's music (and the mix's announcements) |
 * | in a mix | everybody else (and the mix's announcements) |
 * | nothing | silence packets: media flows all the time |
 */
import { Emitter, type Off } from '../base/emitter.ts'
import type { Carrier } from './carrier.ts'
import type { PlaybackEnd, StreamFormat, StreamStats } from './format.ts'
import type { Mix } from './mix.ts'
import type { FromWorker } from './protocol.ts'
import { readStreamStats } from './shared-stats.ts'
import type { Sound } from './sound.ts'

export type { CodecName, PlaybackEnd, StreamFormat, StreamStats } from './format.ts'

export type StreamEvents = {
  /** One per key press, at its first packet (or a new timestamp when that was lost). `0-9`, `*`, `#`, `A-D`. */
  digit: [digit: string]
  /** The first valid packet from the proven source: sound flows both ways. */
  proven: [source: { readonly address: string; readonly port: number }]
  /** Nothing valid came for `silenceLimitMs` though it was expected. */
  silent: []
  /** The worker that carried it died; the stream is closed. */
  lost: []
}

/** Made by `MediaEngine.openStream`. */
export class Stream {
  readonly id: number
  /** RTP port to announce; RTCP is `port + 1` unless muxed. */
  readonly port: number
  readonly #carrier: Carrier
  readonly #fields: Float64Array
  readonly #onClosed: () => void
  readonly #events = new Emitter<StreamEvents>()
  /** What was last to be read, once it is closed. */
  #last: StreamStats | null = null

  constructor(parts: {
    readonly id: number
    readonly port: number
    readonly carrier: Carrier
    readonly fields: Float64Array
    readonly onClosed: () => void
  }) {
    this.id = parts.id
    this.port = parts.port
    this.#carrier = parts.carrier
    this.#fields = parts.fields
    this.#onClosed = parts.onClosed
  }

  get closed(): boolean {
    return this.#last !== null
  }

  on<Name extends keyof StreamEvents>(name: Name, listener: (...args: StreamEvents[Name]) => void): Off {
    return this.#events.on(name, listener)
  }

  /** Sets or changes what was negotiated. A changed remote address starts source proof over. */
  configure(format: StreamFormat): void {
    if (!this.closed) this.#carrier.send({ type: 'configure', stream: this.id, format })
  }

  /**
   * Puts it into `mix` (leaving the one it was in), or into none. Takes effect at the next frame.
   * @throws Unavailable when another worker carries the mix.
   */
  enter(mix: Mix | null): void {
    if (this.closed) return
    if (mix) this.#carrier.mustCarry(mix.id)
    this.#carrier.send({ type: 'enter', stream: this.id, mix: mix && !mix.closed ? mix.id : null })
  }

  /** While muted nothing of it reaches the mix; digits still arrive. */
  mute(muted: boolean): void {
    if (!this.closed) this.#carrier.send({ type: 'mute', stream: this.id, muted })
  }

  /** While held nothing passes either way; the far end hears `music` (null: silence). `false` ends it. */
  hold(held: false | { readonly music: Sound | null }): void {
    if (this.closed) return
    const music = held ? (held.music?.id ?? null) : null
    this.#carrier.send({ type: 'hold', stream: this.id, held: held !== false, music })
  }

  /** Plays `sounds` one after another to this stream alone, in place of anything running. Resolves at its end. */
  play(sounds: readonly Sound[]): Promise<PlaybackEnd> {
    if (this.closed) return Promise.resolve('closed')
    return this.#carrier.playback((playback) => ({ type: 'play', stream: this.id, playback, sounds: sounds.map(({ id }) => id) }))
  }

  /** Ends a running playback within one frame; no effect without one. */
  stopPlaying(): void {
    if (!this.closed) this.#carrier.send({ type: 'stop', stream: this.id })
  }

  stats(): StreamStats {
    return this.#last ?? readStreamStats(this.#fields)
  }

  /** Frees it. Idempotent; its source is remembered so that late packets reach nobody. */
  close(): void {
    if (this.closed) return
    this.#last = readStreamStats(this.#fields)
    this.#carrier.send({ type: 'close', stream: this.id })
    this.#onClosed()
    this.#events.clear()
  }

  /** What its worker tells of it; called by the link. */
  hear(message: Extract<FromWorker, { type: 'digit' | 'proven' | 'silent' }>): void {
    if (message.type === 'digit') this.#events.emit('digit', message.digit)
    else if (message.type === 'proven') this.#events.emit('proven', { address: message.address, port: message.port })
    else this.#events.emit('silent')
  }

  /** Its worker is gone; called by the link. */
  lose(): void {
    if (this.closed) return
    this.#last = readStreamStats(this.#fields)
    this.#onClosed()
    this.#events.emit('lost')
    this.#events.clear()
  }
}
