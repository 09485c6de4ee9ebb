/** A listening server with a real store and nothing behind it, for the tests of this room. */
import { ManualClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { silentLog } from '../base/log.ts'
import type { Phone } from '../model/employee.ts'
import type { Room } from '../model/room.ts'
import type { Store } from '../store/store.ts'
import { openTemporaryStore } from '../store/temporary.ts'
import { EventFeed } from './feed.ts'
import { HttpServer } from './server.ts'
import type { HttpServerOptions } from './server.ts'

export type Trial = {
  readonly url: string
  readonly store: Store
  readonly feed: EventFeed
  readonly clock: ManualClock
  /** What is live; tests put rooms and phones here. */
  readonly rooms: Room[]
  readonly phones: Phone[]
  /** Ids of the conferences whose rooms were ended through the API. */
  readonly ended: string[]
  readonly token: string
  /** Asks with the API key; a body is sent as JSON. */
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>
  close(): Promise<void>
}

export type AskOptions = {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly anonymous?: boolean
}
// Tests look into answers of every shape; `any` keeps them readable.
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: any; readonly text: string }

export const login = 'admin'
export const password = 'correct horse battery'

export type TrialOptions = Partial<HttpServerOptions> & { readonly feedCapacity?: number; readonly log?: Log }

export async function startTrial(options: TrialOptions = {}): Promise<Trial> {
  const clock = new ManualClock()
  const log = options.log ?? silentLog
  const store = await openTemporaryStore({ clock, log, role: 'tool' }) // without a heartbeat: tests move the clock by days
  await store.administrators.create({ login, password })
  const { token } = await store.apiKeys.create({ name: 'trial' })
  const feed = new EventFeed({ clock, ...(options.feedCapacity === undefined ? {} : { capacity: options.feedCapacity }) })
  const rooms: Room[] = []
  const phones: Phone[] = []
  const ended: string[] = []
  const server = new HttpServer({
    log,
    clock,
    store,
    feed,
    live: {
      list: () => rooms,
      ofConference: (id) => rooms.find((room) => room.conferenceId === id) ?? null,
      async end(id) {
        ended.push(id)
        rooms.splice(0, rooms.length, ...rooms.filter((room) => room.conferenceId !== id))
      },
    },
    phones: { list: () => phones },
    status: () => ({
      version: '0.0.0',
      startedAt: new Date(clock.wallMs()).toISOString(),
      sip: [{ transport: 'udp', host: '127.0.0.1', port: 5060 }],
      publicAddress: null,
      mediaDriver: 'portable',
      mediaDriverReason: null,
      calls: 0,
      rooms: rooms.length,
      participants: 0,
      phones: phones.length,
    }),
    listen: { host: '127.0.0.1', port: 0 },
    panelFolder: '/nonexistent',
    version: '0.0.0',
    ...options,
  })
  const { host, port } = await server.start()
  const url = `http://${host}:${port}`
  return {
    url,
    store,
    feed,
    clock,
    rooms,
    phones,
    ended,
    token,
    async ask(method, path, { body, headers = {}, anonymous = false } = {}) {
      const response = await fetch(url + (path.startsWith('/') ? path : `/api/v1/${path}`), {
        method,
        redirect: 'manual',
        headers: {
          ...(anonymous ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
      const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : undefined
      return { status: response.status, headers: response.headers, text, body: parsed }
    },
    async close() {
      await server.close()
      await store.close()
    },
  }
}
