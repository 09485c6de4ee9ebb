/** What the main thread asks of a worker, done. An order for something that is gone is no mistake: it crossed with its end. */
import { unreachable } from '../../base/errors.ts'
import type { FromWorker, ToWorker } from '../protocol.ts'
import type { Mixer } from './mixer.ts'
import { newPlayer, type LoadedSound } from './player.ts'
import type { Roster } from './roster.ts'

type StreamOrder = Extract<ToWorker, { type: 'configure' | 'enter' | 'mute' | 'hold' | 'play' | 'stop' }>

export class Orders {
  readonly #roster: Roster
  readonly #mixer: Mixer
  readonly #tell: (message: FromWorker) => void
  readonly #farewell: (stream: number) => void
  readonly #sounds = new Map<number, LoadedSound>()

  constructor(parts: {
    readonly roster: Roster
    readonly mixer: Mixer
    readonly tell: (message: FromWorker) => void
    /** Called before a stream is closed. */
    readonly farewell: (stream: number) => void
  }) {
    this.#roster = parts.roster
    this.#mixer = parts.mixer
    this.#tell = parts.tell
    this.#farewell = parts.farewell
  }

  /** @returns false when the worker is to end */
  obey(order: ToWorker, nowMs: number): boolean {
    switch (order.type) {
      case 'end':
        return false
      case 'sound':
        this.#sounds.set(order.sound, { samples: new Int16Array(order.samples), loop: order.loop })
        return true
      case 'open':
        this.#roster.open(order, nowMs)
        return true
      case 'close':
        this.#farewell(order.stream)
        this.#roster.close(order.stream, nowMs)
        return true
      case 'open-mix':
        this.#roster.mixes.set(order.mix, this.#mixer.openMix(order.mix))
        return true
      case 'close-mix':
        this.#roster.closeMix(order.mix)
        return true
      case 'music':
      case 'announce':
        this.#obeyMix(order)
        return true
      default:
        this.#obeyStream(order, nowMs)
        return true
    }
  }

  #obeyMix(order: Extract<ToWorker, { type: 'music' | 'announce' }>): void {
    const mix = this.#roster.mixes.get(order.mix)
    if (order.type === 'music') {
      if (mix) this.#mixer.setMusic(mix, this.#sound(order.music))
    } else if (mix) {
      mix.announcements.push(newPlayer(order.playback, this.#soundsOf(order.sounds)))
    } else {
      this.#tell({ type: 'played', playback: order.playback, end: 'closed' })
    }
  }

  #obeyStream(order: StreamOrder, nowMs: number): void {
    const stream = this.#roster.streams.get(order.stream)
    if (!stream) {
      if (order.type === 'play') this.#tell({ type: 'played', playback: order.playback, end: 'closed' })
      return
    }
    switch (order.type) {
      case 'configure':
        this.#roster.configure(stream, order.format, nowMs)
        return
      case 'enter':
        this.#roster.enter(stream, order.mix === null ? null : (this.#roster.mixes.get(order.mix) ?? null))
        return
      case 'mute':
        stream.muted = order.muted
        return
      case 'hold':
        stream.held = order.held
        stream.setHoldMusic(order.held ? this.#sound(order.music) : null)
        return
      case 'play':
        if (stream.player) this.#tell({ type: 'played', playback: stream.player.playback, end: 'stopped' })
        stream.player = newPlayer(order.playback, this.#soundsOf(order.sounds))
        return
      case 'stop':
        if (stream.player) this.#tell({ type: 'played', playback: stream.player.playback, end: 'stopped' })
        stream.player = null
        return
      default:
        unreachable(order)
    }
  }

  #sound(id: number | null): LoadedSound | null {
    return id === null ? null : (this.#sounds.get(id) ?? null)
  }

  #soundsOf(ids: readonly number[]): LoadedSound[] {
    return ids.map((id) => this.#sounds.get(id)).filter((sound) => sound !== undefined)
  }
}
