/** What a room sounds like: N-1 mix of its streams, music for one alone, announcements for all. */
import type { Carrier } from './carrier.ts'
import type { PlaybackEnd } from './format.ts'
import type { Sound } from './sound.ts'

/** Made by `MediaEngine.openMix`. When its worker dies it goes on, empty, in the worker that takes its place. */
export class Mix {
  readonly id: number
  readonly #carrier: Carrier
  readonly #onClosed: () => void
  #music: Sound | null = null
  #closed = false

  constructor(parts: { readonly id: number; readonly carrier: Carrier; readonly onClosed: () => void }) {
    this.id = parts.id
    this.#carrier = parts.carrier
    this.#onClosed = parts.onClosed
    this.restore()
  }

  get closed(): boolean {
    return this.#closed
  }

  /** What a single member hears; null: silence. */
  setMusic(music: Sound | null): void {
    if (this.#closed) return
    this.#music = music
    this.#carrier.send({ type: 'music', mix: this.id, music: music?.id ?? null })
  }

  /** Plays to all members, over their voices; queued after a running one. Resolves at its end. */
  announce(sounds: readonly Sound[]): Promise<PlaybackEnd> {
    if (this.#closed) return Promise.resolve('closed')
    const ids = sounds.map(({ id }) => id)
    return this.#carrier.playback((playback) => ({ type: 'announce', mix: this.id, playback, sounds: ids }))
  }

  /** Its streams stay open, in no mix. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#carrier.send({ type: 'close-mix', mix: this.id })
    this.#onClosed()
  }

  /** Makes a worker that knows nothing of it carry it; called by the link. */
  restore(): void {
    this.#carrier.send({ type: 'open-mix', mix: this.id })
    if (this.#music) this.#carrier.send({ type: 'music', mix: this.id, music: this.#music.id })
  }
}
