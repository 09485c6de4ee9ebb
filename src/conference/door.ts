/** The PIN being asked of one caller: the pure machine of `pin-entry.ts` joined with a stream, a clock and prompts. */
import type { Clock, Timer } from '../base/clock.ts'
import { unreachable } from '../base/errors.ts'
import type { Sound } from '../media/sound.ts'
import type { Stream } from '../media/stream.ts'
import { beginPinEntry, stepPinEntry } from './pin-entry.ts'
import type { PinEntryInput, PinEntryState, PinEntryStep, PinPrompt } from './pin-entry.ts'

export type DoorOptions = {
  readonly stream: Stream
  readonly clock: Clock
  /** The PIN as it is at this moment; null: none is needed any more. */
  readonly pinNow: () => string | null
  readonly promptOf: (prompt: PinPrompt) => Sound
  /** A try was wrong; one without a digit is one too. */
  readonly wrong: () => void
  /** Called once, with whether the caller may come in. */
  readonly decided: (admitted: boolean) => void
}

export class Door {
  readonly #options: DoorOptions
  #state: PinEntryState
  #timer: Timer | null = null
  #closed = false

  constructor(options: DoorOptions) {
    this.#options = options
    const first = beginPinEntry()
    this.#state = first.state
    this.#take(first)
  }

  digit(digit: string): void {
    this.#put({ is: 'digit', digit })
  }

  /** The conference was saved: another PIN may count from now on, or none. */
  pinChanged(): void {
    this.#put({ is: 'pin-changed' })
  }

  /** Stops asking; `decided` is not called any more. */
  close(): void {
    this.#closed = true
    this.#timer?.cancel()
    this.#timer = null
  }

  #put(input: PinEntryInput): void {
    if (this.#closed) return
    const { clock, pinNow } = this.#options
    this.#take(stepPinEntry(this.#state, input, { pin: pinNow(), nowMs: clock.nowMs() }))
  }

  #take({ state, effects }: PinEntryStep): void {
    this.#state = state
    this.#timer?.cancel()
    this.#timer = state.at === 'typing' ? this.#deadline(state.deadlineMs) : null
    for (const effect of effects) {
      switch (effect.do) {
        case 'speak':
          // No try is wrong without its being said.
          if (effect.prompts.includes('wrong-pin')) this.#options.wrong()
          void this.#speak(effect.prompts)
          break
        case 'hush':
          this.#options.stream.stopPlaying()
          break
        case 'admit':
        case 'refuse':
          this.close()
          this.#options.decided(effect.do === 'admit')
          break
        default:
          unreachable(effect)
      }
    }
  }

  #deadline(atMs: number): Timer {
    const { clock } = this.#options
    return clock.after(atMs - clock.nowMs(), () => this.#put({ is: 'deadline' }))
  }

  async #speak(prompts: readonly PinPrompt[]): Promise<void> {
    const end = await this.#options.stream.play(prompts.map(this.#options.promptOf))
    if (end === 'finished') this.#put({ is: 'prompted' })
  }
}
