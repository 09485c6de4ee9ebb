import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { EventStreams } from './event-streams.ts'
import { EventFeed } from './feed.ts'

describe('EventStreams', () => {
  const clock = new ManualClock()
  const sockets: Socket[] = []
  const feed = new EventFeed({ clock, capacity: 50 })
  let streams: EventStreams
  const server = createServer((_, response) => {
    streams.serve(response, { position: null, headers: {}, mayStay: async () => true })
  })

  beforeEach(async () => {
    streams = new EventStreams({ feed, clock })
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  afterEach(async () => {
    streams.close()
    for (const socket of sockets.splice(0)) socket.destroy()
    await once(server.close(), 'close')
    expect(clock.pending).toBe(0)
  })

  /** Asks for the feed, waits for its first bytes, and reads nothing more. */
  async function deaf(): Promise<void> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'readable')
  }

  it('a client that does not read for two heartbeats is cut, however quiet the feed is then', async () => {
    await deaf()
    for (let i = 0; i < 200; i++) feed.append({ type: 'conference-deleted', conferenceId: 'x'.repeat(100_000) })
    expect(streams.size).toBe(1)
    clock.advance(15_000)
    expect(streams.size).toBe(1)
    clock.advance(15_000)
    expect(streams.size).toBe(0)
  })

  it('a client that keeps up stays', async () => {
    await deaf()
    sockets[0]?.resume()
    for (let i = 0; i < 10; i++) {
      feed.append({ type: 'conference-deleted', conferenceId: 'x' })
      clock.advance(15_000)
    }
    expect(streams.size).toBe(1)
  })

  it('what waits for a client that does not read is bounded by its connection, not by what happened', async () => {
    await deaf()
    const before = process.memoryUsage().external + process.memoryUsage().arrayBuffers
    for (let i = 0; i < 1000; i++) feed.append({ type: 'conference-deleted', conferenceId: 'x'.repeat(100_000) })
    const grownBytes = process.memoryUsage().external + process.memoryUsage().arrayBuffers - before
    expect(grownBytes).toBeLessThan(20_000_000) // 100 MB were appended
  })
})
