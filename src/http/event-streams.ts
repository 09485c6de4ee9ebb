/**
 * The browsers and programs that listen to the feed, by server-sent events (WHATWG HTML §9.2).
 *
 * A client has no queue here, only a place in the feed: it is written to until its connection is full, and goes on when the
 * connection has drained. One that falls out of what the feed keeps, or does not read for a while, is cut; it comes back
 * with the position it had.
 *
 * | sent | meaning |
 * |---|---|
 * | `id: <epoch>-<seq>` | where the stream begins; kept by browsers as `Last-Event-ID` |
 * | `event: reset` | the position asked for is gone: take the snapshot again |
 * | `id`, `data` | one event |
 * | `: alive` | every heartbeat, so that both sides notice a dead connection |
 */
import type { ServerResponse } from 'node:http'
import type { Clock, Timer } from '../base/clock.ts'
import { Unavailable } from '../base/errors.ts'
import type { EventFeed } from './feed.ts'

const heartbeatMs = 15_000
/** How many heartbeats a full connection may last. */
const patienceBeats = 2
const maxClients = 1000
/** How long a browser waits before it connects again. */
const retryMs = 2000

export type Listening = {
  /** From where, as the client says; null: from now. */
  readonly position: string | null
  /** What the response says besides being a stream. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether who asked is still signed in. */
  readonly mayStay: () => Promise<boolean>
}

type Client = {
  readonly response: ServerResponse
  readonly mayStay: () => Promise<boolean>
  /** The last event written. */
  seq: number
  full: boolean
  fullBeats: number
}

export class EventStreams {
  readonly #feed: EventFeed
  readonly #clock: Clock
  readonly #clients = new Set<Client>()
  readonly #off: () => void
  #timer: Timer

  constructor({ feed, clock }: { readonly feed: EventFeed; readonly clock: Clock }) {
    this.#feed = feed
    this.#clock = clock
    this.#off = feed.events.on('appended', () => {
      for (const client of this.#clients) this.#pump(client)
    })
    this.#timer = this.#wait()
  }

  get size(): number {
    return this.#clients.size
  }

  /** @throws Unavailable (`too-many-streams`) before anything was written, when there is no room for one more. */
  admit(): void {
    if (this.#clients.size < maxClients) return
    throw new Unavailable(`The live feed has ${maxClients} listeners already.`, { code: 'too-many-streams' })
  }

  /** Serves the feed on a response whose headers are not sent yet. */
  serve(response: ServerResponse, { position, headers, mayStay }: Listening): void {
    const from = position === null ? this.#feed.seq : this.#feed.resume(position)
    const client: Client = { response, mayStay, seq: from ?? this.#feed.seq, full: false, fullBeats: 0 }
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    response.on('close', () => this.#clients.delete(client))
    response.on('error', () => this.#drop(client))
    response.on('drain', () => {
      client.full = false
      client.fullBeats = 0
      this.#pump(client)
    })
    this.#clients.add(client)
    const start = this.#feed.position(client.seq)
    const reset = `event: reset\ndata: ${JSON.stringify({ epoch: this.#feed.epoch, seq: client.seq })}\n`
    this.#write(client, `retry: ${retryMs}\nid: ${start}\n${from === null ? reset : ''}\n`)
    this.#pump(client)
  }

  /** Ends all streams. */
  close(): void {
    this.#off()
    this.#timer.cancel()
    for (const client of this.#clients) client.response.end()
    this.#clients.clear()
  }

  #pump(client: Client): void {
    while (!client.full) {
      const entry = this.#feed.next(client.seq)
      if (entry === undefined) return
      if (entry === null) return this.#drop(client)
      client.seq = entry.event.seq
      this.#write(client, entry.frame)
    }
  }

  #write(client: Client, text: string): void {
    client.full = !client.response.write(text)
  }

  #wait(): Timer {
    return this.#clock.after(heartbeatMs, () => {
      this.#timer = this.#wait()
      for (const client of this.#clients) this.#beat(client)
    })
  }

  #beat(client: Client): void {
    if (client.full) {
      if (++client.fullBeats >= patienceBeats) this.#drop(client)
      return
    }
    this.#write(client, ': alive\n\n')
    client.mayStay().then(
      (may) => {
        if (!may) this.#drop(client)
      },
      () => this.#drop(client),
    )
  }

  #drop(client: Client): void {
    this.#clients.delete(client)
    client.response.destroy()
  }
}
