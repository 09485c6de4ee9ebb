/** What only streams have: framing, connections that come and go, strangers that hold them open. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock, systemClock } from '../../base/clock.ts'
import { within } from '../../base/deadline.ts'
import { defaultRegistration } from '../registration.ts'
import { addressOf, nextInvite, Opened } from '../testing/endpoints.ts'

const opened = new Opened()
afterEach(() => opened.close())

const way = { transport: 'tcp', host: '127.0.0.1' } as const

class Line {
  readonly socket: Socket
  text = ''
  closed = false
  #changed = (): void => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (bytes) => {
      this.text += bytes.toString()
      this.#changed()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
      this.#changed()
    })
  }

  static async to(port: number): Promise<Line> {
    const line = opened.add(new Line(connect(port, '127.0.0.1')))
    await new Promise((resolve) => line.socket.once('connect', resolve))
    return line
  }

  /** Resolves when what was heard fits. */
  async until(fits: (line: Line) => boolean): Promise<void> {
    const happened = new Promise<void>((resolve) => {
      this.#changed = () => {
        if (fits(this)) resolve()
      }
      this.#changed()
    })
    await within(happened, { limitMs: 4000, what: `more than ${JSON.stringify(this.text)}` })
  }

  hears(part: string, times = 1): Promise<void> {
    return this.until(({ text }) => text.split(part).length > times)
  }

  close(): Promise<void> {
    this.socket.destroy()
    return Promise.resolve()
  }
}

const options = (number: number, more = ''): string =>
  [
    'OPTIONS sip:1111@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK${number}`,
    'From: <sip:a@b>;tag=1',
    'To: <sip:1111@b>',
    `Call-ID: ${number}`,
    `CSeq: ${number} OPTIONS`,
    `${more}Content-Length: 0`,
    '',
    '',
  ].join('\r\n')

describe('a connection', () => {
  it('carries several messages in one piece, and one in many', async () => {
    const line = await Line.to(addressOf(await opened.endpoint(way)).port)
    line.socket.write(options(1) + options(2))
    await line.hears('SIP/2.0 200', 2)
    for (const letter of options(3)) line.socket.write(letter)
    await line.hears('CSeq: 3 OPTIONS')
  })

  it('answers a ping with a pong', async () => {
    const line = await Line.to(addressOf(await opened.endpoint(way)).port)
    line.socket.write('\r\n\r\n')
    await line.until(({ text }) => text === '\r\n')
  })

  it('is told and closed when a message is too long', async () => {
    const line = await Line.to(addressOf(await opened.endpoint(way, { limits: { maxMessageBytes: 2000 } })).port)
    line.socket.write(options(1).replace('Content-Length: 0', 'Content-Length: 5000'))
    await line.until(({ closed }) => closed)
    expect(line.text).toMatch(/^SIP\/2\.0 513 /)
  })

  it('is told and closed when nobody can know where a message ends', async () => {
    const line = await Line.to(addressOf(await opened.endpoint(way)).port)
    line.socket.write(options(1).replace('Content-Length: 0\r\n', ''))
    await line.until(({ closed }) => closed)
    expect(line.text).toMatch(/^SIP\/2\.0 400 /)
  })

  it('is closed when it says nothing at all', async () => {
    const clock = new ManualClock()
    const endpoint = await opened.endpoint(way, { clock })
    const line = await Line.to(addressOf(endpoint).port)
    await within(new Promise<void>((resolve) => {
      const look = (): void => (clock.pending > 0 ? resolve() : void setImmediate(look))
      look()
    }), { limitMs: 2000, what: 'the connection to be accepted' })
    clock.advance(15_000)
    await line.until(({ closed }) => closed)
    expect(clock.pending).toBe(0)
  })

  it('is closed when its message trickles, however long it has been good', async () => {
    const clock = new ManualClock()
    const line = await Line.to(addressOf(await opened.endpoint(way, { clock })).port)
    line.socket.write(options(1))
    await line.hears('SIP/2.0 200')
    clock.advance(60_000)
    line.socket.write(options(2).slice(0, 30))
    line.socket.write('\r\n\r\n'.slice(0, 0))
    const other = await Line.to(line.socket.remotePort ?? 0)
    other.socket.write(options(3))
    await other.hears('SIP/2.0 200')
    clock.advance(15_000)
    await line.until(({ closed }) => closed)
    expect(other.closed).toBe(false)
  })

  it('is closed when it has been idle', async () => {
    const clock = new ManualClock()
    const line = await Line.to(addressOf(await opened.endpoint(way, { clock, limits: { idleMs: 60_000 } })).port)
    line.socket.write(options(1))
    await line.hears('SIP/2.0 200')
    clock.advance(59_000)
    line.socket.write(options(2))
    await line.hears('SIP/2.0 200', 2)
    clock.advance(59_999)
    line.socket.write(options(3))
    await line.hears('SIP/2.0 200', 3)
    clock.advance(60_000)
    await line.until(({ closed }) => closed)
  })

  it('is kept as long as a registration may last, without a keep-alive', async () => {
    const clock = new ManualClock()
    const line = await Line.to(addressOf(await opened.endpoint(way, { clock })).port)
    line.socket.write(options(1))
    await line.hears('SIP/2.0 200')
    clock.advance((defaultRegistration.maxExpiresSeconds + 60) * 1000)
    line.socket.write(options(2))
    await line.hears('SIP/2.0 200', 2)
    clock.advance(2 * defaultRegistration.maxExpiresSeconds * 1000)
    await line.until(({ closed }) => closed)
  })

  it.each([
    ['pings', '\r\n\r\n', '\r\n'],
    ['a request that cannot be read', options(1).replace('CSeq: 1', 'CSeq: x'), 'SIP/2.0 400'],
  ])('that has sent nothing but %s is not kept so long', async (_what, said, heard) => {
    const clock = new ManualClock()
    const line = await Line.to(addressOf(await opened.endpoint(way, { clock })).port)
    line.socket.write(said)
    await line.hears(heard)
    clock.advance(15 * 60_000)
    await line.until(({ closed }) => closed)
  })

  it.each(['goes on', 'has said its last'])('whose far end takes nothing and %s keeps no endpoint from closing', async (how) => {
    const endpoint = await opened.endpoint(way, { limits: { maxUnsentBytes: Infinity } })
    const line = await Line.to(addressOf(endpoint).port)
    line.socket.pause()
    const count = 2000
    // More than the system's buffers of both ends hold.
    const longTag = `tag=${'1'.repeat(8000)}`
    for (let i = 0; i < count; i++) line.socket.write(options(i).replace('tag=1', longTag))
    await within(new Promise<void>((resolve) => {
      const look = (): void => (endpoint.counts.messages >= count ? resolve() : void setImmediate(look))
      look()
    }), { limitMs: 8000, what: 'all requests to arrive' })
    if (how !== 'goes on') await new Promise<void>((resolve) => void line.socket.end(resolve))
    await within(endpoint.close(), { limitMs: 4000, what: 'the endpoint to close' })
  })

  it.each([1, 2])('is refused when one address has more than %i, and had again when one is given back', async (limit) => {
    const { port } = addressOf(await opened.endpoint(way, { limits: { maxConnectionsPerAddress: limit } }))
    const lines = await Promise.all(Array.from({ length: limit }, () => Line.to(port)))
    for (const line of lines) line.socket.write(options(1))
    await Promise.all(lines.map((line) => line.hears('SIP')))
    const surplus = await Line.to(port)
    await surplus.until(({ closed }) => closed)
    await lines[0]?.close()
    // The far end hears of it a little later.
    await within((async () => {
      for (;;) {
        const four = await Line.to(port)
        four.socket.write(options(4))
        await four.until(({ closed, text }) => closed || text !== '')
        if (four.text !== '') return
      }
    })(), { limitMs: 4000, what: 'a free place' })
  })
})

describe('an answer', () => {
  const invite = (port: number): string =>
    options(1).replaceAll('OPTIONS', 'INVITE').replace('127.0.0.1:9', `127.0.0.1:${port}`).replace(
      'Content-Length',
      `Contact: <sip:a@127.0.0.1:${port};transport=tcp>\r\nContent-Length`,
    )

  it('comes by a new connection to the sender when his own is gone', async () => {
    const heard: Line[] = []
    const server: Server = createServer((socket) => void heard.push(opened.add(new Line(socket))))
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    opened.add({ close: () => new Promise<void>((resolve) => void server.close(() => resolve())) })
    const at = server.address()
    const port = typeof at === 'object' && at ? at.port : 0
    const endpoint = await opened.endpoint(way, { clock: systemClock })
    const line = await Line.to(addressOf(endpoint).port)
    const came = nextInvite(endpoint)
    line.socket.write(invite(port))
    const dialog = await came
    await line.close()
    await line.until(({ closed }) => closed)
    await within(new Promise<void>((resolve) => {
      // What is said before the close is noticed is lost, as on any network.
      const look = (): void => {
        if (heard.length > 0) return resolve()
        dialog.progress(180)
        setTimeout(look, 5)
      }
      look()
    }), { limitMs: 4000, what: 'a new connection' })
    dialog.reject(486)
    await heard[0]?.hears('SIP/2.0 486')
  })
})
