/**
 * Datagrams by `recvmmsg` and `sendmmsg` on shared sockets: 3-15 % dearer than the same in C (docs/media.md).
 *
 * Message headers, vectors, addresses and receive buffers are laid out once; a received packet writes nothing here, a sent
 * one eight words. Not here: which packet belongs to whom.
 */
import { parseAddress } from '../../rtp/ip-address.ts'
import type { Arena } from './arena.ts'
import type { Libc } from './libc.ts'
import { DATAGRAM_BYTES, SOCKADDR_BYTES, newCounters, type Network, type PacketSink, type Turning } from './network.ts'
import { FAMILY_IPV4, FAMILY_IPV6, socketAddressBytes, writeSocketAddress } from './socket-address.ts'
import {
  CLOCK_MONOTONIC, EAGAIN, ECONNREFUSED, EINTR, EINVAL, ENOBUFS, EPOLLIN, EPOLL_ADD, EPOLL_DATA_AT, EPOLL_EVENT_BYTES,
  IOVEC_BYTES, IPPROTO_IP, IPPROTO_IPV6, IPV6_ONLY, IPV6_TRAFFIC_CLASS, IP_MTU_DISCOVER, IP_TOS, MESSAGE_BYTES,
  MESSAGE_IOV_AT, MESSAGE_IOV_COUNT_AT, MESSAGE_NAME_AT, MESSAGE_NAME_BYTES_AT, MESSAGE_SIZE_AT, MSG_DONTWAIT, PR_SET_TIMERSLACK,
  SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOL_SOCKET, SO_RCVBUF, SO_RCVBUFFORCE, SO_SNDBUF, SO_SNDBUFFORCE, systemError,
} from './linux-layout.ts'

const RECEIVE_BATCH = 256
const SEND_BATCH = 1024
const EVENTS = 256
/** A flood on one socket must not keep the clock waiting. */
const BATCHES_PER_DRAIN = 32
/** For the packets of a whole room within one wake-up. */
const BUFFER_BYTES = 4 << 20
/** DSCP EF: interactive voice (RFC 3246, RFC 4594). */
const EXPEDITED = 0xb8
/** Datagrams are never fragmented; the identification field need not be drawn. */
const DONT_FRAGMENT = 2

export class BatchedNetwork implements Network {
  readonly kind = 'batched'
  readonly counters = newCounters()
  readonly #arena: Arena
  readonly #libc: Libc
  readonly #sink: PacketSink
  readonly #base: number
  readonly #baseLow: number
  readonly #baseHigh: number
  readonly #descriptors: number[] = []
  readonly #epoll: number
  readonly #scratch: number
  readonly #events: number
  readonly #inMessages: number
  readonly #inBuffers: number
  readonly #inNames: number
  readonly #outMessages: number
  readonly #outVectors: number
  #outCount = 0
  #outSocket = -1

  constructor({ arena, libc, sink }: { readonly arena: Arena; readonly libc: Libc; readonly sink: PacketSink }) {
    this.#arena = arena
    this.#libc = libc
    this.#sink = sink
    this.#base = libc.addressOf(arena.buffer)
    this.#baseLow = this.#base % 0x100000000
    this.#baseHigh = Math.floor(this.#base / 0x100000000)
    this.#scratch = arena.take(64)
    this.#events = arena.take(EVENTS * EPOLL_EVENT_BYTES)
    this.#inMessages = arena.take(RECEIVE_BATCH * MESSAGE_BYTES)
    this.#inBuffers = arena.take(RECEIVE_BATCH * DATAGRAM_BYTES)
    this.#inNames = arena.take(RECEIVE_BATCH * SOCKADDR_BYTES)
    this.#outMessages = arena.take(SEND_BATCH * MESSAGE_BYTES)
    this.#outVectors = arena.take(SEND_BATCH * 2 * IOVEC_BYTES)
    this.#layOut()
    this.#epoll = libc.epollCreate(SOCK_CLOEXEC)
    if (this.#epoll < 0) throw systemError(libc.errno(), 'epoll_create1')
    libc.control(PR_SET_TIMERSLACK, 1000, 0, 0, 0)
  }

  open(host: string, port: number, done: (result: number | NodeJS.ErrnoException) => void): void {
    const address = parseAddress(host)
    if (!address) return done(systemError(EINVAL, `bind ${host}`))
    const { view } = this.#arena
    const sizeBytes = writeSocketAddress(view, this.#scratch, address, port)
    const ipv4 = view.getUint16(this.#scratch, true) === FAMILY_IPV4
    const family = ipv4 ? FAMILY_IPV4 : FAMILY_IPV6
    const fd = this.#libc.socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
    if (fd < 0) return done(systemError(this.#libc.errno(), 'socket'))
    this.#setBuffers(fd)
    if (ipv4) {
      this.#setOption(fd, IPPROTO_IP, IP_TOS, EXPEDITED)
      this.#setOption(fd, IPPROTO_IP, IP_MTU_DISCOVER, DONT_FRAGMENT)
    } else {
      this.#setOption(fd, IPPROTO_IPV6, IPV6_ONLY, 1)
      this.#setOption(fd, IPPROTO_IPV6, IPV6_TRAFFIC_CLASS, EXPEDITED)
    }
    if (this.#libc.bind(fd, this.#base + this.#scratch, sizeBytes) < 0) return done(this.#refuse(fd, `bind ${host}:${port}`))
    const socket = this.#place(fd)
    this.#arena.bytes.fill(0, this.#events, this.#events + EPOLL_EVENT_BYTES)
    view.setUint32(this.#events, EPOLLIN, true)
    view.setUint32(this.#events + EPOLL_DATA_AT, socket, true)
    if (this.#libc.epollControl(this.#epoll, EPOLL_ADD, fd, this.#base + this.#events) < 0) {
      this.#descriptors[socket] = -1
      return done(this.#refuse(fd, 'epoll_ctl'))
    }
    done(socket)
  }

  close(socket: number): void {
    const fd = this.#descriptors[socket] ?? -1
    if (fd < 0) return
    if (this.#outSocket === socket) this.flush()
    this.#libc.close(fd) // also leaves the epoll set
    this.#descriptors[socket] = -1
  }

  drain(): void {
    const { view } = this.#arena
    const count = this.#libc.epollWait(this.#epoll, this.#base + this.#events, EVENTS, 0)
    for (let i = 0; i < count; i++) {
      this.#drainSocket(view.getUint32(this.#events + i * EPOLL_EVENT_BYTES + EPOLL_DATA_AT, true))
    }
  }

  send(socket: number, to: number, head: number, headBytes: number, body: number, bodyBytes: number): void {
    if (socket !== this.#outSocket || this.#outCount === SEND_BATCH) {
      this.flush()
      this.#outSocket = socket
    }
    const { words, view } = this.#arena
    const message = (this.#outMessages + this.#outCount * MESSAGE_BYTES) >> 2
    const vector = (this.#outVectors + this.#outCount * 2 * IOVEC_BYTES) >> 2
    this.#outCount++
    this.#pointer(message + (MESSAGE_NAME_AT >> 2), to)
    words[message + (MESSAGE_NAME_BYTES_AT >> 2)] = socketAddressBytes(view, to)
    this.#pointer(vector, head)
    words[vector + 2] = headBytes
    this.#pointer(vector + 4, body)
    words[vector + 6] = bodyBytes
  }

  flush(): void {
    const fd = this.#descriptors[this.#outSocket] ?? -1
    const total = this.#outCount
    this.#outCount = 0
    if (total === 0 || fd < 0) return
    let done = 0
    while (done < total) {
      const sent = this.#libc.sendmmsg(fd, this.#base + this.#outMessages + done * MESSAGE_BYTES, total - done, MSG_DONTWAIT)
      if (sent > 0) {
        done += sent
        this.counters.sent += sent
        continue
      }
      const errno = this.#libc.errno()
      if (errno === EINTR) continue
      if (errno === EAGAIN || errno === ENOBUFS) {
        this.counters.overrun += total - done
        return
      }
      if (errno === ECONNREFUSED) {
        this.counters.reported++ // about an earlier packet; this one has not been tried, and the report is taken now
        continue
      }
      this.counters.failed++
      done++
    }
  }

  async run(loop: Turning): Promise<void> {
    try {
      for (let waitMs = loop.turn(); waitMs >= 0; waitMs = loop.turn()) {
        if (waitMs >= loop.idleMs) Atomics.wait(loop.wake, 0, loop.wakeSeen, waitMs)
        else if (waitMs > 0) this.#sleep(waitMs)
      }
    } finally {
      // Descriptors are the process's: they would outlive a thread that dies of a bug.
      for (let socket = 0; socket < this.#descriptors.length; socket++) this.close(socket)
      this.#libc.close(this.#epoll)
    }
  }

  #sleep(forMs: number): void {
    const at = this.#scratch >> 2
    const { words } = this.#arena
    words[at] = 0 // seconds: never as much as one
    words[at + 1] = 0
    words[at + 2] = Math.min(999_999_999, forMs * 1_000_000)
    words[at + 3] = 0
    this.#libc.sleep(CLOCK_MONOTONIC, 0, this.#base + this.#scratch, 0)
  }

  #drainSocket(socket: number): void {
    const fd = this.#descriptors[socket] ?? -1
    if (fd < 0) return
    const { view, words } = this.#arena
    const messages = this.#base + this.#inMessages
    for (let batch = 0; batch < BATCHES_PER_DRAIN; batch++) {
      const count = this.#libc.recvmmsg(fd, messages, RECEIVE_BATCH, MSG_DONTWAIT, 0)
      if (count <= 0) {
        const errno = count < 0 ? this.#libc.errno() : EAGAIN
        if (errno === EAGAIN) return
        if (errno !== EINTR) this.counters.reported++
        continue
      }
      this.counters.received += count
      for (let i = 0; i < count; i++) {
        const message = this.#inMessages + i * MESSAGE_BYTES
        const size = view.getUint32(message + MESSAGE_SIZE_AT, true)
        words[(message + MESSAGE_NAME_BYTES_AT) >> 2] = SOCKADDR_BYTES // the system has put the actual size there
        this.#sink.received(socket, this.#inBuffers + i * DATAGRAM_BYTES, size, this.#inNames + i * SOCKADDR_BYTES)
      }
      if (count < RECEIVE_BATCH) return
    }
  }

  #layOut(): void {
    const { words } = this.#arena
    const vectors = this.#arena.take(RECEIVE_BATCH * IOVEC_BYTES)
    for (let i = 0; i < RECEIVE_BATCH; i++) {
      const message = (this.#inMessages + i * MESSAGE_BYTES) >> 2
      const vector = vectors + i * IOVEC_BYTES
      this.#pointer(message + (MESSAGE_NAME_AT >> 2), this.#inNames + i * SOCKADDR_BYTES)
      words[message + (MESSAGE_NAME_BYTES_AT >> 2)] = SOCKADDR_BYTES
      this.#pointer(message + (MESSAGE_IOV_AT >> 2), vector)
      words[message + (MESSAGE_IOV_COUNT_AT >> 2)] = 1
      this.#pointer(vector >> 2, this.#inBuffers + i * DATAGRAM_BYTES)
      words[(vector >> 2) + 2] = DATAGRAM_BYTES
    }
    for (let i = 0; i < SEND_BATCH; i++) {
      const message = (this.#outMessages + i * MESSAGE_BYTES) >> 2
      this.#pointer(message + (MESSAGE_IOV_AT >> 2), this.#outVectors + i * 2 * IOVEC_BYTES)
      words[message + (MESSAGE_IOV_COUNT_AT >> 2)] = 2
    }
  }

  /** Writes the address of the arena's byte `at` as a 64-bit pointer. */
  #pointer(word: number, at: number): void {
    const low = this.#baseLow + at
    this.#arena.words[word] = low // the low 32 bits of it
    this.#arena.words[word + 1] = low < 0x100000000 ? this.#baseHigh : this.#baseHigh + 1
  }

  #setBuffers(fd: number): void {
    const set = (name: number): boolean => this.#setOption(fd, SOL_SOCKET, name, BUFFER_BYTES) === 0
    // The forced ones go beyond the system's limit where that is permitted.
    if (!set(SO_RCVBUFFORCE)) set(SO_RCVBUF)
    if (!set(SO_SNDBUFFORCE)) set(SO_SNDBUF)
  }

  #setOption(fd: number, level: number, name: number, value: number): number {
    this.#arena.view.setInt32(this.#scratch + 32, value, true)
    return this.#libc.setsockopt(fd, level, name, this.#base + this.#scratch + 32, 4)
  }

  #place(fd: number): number {
    const gap = this.#descriptors.indexOf(-1)
    const socket = gap < 0 ? this.#descriptors.length : gap
    this.#descriptors[socket] = fd
    return socket
  }

  #refuse(fd: number, what: string): NodeJS.ErrnoException {
    const error = systemError(this.#libc.errno(), what)
    this.#libc.close(fd)
    return error
  }
}
