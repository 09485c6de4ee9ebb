/** What a room sounds like: N-1 mix of its streams, music for one alone, announcements for all. CONTRACT until implemented. */
import type { PlaybackEnd } from './stream.ts'
import type { Sound } from './sound.ts'

export interface Mix {
  readonly id: number
  readonly closed: boolean
  /** What a single member hears; null: silence. */
  setMusic(music: Sound | null): void
  /** Plays to all members, over their voices; queued after a running one. Resolves at its end. */
  announce(sounds: readonly Sound[]): Promise<PlaybackEnd>
  /** Its streams stay open, in no mix. */
  close(): void
}
