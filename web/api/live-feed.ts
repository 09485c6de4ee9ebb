/**
 * The live feed: every change of state, pushed by the server and put into the query cache, so that nothing polls.
 *
 * | step | what is true |
 * |---|---|
 * | stream opens | events are kept aside |
 * | snapshot comes, at `seq` | rooms and phones are taken from it; kept events after `seq` are applied |
 * | each further event | applied when it is the next one; a gap, or `reset`, starts again at the snapshot |
 * | stream drops | state `lost`, new attempts with growing pauses; then again from the top, everything else refetched |
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
  | { readonly kind: 'catching-up'; readonly source: EventSource; readonly kept: FeedEvent[] }
  | { readonly kind: 'live'; readonly source: EventSource; seq: number }
  | { readonly kind: 'lost'; readonly timer: number }

const firstPauseMs = 1000
const longestPauseMs = 15_000
const lookAgainMs = 700

export class LiveFeed {
  readonly #client: QueryClient
  readonly #listeners = new Set<() => void>()
  #state: State = { kind: 'closed' }
  #health: FeedHealth = 'connecting'
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
    if (this.#state.kind === 'closed') this.#connect()
  }

  close(): void {
    window.clearTimeout(this.#lookAgain)
    this.#lookAgain = undefined
    this.#become({ kind: 'closed' })
    this.#failures = 0
    this.#setHealth('connecting')
  }

  #connect(): void {
    const source = new EventSource('/api/v1/events')
    this.#become({ kind: 'catching-up', source, kept: [] })
    source.addEventListener('open', () => {
      // The stream's own reconnection comes here too: whatever was missed is in the snapshot.
      this.#become({ kind: 'catching-up', source, kept: [] })
      void this.#catchUp(source)
    })
    source.addEventListener('message', (message) => this.#take(JSON.parse(String(message.data)) as FeedEvent))
    source.addEventListener('reset', () => {
      this.#become({ kind: 'catching-up', source, kept: [] })
      void this.#catchUp(source)
    })
    source.addEventListener('error', () => this.#lose())
  }

  async #catchUp(source: EventSource): Promise<void> {
    try {
      const snapshot = await takeSnapshot()
      if (this.#state.kind === 'catching-up' && this.#state.source === source) this.#begin(snapshot, this.#state)
    } catch {
      if (this.#state.kind === 'catching-up' && this.#state.source === source) this.#lose()
    }
  }

  #begin(snapshot: Snapshot, from: Extract<State, { kind: 'catching-up' }>): void {
    this.#client.setQueryData(roomsQuery.queryKey, snapshot.rooms)
    this.#client.setQueryData(phonesQuery.queryKey, snapshot.phones)
    this.#become({ kind: 'live', source: from.source, seq: snapshot.seq })
    for (const event of from.kept) this.#take(event)
    // Saved records may have changed while nobody listened.
    if (this.#failures > 0) {
      void this.#client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'rooms' && queryKey[0] !== 'phones' })
    }
    this.#failures = 0
    this.#setHealth('live')
  }

  #take(event: FeedEvent): void {
    const state = this.#state
    if (state.kind === 'catching-up') state.kept.push(event)
    if (state.kind !== 'live' || event.seq <= state.seq) return
    if (event.seq !== state.seq + 1) {
      this.#become({ kind: 'catching-up', source: state.source, kept: [event] })
      return void this.#catchUp(state.source)
    }
    state.seq = event.seq
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
    if (this.#state.kind === 'closed' || this.#state.kind === 'lost') return
    this.#failures += 1
    const pauseMs = Math.min(firstPauseMs * 2 ** (this.#failures - 1), longestPauseMs)
    const timer = window.setTimeout(() => {
      // The sign-in may be what ended: then this shows the sign-in page, and the feed is closed.
      void this.#client.invalidateQueries({ queryKey: meQuery.queryKey })
      this.#connect()
    }, pauseMs)
    this.#become({ kind: 'lost', timer })
    this.#setHealth('lost')
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
