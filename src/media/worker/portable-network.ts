/** Datagrams by node:dgram, where batched system calls are missing. Two to three times as dear; everything above is the same. */
import { createSocket, type Socket } from 'node:dgram'
import { formatAddress, isIpv4, parseAddress, unspecifiedAddress, type IpAddress } from '../../rtp/ip-address.ts'
import type { Arena } from './arena.ts'
import { DATAGRAM_BYTES, SOCKADDR_BYTES, newCounters, type Network, type PacketSink, type Turning } from './network.ts'
import { readSocketAddress, writeSocketAddress } from './socket-address.ts'

const BUFFER_BYTES = 4 << 20
/** Datagrams that wait for the next drain; a flood beyond that is dropped as a full socket would. */
const WAITING_MOST = 8192
const NAMES_MOST = 4096

type Waiting = { readonly socket: number; readonly data: Buffer; readonly address: string; readonly port: number }

export class PortableNetwork implements Network {
  readonly kind = 'portable'
  readonly counters = newCounters()
  readonly #arena: Arena
  readonly #sink: PacketSink
  readonly #sockets: (Socket | null)[] = []
  readonly #packet: number
  readonly #source: number
  readonly #target: IpAddress = unspecifiedAddress()
  #waiting: Waiting[] = []
  /** Texts of addresses and back: they are few and come again at every packet. */
  readonly #parsed = new Map<string, IpAddress | null>()
  readonly #formatted = new Map<string, string>()

  constructor({ arena, sink }: { readonly arena: Arena; readonly sink: PacketSink }) {
    this.#arena = arena
    this.#sink = sink
    this.#packet = arena.take(DATAGRAM_BYTES)
    this.#source = arena.take(SOCKADDR_BYTES)
  }

  open(host: string, port: number, done: (result: number | NodeJS.ErrnoException) => void): void {
    const address = parseAddress(host)
    const ipv4 = address !== null && isIpv4(address)
    const socket = createSocket(ipv4 ? { type: 'udp4' } : { type: 'udp6', ipv6Only: true })
    const gap = this.#sockets.indexOf(null)
    const number = gap < 0 ? this.#sockets.length : gap
    this.#sockets[number] = socket
    const fail = (error: NodeJS.ErrnoException): void => {
      this.#sockets[number] = null
      socket.close()
      done(error)
    }
    socket.once('error', fail)
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', fail)
      socket.on('error', () => this.counters.reported++)
      enlargeBuffers(socket)
      socket.on('message', (data, { address: from, port: fromPort }) => {
        this.counters.received++
        if (this.#waiting.length < WAITING_MOST) this.#waiting.push({ socket: number, data, address: from, port: fromPort })
      })
      done(number)
    })
  }

  close(socket: number): void {
    this.#sockets[socket]?.close()
    this.#sockets[socket] = null
  }

  drain(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    for (const { socket, data, address, port } of waiting) {
      const parsed = this.#parse(address)
      if (!parsed || !this.#sockets[socket]) continue
      const size = Math.min(data.length, DATAGRAM_BYTES)
      this.#arena.bytes.set(size === data.length ? data : data.subarray(0, size), this.#packet)
      writeSocketAddress(this.#arena.view, this.#source, parsed, port)
      this.#sink.received(socket, this.#packet, size, this.#source)
    }
  }

  send(socket: number, to: number, head: number, headBytes: number, body: number, bodyBytes: number): void {
    const { bytes, view } = this.#arena
    const port = readSocketAddress(view, to, this.#target)
    const data = Buffer.allocUnsafe(headBytes + bodyBytes)
    data.set(bytes.subarray(head, head + headBytes), 0)
    data.set(bytes.subarray(body, body + bodyBytes), headBytes)
    this.#sockets[socket]?.send(data, port, this.#format(this.#target), (error: NodeJS.ErrnoException | null) => {
      if (!error) this.counters.sent++
      else if (error.code === 'EAGAIN' || error.code === 'ENOBUFS') this.counters.overrun++
      else this.counters.failed++
    })
  }

  flush(): void {}

  run(loop: Turning): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        let waitMs: number
        try {
          waitMs = loop.turn()
        } catch (error) {
          return reject(error as Error)
        }
        if (waitMs < 0) {
          for (let socket = 0; socket < this.#sockets.length; socket++) this.close(socket)
          resolve()
        } else if (waitMs >= loop.idleMs) {
          const { async, value } = Atomics.waitAsync(loop.wake, 0, loop.wakeSeen, waitMs)
          if (async) void value.then(turn)
          else setImmediate(turn)
        } else if (waitMs <= 0) {
          setImmediate(turn) // after a delay: what came meanwhile is taken first
        } else {
          setTimeout(turn, Math.max(1, Math.round(waitMs)))
        }
      }
      turn()
    })
  }

  #parse(text: string): IpAddress | null {
    const known = this.#parsed.get(text)
    if (known !== undefined) return known
    if (this.#parsed.size >= NAMES_MOST) this.#parsed.clear()
    const address = parseAddress(text)
    this.#parsed.set(text, address)
    return address
  }

  #format(address: IpAddress): string {
    const key = String.fromCharCode(...new Uint16Array(address.buffer, address.byteOffset, 8))
    const known = this.#formatted.get(key)
    if (known !== undefined) return known
    if (this.#formatted.size >= NAMES_MOST) this.#formatted.clear()
    const text = formatAddress(address)
    this.#formatted.set(key, text)
    return text
  }
}

function enlargeBuffers(socket: Socket): void {
  try {
    socket.setRecvBufferSize(BUFFER_BYTES)
    socket.setSendBufferSize(BUFFER_BYTES)
  } catch {
    // The system's own size must do.
  }
}
