/** The sound of a mix in one tick, without its members: what a stream that is in it must know. */

export type MixSound = {
  readonly id: number
  /** Whether anything is to be heard in this tick. */
  audible: boolean
  /** Its piece of the arena: the 32-bit sum, a frame of 16 bits, and a frame per law. */
  readonly sum: number
  readonly pcm: number
  /** The shared frame, per law, and whether it was made in this tick. */
  readonly shared: readonly [number, number]
  readonly made: [boolean, boolean]
}
