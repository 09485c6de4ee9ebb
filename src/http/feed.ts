/**
 * The live feed: changes numbered without gaps, the newest kept for clients that come back, each turned into text once for
 * all who listen.
 *
 * A position in the feed is written `<epoch>-<seq>`. The epoch is another one after every start of the server: older
 * numbers mean nothing then.
 */
import type { Clock } from '../base/clock.ts'
import { Emitter } from '../base/emitter.ts'
import { randomToken } from '../base/ids.ts'
import type { Change, Event } from '../model/event.ts'

const defaultCapacity = 10_000

export type FeedEntry = {
  readonly event: Event
  /** The event as server-sent text, its position included. */
  readonly frame: string
}

export class EventFeed {
  /** Emitted after an event was appended. */
  readonly events = new Emitter<{ appended: [] }>()
  readonly epoch = randomToken(8)
  readonly #clock: Clock
  readonly #capacity: number
  /** The entry of `seq` is at `seq % capacity`. */
  readonly #ring: FeedEntry[] = []
  #seq = 0

  constructor({ clock, capacity = defaultCapacity }: { readonly clock: Clock; readonly capacity?: number }) {
    this.#clock = clock
    this.#capacity = capacity
  }

  /** The number of the newest event; 0 before the first. */
  get seq(): number {
    return this.#seq
  }

  append(change: Change): Event {
    const seq = ++this.#seq
    const event: Event = { seq, at: new Date(this.#clock.wallMs()).toISOString(), ...change }
    this.#ring[seq % this.#capacity] = { event, frame: `id: ${this.position(seq)}\ndata: ${JSON.stringify(event)}\n\n` }
    this.events.emit('appended')
    return event
  }

  /** The event that follows `seq`: undefined when there is none yet, null when it is not kept any more. */
  next(seq: number): FeedEntry | null | undefined {
    if (seq >= this.#seq) return undefined
    const entry = this.#ring[(seq + 1) % this.#capacity]
    return entry?.event.seq === seq + 1 ? entry : null
  }

  /** All events that follow `seq`; null when some of them are not kept any more. */
  after(seq: number): Event[] | null {
    const events: Event[] = []
    for (let at = seq; at < this.#seq; at++) {
      const entry = this.next(at)
      if (!entry) return null
      events.push(entry.event)
    }
    return events
  }

  position(seq: number): string {
    return `${this.epoch}-${seq}`
  }

  /** The `seq` from which a client can go on; null when the position is of another start, too old, or nonsense. */
  resume(position: string): number | null {
    const match = /^([a-z0-9]+)-(\d{1,15})$/.exec(position)
    if (!match || match[1] !== this.epoch) return null
    const seq = Number(match[2])
    return seq > this.#seq || this.next(seq) === null ? null : seq
  }
}
