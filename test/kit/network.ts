/**
 * A bad network between phones and the server: a UDP relay that loses, delays, shuffles and repeats datagrams by a seeded plan,
 * and rewrites ports as a NAT does. One relay stands for one place of the server's; each phone's socket gets a port of its own
 * on the server's side.
 */
import { createSocket, type Socket } from 'node:dgram'
import { seededRandom } from './wait.ts'

export type Weather = {
  /** Share of datagrams lost, 0 to 1. */
  readonly loss?: number
  readonly delayMs?: number
  /** Added to the delay at random, evenly from 0. Datagrams overtake one another when it exceeds their distance. */
  readonly jitterMs?: number
  /** Share of datagrams that come twice. */
  readonly duplicated?: number
}

export type RelayOptions = {
  /** Where the server listens. */
  readonly to: { readonly address: string; readonly port: number }
  readonly seed: number
  readonly up?: Weather
  readonly down?: Weather
}

export type RelayCounts = { passed: number; lost: number; duplicated: number }

export class Relay {
  /** Where phones send to. */
  readonly address: { readonly address: string; readonly port: number }
  readonly counts: RelayCounts = { passed: 0, lost: 0, duplicated: 0 }
  readonly #inside: Socket
  readonly #outside = new Map<string, Socket>()
  readonly #random: () => number
  #closed = false
  #up: Weather
  #down: Weather

  private constructor(options: RelayOptions, inside: Socket) {
    this.#inside = inside
    this.#random = seededRandom(options.seed)
    this.#up = options.up ?? {}
    this.#down = options.down ?? {}
    const { address, port } = inside.address()
    this.address = { address, port }
    inside.on('message', (bytes, { address: from, port: fromPort }) => {
      const outside = this.#outsideOf(from, fromPort)
      this.#pass(this.#up, () => outside.send(bytes, options.to.port, options.to.address, () => {}))
    })
  }

  static async open(options: RelayOptions): Promise<Relay> {
    const inside = await bound('127.0.0.1')
    return new Relay(options, inside)
  }

  /** Other weather from now on. */
  change({ up = {}, down = {} }: { readonly up?: Weather; readonly down?: Weather }): void {
    this.#up = up
    this.#down = down
  }

  /** A NAT that has forgotten: the next datagram of every phone leaves by another port. */
  rebind(): void {
    for (const outside of this.#outside.values()) outside.close()
    this.#outside.clear()
  }

  close(): void {
    this.#closed = true
    this.#inside.close()
    this.rebind()
  }

  #outsideOf(address: string, port: number): Socket {
    const key = `${address}:${port}`
    const known = this.#outside.get(key)
    if (known) return known
    const outside = createSocket('udp4')
    outside.on('error', () => {})
    outside.bind(0, '127.0.0.1')
    outside.on('message', (bytes) => this.#pass(this.#down, () => this.#inside.send(bytes, port, address, () => {})))
    this.#outside.set(key, outside)
    return outside
  }

  #pass({ loss = 0, delayMs = 0, jitterMs = 0, duplicated = 0 }: Weather, send: () => void): void {
    const copies = this.#random() < duplicated ? 2 : 1
    if (copies === 2) this.counts.duplicated++
    for (let copy = 0; copy < copies; copy++) {
      if (this.#random() < loss) {
        this.counts.lost++
        continue
      }
      this.counts.passed++
      const waitMs = delayMs + this.#random() * jitterMs
      if (waitMs === 0) this.#sendNow(send)
      else setTimeout(() => this.#sendNow(send), waitMs)
    }
  }

  #sendNow(send: () => void): void {
    if (this.#closed) return
    try {
      send()
    } catch {
      // The socket was closed by `rebind` while the datagram was under way.
    }
  }
}

async function bound(address: string): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  await new Promise<void>((resolve) => socket.bind(0, address, () => resolve()))
  return socket
}
