/** What carries datagrams for a worker: batched system calls, or node:dgram where they are missing. */

/** Sizes of the address forms that both drivers keep in the arena (`struct sockaddr_in` and `sockaddr_in6`). */
export const SOCKADDR_BYTES = 32

/** Longest datagram that is taken; a longer one is cut and so refused by its own lengths. */
export const DATAGRAM_BYTES = 1536

export interface PacketSink {
  /** A datagram lies at `at`, its source's socket address at `sourceAt`; both only until this returns. */
  received(socket: number, at: number, size: number, sourceAt: number): void
}

export type NetworkCounters = {
  received: number
  sent: number
  /** The system's send buffer was full: these were never sent. */
  overrun: number
  /** Refused by the system for their own sake (unreachable, too long, forbidden). */
  failed: number
  /** Errors that the system reported on a shared socket because of an earlier packet (a closed port at the other end). */
  reported: number
}

/** The worker's own loop; who drives it depends on the driver. */
export interface Turning {
  /** Does what is due. @returns milliseconds until it must be called again; negative: the worker ends */
  turn(): number
  /** A wait this long or longer is to be cut short when `wake[0]` is no longer `wakeSeen` (Atomics). */
  readonly idleMs: number
  readonly wake: Int32Array<SharedArrayBuffer>
  readonly wakeSeen: number
}

export interface Network {
  readonly kind: 'batched' | 'portable'
  readonly counters: NetworkCounters
  /** Binds a socket; `done` is called at once or later with its number, or with the error (`code` as of the system). */
  open(host: string, port: number, done: (result: number | NodeJS.ErrnoException) => void): void
  close(socket: number): void
  /** Hands everything that waits to the sink. */
  drain(): void
  /**
   * Queues a datagram made of two pieces of the arena, to the socket address at `to`. All three must stay as they are until
   * {@link flush}; so must the pieces of one socket come together (each change of socket is a system call).
   */
  send(socket: number, to: number, head: number, headBytes: number, body: number, bodyBytes: number): void
  flush(): void
  /** Drives the loop until it ends. */
  run(loop: Turning): Promise<void>
}

export function newCounters(): NetworkCounters {
  return { received: 0, sent: 0, overrun: 0, failed: 0, reported: 0 }
}
