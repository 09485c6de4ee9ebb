/**
 * What a room sounds like in this tick: everybody's sum once, in 32 bits; each talker hears the sum without himself, all
 * others share one frame per code, so that a silent listener costs next to nothing (`bench/media.ts`).
 */
import { FRAME_SAMPLES } from '../../audio/frame.ts'
import type { Arena } from './arena.ts'
import type { MixSound } from './mix-sound.ts'
import { newPlayer, playFrame, type LoadedSound, type Player } from './player.ts'
import type { WorkerStream } from './worker-stream.ts'

const SUM_BYTES = FRAME_SAMPLES * 4
const PCM_BYTES = FRAME_SAMPLES * 2
const MIX_BYTES = SUM_BYTES + PCM_BYTES + 2 * FRAME_SAMPLES

export type Mix = MixSound & {
  readonly members: WorkerStream[]
  music: Player | null
  /** The first one is heard now. */
  readonly announcements: Player[]
}

export class Mixer {
  readonly #arena: Arena
  readonly #ended: (playback: number) => void
  readonly #silence: readonly [number, number]
  readonly #pcm: number

  constructor({ arena, ended }: { readonly arena: Arena; readonly ended: (playback: number) => void }) {
    this.#arena = arena
    this.#ended = ended
    const silence = arena.take(2 * FRAME_SAMPLES)
    this.#silence = [silence, silence + FRAME_SAMPLES]
    arena.bytes.fill(0xff, silence, silence + FRAME_SAMPLES)
    arena.bytes.fill(0xd5, silence + FRAME_SAMPLES, silence + 2 * FRAME_SAMPLES)
    this.#pcm = arena.take(PCM_BYTES)
  }

  openMix(id: number): Mix {
    const sum = this.#arena.take(MIX_BYTES)
    const pcm = sum + SUM_BYTES
    const encoded = pcm + PCM_BYTES
    return {
      id, sum, pcm,
      members: [], music: null, announcements: [], audible: false,
      shared: [encoded, encoded + FRAME_SAMPLES],
      made: [false, false],
    }
  }

  closeMix(mix: Mix): void {
    this.#arena.release(mix.sum, MIX_BYTES)
  }

  setMusic(mix: Mix, music: LoadedSound | null): void {
    if (mix.music?.sounds[0] !== (music ?? undefined)) mix.music = music ? newPlayer(0, [music]) : null
  }

  /** Makes the sum of this tick; before any member hears. */
  mix(mix: Mix): void {
    const { kernel } = this.#arena
    const { members, sum } = mix
    let parts = 0
    mix.made[0] = false
    mix.made[1] = false
    for (let i = 0; i < members.length; i++) {
      const member = members[i] as WorkerStream
      if (!contributes(member)) continue
      if (parts++ === 0) kernel.setSum(sum, member.said, FRAME_SAMPLES)
      else kernel.addToSum(sum, member.said, FRAME_SAMPLES)
    }
    if (members.length === 1 && mix.music) parts = this.#addPlayer(mix, mix.music, parts)
    const announcement = mix.announcements[0]
    if (announcement) {
      parts = this.#addPlayer(mix, announcement, parts)
      if (announcement.index >= announcement.sounds.length) {
        mix.announcements.shift()
        this.#ended(announcement.playback)
      }
    }
    mix.audible = parts > 0
  }

  /**
   * What the stream hears in this tick (the table in `media/stream.ts`).
   * @returns where its FRAME_SAMPLES octets stand, valid until the next tick
   */
  hear(stream: WorkerStream): number {
    const { player, mix } = stream
    if (player) {
      const some = playFrame(player, this.#arena.pcm, this.#pcm >> 1)
      if (player.index >= player.sounds.length) {
        stream.player = null
        this.#ended(player.playback)
      }
      if (some) return this.#encode(this.#pcm, stream.heard, stream.sendLaw)
    }
    if (stream.held) {
      if (!stream.holdMusic) return this.#silence[stream.sendLaw] as number
      playFrame(stream.holdMusic, this.#arena.pcm, this.#pcm >> 1)
      return this.#encode(this.#pcm, stream.heard, stream.sendLaw)
    }
    if (!mix || !mix.audible) return this.#silence[stream.sendLaw] as number
    if (contributes(stream)) {
      this.#arena.kernel.limitOthers(mix.sum, stream.said, this.#pcm, FRAME_SAMPLES)
      return this.#encode(this.#pcm, stream.heard, stream.sendLaw)
    }
    return this.#sharedFrame(mix, stream.sendLaw)
  }

  #sharedFrame(mix: MixSound, law: number): number {
    const frame = mix.shared[law] as number
    if (mix.made[law]) return frame
    if (!mix.made[0] && !mix.made[1]) this.#arena.kernel.limitSum(mix.sum, mix.pcm, FRAME_SAMPLES)
    mix.made[law] = true
    return this.#encode(mix.pcm, frame, law)
  }

  #addPlayer(mix: MixSound, player: Player, parts: number): number {
    const { kernel, pcm } = this.#arena
    if (!playFrame(player, pcm, this.#pcm >> 1)) return parts
    if (parts === 0) kernel.setSum(mix.sum, this.#pcm, FRAME_SAMPLES)
    else kernel.addToSum(mix.sum, this.#pcm, FRAME_SAMPLES)
    return parts + 1
  }

  #encode(pcm: number, to: number, law: number): number {
    if (law === 0) this.#arena.kernel.encodeUlaw(pcm, to, FRAME_SAMPLES)
    else this.#arena.kernel.encodeAlaw(pcm, to, FRAME_SAMPLES)
    return to
  }
}

function contributes(stream: WorkerStream): boolean {
  return stream.speaking && !stream.muted && !stream.held
}
