import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { within } from '../../base/deadline.ts'
import type { Change } from '../../model/event.ts'
import { startTrial } from '../trial.ts'
import type { Trial } from '../trial.ts'

type Message = { id: string; event: string; data: any } // parsed JSON of whatever shape a test looks for

/** A client of the feed that parses server-sent events as the standard says. */
class Listener {
  readonly messages: Message[] = []
  readonly comments: string[] = []
  lastId = ''
  readonly response: Response
  readonly #reader: ReadableStreamDefaultReader<string>
  #rest = ''
  ended = false

  private constructor(response: Response) {
    this.response = response
    this.#reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream()).getReader()
  }

  static async open(trial: Trial, path = 'events', headers: Record<string, string> = {}): Promise<Listener> {
    const asked = headers['cookie'] === undefined ? { authorization: `Bearer ${trial.token}`, ...headers } : headers
    const response = await fetch(`${trial.url}/api/v1/${path}`, { headers: asked })
    expect(response.status).toBe(200)
    const listener = new Listener(response)
    await listener.until(() => listener.lastId !== '')
    return listener
  }

  /** Reads until `ready`, or fails after five seconds. */
  async until(ready: () => boolean): Promise<void> {
    await within(this.#readUntil(ready), { limitMs: 5000, what: 'the feed' })
  }

  async close(): Promise<void> {
    await this.#reader.cancel()
  }

  async #readUntil(ready: () => boolean): Promise<void> {
    while (!ready()) {
      const { done, value } = await this.#reader.read().catch(() => ({ done: true as const, value: undefined }))
      if (done) {
        this.ended = true
        if (!ready()) throw new Error('the feed ended')
        return
      }
      const blocks = (this.#rest + value).split('\n\n')
      this.#rest = blocks.pop() ?? ''
      for (const block of blocks) this.#take(block)
    }
  }

  #take(block: string): void {
    const message: Message = { id: '', event: 'message', data: undefined }
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) this.comments.push(line)
      else if (line.startsWith('id: ')) this.lastId = message.id = line.slice(4)
      else if (line.startsWith('event: ')) message.event = line.slice(7)
      else if (line.startsWith('data: ')) message.data = JSON.parse(line.slice(6))
    }
    if (message.data !== undefined) this.messages.push(message)
  }
}

describe('the live feed', () => {
  let trial: Trial
  const open: Listener[] = []
  const listen = async (...parts: [path?: string, headers?: Record<string, string>]) => {
    const listener = await Listener.open(trial, ...parts)
    open.push(listener)
    return listener
  }
  const happen = (name: string): void => void trial.feed.append(change(name))
  const names = (listener: Listener): string[] => listener.messages.map(({ data }) => data.conferenceId)

  beforeEach(async () => {
    trial = await startTrial({ feedCapacity: 100 })
  })
  afterEach(async () => {
    for (const listener of open.splice(0)) await listener.close().catch(() => {})
    await trial.close()
  })

  it('events come to every listener, numbered from 1, with their position', async () => {
    const [one, other] = [await listen(), await listen()]
    expect(one.lastId).toBe(`${trial.feed.epoch}-0`)
    happen('a')
    happen('b')
    for (const listener of [one, other]) {
      await listener.until(() => listener.messages.length === 2)
      expect(listener.messages[1]).toEqual({
        id: `${trial.feed.epoch}-2`,
        event: 'message',
        data: { seq: 2, at: '2026-01-01T00:00:00.000Z', type: 'conference-deleted', conferenceId: 'b' },
      })
    }
    expect(one.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(one.response.headers.get('cache-control')).toBe('no-store')
    expect(one.response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('a snapshot and the events after it leave no gap', async () => {
    happen('a')
    const { body } = await trial.ask('GET', 'snapshot')
    expect(body).toEqual({ seq: 1, epoch: trial.feed.epoch, rooms: [], phones: [] })
    happen('b')
    const listener = await listen(`events?after=${body.epoch}-${body.seq}`)
    happen('c')
    await listener.until(() => listener.messages.length === 2)
    expect(names(listener)).toEqual(['b', 'c'])
  })

  it('a listener that comes back goes on where it was, its last id before the address it first asked', async () => {
    for (const name of ['a', 'b', 'c']) happen(name)
    const listener = await listen(`events?after=${trial.feed.epoch}-0`, { 'last-event-id': `${trial.feed.epoch}-2` })
    await listener.until(() => listener.messages.length === 1)
    expect(names(listener)).toEqual(['c'])
  })

  it('a position that is too old, of another start, or nonsense is answered with a reset, and the feed goes on', async () => {
    for (let i = 1; i <= 150; i++) happen(String(i))
    const { epoch } = trial.feed
    for (const position of [`${epoch}-49`, `other-149`, `${epoch}-151`, 'nonsense']) {
      const listener = await listen(`events?after=${position}`)
      await listener.until(() => listener.messages.length === 1)
      expect([position, listener.messages[0]]).toEqual([position, { id: `${epoch}-150`, event: 'reset', data: { epoch, seq: 150 } }])
    }
    const kept = await listen(`events?after=${epoch}-50`)
    await kept.until(() => kept.messages.length === 100)
    expect(names(kept)[0]).toBe('51')
    happen('new')
    for (const listener of open) await listener.until(() => names(listener).at(-1) === 'new')
  })

  it('a heartbeat shows that the connection lives', async () => {
    const listener = await listen()
    trial.clock.advance(15_000)
    await listener.until(() => listener.comments.length === 1)
    trial.clock.advance(30_000)
    await listener.until(() => listener.comments.length === 3)
  })

  it('who is signed out stops hearing at the next heartbeat', async () => {
    const { token } = await trial.store.signIns.create((await trial.store.administrators.list())[0]?.id ?? '')
    const listener = await listen('events', { cookie: `veche=${token}` })
    trial.clock.advance(15_000)
    await listener.until(() => listener.comments.length === 1)
    await trial.store.signIns.revoke(token)
    trial.clock.advance(15_000)
    await expect(listener.until(() => false)).rejects.toThrow('the feed ended')
  })

  it('a client that does not read is cut, without holding up the others or the memory', async () => {
    const { hostname, port } = new URL(trial.url)
    const stuck = connect(Number(port), hostname)
    const cut = new Promise((resolve) => stuck.on('close', resolve))
    stuck.on('error', () => {})
    stuck.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${trial.token}\r\n\r\n`)
    await new Promise((resolve) => stuck.once('readable', resolve)) // it has begun; from here on nothing is read
    const reading = await listen()
    const before = process.memoryUsage().external + process.memoryUsage().heapUsed
    for (let i = 0; i < 400; i++) {
      happen(`${i} ${'x'.repeat(100_000)}`)
      await reading.until(() => reading.messages.length === i + 1)
    }
    const grownBytes = process.memoryUsage().external + process.memoryUsage().heapUsed - before
    expect(grownBytes).toBeLessThan(200_000_000) // this listener keeps 40 MB itself, the feed a hundred events
    trial.clock.advance(45_000)
    stuck.resume()
    await within(cut, { limitMs: 5000, what: 'the cut' })
    happen('after')
    await reading.until(() => names(reading).at(-1) === 'after')
  })

  it('closing the server ends the streams', async () => {
    const listener = await listen()
    await trial.close()
    await expect(listener.until(() => false)).rejects.toThrow('the feed ended')
    trial = await startTrial()
  })
})

function change(name: string): Change {
  return { type: 'conference-deleted', conferenceId: name }
}
