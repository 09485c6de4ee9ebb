/** Sound kept in shared memory, ready for every worker: prompts, tones, music. */

export type Sound = {
  readonly id: number
  /** For logs: `ru/enter-pin`. */
  readonly name: string
  readonly durationMs: number
  /** Starts again at its end (music). */
  readonly loop: boolean
}
