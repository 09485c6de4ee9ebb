/** A queue of sounds being played: one stream's prompt, a mix's announcements, music. */
import { FRAME_SAMPLES } from '../../audio/frame.ts'

export type LoadedSound = { readonly samples: Int16Array; readonly loop: boolean }

export type Player = {
  /** The name that the main thread waits for; 0: nobody does. */
  readonly playback: number
  readonly sounds: readonly LoadedSound[]
  index: number
  position: number
}

export function newPlayer(playback: number, sounds: readonly LoadedSound[]): Player {
  return { playback, sounds, index: 0, position: 0 }
}

/** Writes the next frame to `pcm` from `at` on, the rest silent at the very end. False when there was nothing left to play. */
export function playFrame(player: Player, pcm: Int16Array, at: number): boolean {
  let filled = 0
  while (filled < FRAME_SAMPLES) {
    const sound = player.sounds[player.index]
    if (!sound || sound.samples.length === 0) {
      if (sound) {
        player.index++
        continue
      }
      pcm.fill(0, at + filled, at + FRAME_SAMPLES)
      return filled > 0
    }
    const { samples } = sound
    const count = Math.min(FRAME_SAMPLES - filled, samples.length - player.position)
    const from = player.position
    for (let i = 0; i < count; i++) pcm[at + filled + i] = samples[from + i] as number
    filled += count
    player.position += count
    if (player.position < samples.length) continue
    player.position = 0
    if (!sound.loop) player.index++
  }
  return true
}
