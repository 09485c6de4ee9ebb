/**
 * The live feed: every change of state, pushed by the server and put into the query cache, so that nothing polls.
 *
 * | step | what is true |
 * |---|---|
 * | stream opens, nothing known yet | events are kept aside until the snapshot is here |
 * | snapshot comes, at `seq` | rooms and phones are taken from it; kept events after `seq` are applied |
 * | each further event | applied when it is the next one; a gap, or `reset`, starts again at the snapshot |
 * | page is hidden or left | the stream is closed, its place is remembered |
 * | page is looked at again | the stream goes on from that place: nothing is missed, no snapshot is needed |
 * | stream drops | state `lost`, new attempts with growing pauses, from the same place; then everything else is refetched |
 *
 * Only a page that is looked at holds a stream. Browsers allow six connections to a server over HTTP/1.1, all tabs together,
 * those kept for the back button included: with a stream in each, the seventh page would wait for ever. One stream shared by
 * all tabs would need Web Locks, which a panel on a plain LAN address has not, or a shared worker, which phones lack; and it
 * would bring nothing that the server's positions do not give.
 */
import type { QueryClient } from '@tanstack/react-query'
import type { Event as FeedEvent, Snapshot } from '../../src/model/event.ts'
import { meQuery } from './account.ts'
import { applyChange } from './apply-change.ts'
import { historyKey } from './history.ts'
import { phonesQuery, roomsQuery, statusQuery, takeSnapshot } from './server.ts'

export type FeedHealth = 'connecting' | 'live' | 'lost'

type State =
  | { readonly kind: 'closed' }
  /** Nobody looks. */
  | { readonly kind: 'asleep' }
  | { readonly kind: 'opening'; readonly source: EventSource }
  | { readonly kind: 'catching-up'; readonly source: EventSource; readonly kept: FeedEvent[] }
  | { readonly kind: 'live'; readonly source: EventSource }
  | { readonly kind: 'lost'; readonly timer: number }

/** Up to where the cache is true. */
type Place = { readonly epoch: string; seq: number }

const firstPauseMs = 1000
const longestPauseMs = 15_000
const lookAgainMs = 400

export class LiveFeed {
  readonly #client: QueryClient
  readonly #listeners = new Set<() => void>()
  #state: State = { kind: 'closed' }
  #health: FeedHealth = 'connecting'
  #place: Place | undefined
  /** Saved records may have changed while nobody listened. */
  #missed = false
  #failures = 0
  #lookAgain: number | undefined
  /** The history has rows that no event has told yet. */
  #callsBegan = false

  constructor(client: QueryClient) {
    this.#client = client
  }

  readonly health = (): FeedHealth => this.#health

  /** Calls back at every change of `health`; returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    if (this.#state.kind !== 'closed') return
    document.addEventListener('visibilitychange', this.#look)
    // A page that goes into the back/forward cache says so here, and may say nothing else.
    window.addEventListener('pagehide', this.#sleep)
    window.addEventListener('pageshow', this.#look)
    this.#become({ kind: 'asleep' })
    this.#look()
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.#look)
    window.removeEventListener('pagehide', this.#sleep)
    window.removeEventListener('pageshow', this.#look)
    window.clearTimeout(this.#lookAgain)
    this.#lookAgain = undefined
    this.#become({ kind: 'closed' })
    // The next one to sign in begins with an empty cache.
    this.#place = undefined
    this.#failures = 0
    this.#setHealth('connecting')
  }

  readonly #look = (): void => {
    if (document.visibilityState !== 'visible') this.#sleep()
    else if (this.#state.kind === 'asleep') this.#connect()
  }

  readonly #sleep = (): void => {
    if (this.#state.kind !== 'closed') this.#become({ kind: 'asleep' })
  }

  #connect(): void {
    const place = this.#place
    const after = place === undefined ? '' : `?after=${encodeURIComponent(`${place.epoch}-${place.seq}`)}`
    const source = new EventSource(`/api/v1/events${after}`)
    this.#become({ kind: 'opening', source })
    source.addEventListener('open', () => {
      if (place === undefined) return this.#catchUp(source)
      this.#become({ kind: 'live', source })
      this.#cheer()
    })
    source.addEventListener('message', (message) => this.#take(JSON.parse(String(message.data)) as FeedEvent))
    source.addEventListener('reset', () => {
      this.#missed = true
      this.#catchUp(source)
    })
    source.addEventListener('error', () => this.#lose())
  }

  #catchUp(source: EventSource, kept: FeedEvent[] = []): void {
    const state: State = { kind: 'catching-up', source, kept }
    this.#become(state)
    this.#takeSnapshot(state).catch(() => {
      if (this.#state === state) this.#lose()
    })
  }

  async #takeSnapshot(asked: Extract<State, { kind: 'catching-up' }>): Promise<void> {
    const snapshot: Snapshot = await takeSnapshot()
    // An answer on its way to a page may be older than the snapshot, and must not come after it.
    await this.#client.cancelQueries({ predicate: isPushed })
    if (this.#state !== asked) return
    this.#client.setQueryData(roomsQuery.queryKey, snapshot.rooms)
    this.#client.setQueryData(phonesQuery.queryKey, snapshot.phones)
    this.#place = { epoch: snapshot.epoch, seq: snapshot.seq }
    this.#become({ kind: 'live', source: asked.source })
    for (const event of asked.kept) this.#take(event)
    this.#cheer()
  }

  /** The cache is true again, or will be with the next events. */
  #cheer(): void {
    if (this.#failures > 0 || this.#missed) {
      void this.#client.invalidateQueries({ predicate: (query) => !isPushed(query) })
    }
    this.#missed = false
    this.#failures = 0
    this.#setHealth('live')
  }

  #take(event: FeedEvent): void {
    const state = this.#state
    if (state.kind === 'catching-up') state.kept.push(event)
    if (state.kind !== 'live' || this.#place === undefined || event.seq <= this.#place.seq) return
    if (event.seq !== this.#place.seq + 1) {
      this.#missed = true
      return this.#catchUp(state.source, [event])
    }
    this.#place.seq = event.seq
    applyChange(this.#client, event)
    this.#refreshCounts(event)
  }

  /** Some pages show what no event carries (counters, calls still ringing): they look again, at most every `lookAgainMs`. */
  #refreshCounts(event: FeedEvent): void {
    if (event.type.startsWith('conference') || event.type.startsWith('employee')) return
    if (event.type === 'participant-joined') this.#callsBegan = true
    if (this.#lookAgain !== undefined) return
    this.#lookAgain = window.setTimeout(() => {
      this.#lookAgain = undefined
      void this.#client.invalidateQueries({ queryKey: statusQuery.queryKey })
      if (this.#callsBegan) void this.#client.invalidateQueries({ queryKey: [historyKey] })
      this.#callsBegan = false
    }, lookAgainMs)
  }

  #lose(): void {
    if (!('source' in this.#state)) return
    this.#failures += 1
    const pauseMs = Math.min(firstPauseMs * 2 ** (this.#failures - 1), longestPauseMs)
    const timer = window.setTimeout(() => {
      // The sign-in may be what ended: then this shows the sign-in page, and the feed is closed.
      void this.#client.invalidateQueries({ queryKey: meQuery.queryKey })
      this.#connect()
    }, pauseMs)
    this.#become({ kind: 'lost', timer })
    this.#setHealth('lost')
    // Until a stream comes again these are as good as the last answer.
    void this.#client.invalidateQueries({ predicate: isPushed })
  }

  #become(next: State): void {
    const old = this.#state
    if ('source' in old && !('source' in next && next.source === old.source)) old.source.close()
    if (old.kind === 'lost') window.clearTimeout(old.timer)
    this.#state = next
  }

  #setHealth(health: FeedHealth): void {
    if (health === this.#health) return
    this.#health = health
    for (const listener of this.#listeners) listener()
  }
}

/** What the snapshot and the events carry, and nothing else keeps fresh. */
function isPushed({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean {
  return queryKey[0] === roomsQuery.queryKey[0] || queryKey[0] === phonesQuery.queryKey[0]
}
