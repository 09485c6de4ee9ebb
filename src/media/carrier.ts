/** What streams and mixes need of the worker that carries them. */
import type { PlaybackEnd } from './format.ts'
import type { ToWorker } from './protocol.ts'

export interface Carrier {
  /** Takes effect at the worker's next frame; nothing happens when it is gone. */
  send(order: ToWorker): void
  /** Sends the order that `make` makes for a playback; resolves when the worker says how that ended. */
  playback(make: (playback: number) => ToWorker): Promise<PlaybackEnd>
  /** @throws Unavailable when another worker carries the mix. */
  mustCarry(mix: number): void
}
