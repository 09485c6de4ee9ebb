/** A row that says "alive at": what a start after a crash knows of the moment of the crash. */
import type { Clock, Timer } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { isoTime } from './records.ts'
import type { Database } from './sql/database.ts'

/** How old the row is at most while the server runs, milliseconds. */
const beatEveryMs = 10_000

/** One server per store until stores are shared. */
const node = 'this'

export class Heartbeat {
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: Log
  #timer: Timer | null = null

  constructor({ database, clock, log }: { readonly database: Database; readonly clock: Clock; readonly log: Log }) {
    this.#database = database
    this.#clock = clock
    this.#log = log
  }

  /** The last beat of whoever ran before; ask before {@link start}. */
  async last(): Promise<string | null> {
    const row = await this.#database.read.selectFrom('alive').select('at').where('node', '=', node).executeTakeFirst()
    return row?.at ?? null
  }

  async start(): Promise<void> {
    await this.#beat()
    this.#wait()
  }

  /** Stops, with a last beat: nothing was cut off. */
  async close(): Promise<void> {
    if (!this.#timer) return
    this.#timer.cancel()
    this.#timer = null
    await this.#beat()
  }

  #wait(): void {
    this.#timer = this.#clock.after(beatEveryMs, () => {
      this.#wait()
      this.#beat().catch((cause: unknown) => this.#log.error({ err: cause }, 'the heartbeat could not be written'))
    })
  }

  async #beat(): Promise<void> {
    const at = isoTime(this.#clock)
    await this.#database.quick((trx) =>
      trx
        .insertInto('alive')
        .values({ node, at })
        .onConflict((conflict) => conflict.column('node').doUpdateSet({ at }))
        .execute(),
    )
  }
}
