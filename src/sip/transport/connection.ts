/** One TCP connection: bytes in are cut into messages, bytes out wait for the far end only so long. */
import type { Socket } from 'node:net'
import type { Clock, Timer } from '../../base/clock.ts'
import { Unavailable, unreachable } from '../../base/errors.ts'
import { parseMessage, type ParseResult } from '../parse.ts'
import { createStreamFramer, type StreamEvent, type StreamFramer } from '../stream-framer.ts'

export type ConnectionLimits = {
  /** A connection on which nothing is said for this long is closed: its far end's registration must fit in. */
  readonly idleMs: number
  /** The same for one that has not brought a whole message yet. */
  readonly strangerIdleMs: number
  /** A message that has begun must be complete within this time, and so must the first one after the connection. */
  readonly messageMs: number
  readonly maxMessageBytes: number
  /** More than this that the far end does not take: it is stuck. */
  readonly maxUnsentBytes: number
}

export type ConnectionParts = {
  readonly socket: Socket
  readonly clock: Clock
  readonly limits: ConnectionLimits
  /** For a connection that we open: how long that may take; 0 for one that was accepted. */
  readonly connectMs: number
  readonly onResult: (result: ParseResult) => void
  readonly onClosed: () => void
}

const pong = Buffer.from('\r\n')
/** How long what was written may take to go out once the connection is to be closed. */
const lingerMs = 1000

export class Connection {
  /** Settled when the far end has accepted; rejected with Unavailable when it has not. */
  readonly connected: Promise<void>
  readonly #parts: ConnectionParts
  readonly #framer: StreamFramer
  readonly #unsent = new Set<(why: Error) => void>()
  #state: 'connecting' | 'open' | 'closed'
  #whyClosed: Error | undefined
  /** Of the connection attempt, or of the message that has begun. */
  #deadline: Timer | undefined
  #idle: Timer | undefined
  /** How long it may be idle now. */
  #idleMs: number
  #lastUsedMs: number

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    const { socket, clock, limits, connectMs } = parts
    this.#framer = createStreamFramer({ maxMessageBytes: limits.maxMessageBytes })
    this.#state = connectMs > 0 ? 'connecting' : 'open'
    this.#lastUsedMs = clock.nowMs()
    this.connected = new Promise((resolve, reject) => {
      if (connectMs === 0) return resolve()
      socket.once('connect', () => resolve())
      socket.once('close', () => reject(new Unavailable('the connection was not accepted', { cause: this.#whyClosed })))
    })
    this.connected.catch(() => {}) // told by `failed` of what was sent, too
    this.#deadline = clock.after(connectMs > 0 ? connectMs : limits.messageMs, () => socket.destroy())
    this.#idleMs = Math.min(limits.strangerIdleMs, limits.idleMs)
    this.#watchIdle(this.#idleMs)
    socket.on('connect', () => {
      this.#state = 'open'
      this.#met()
    })
    socket.on('data', (bytes: Buffer) => this.#data(bytes))
    socket.on('error', (why) => {
      this.#whyClosed = why
    })
    // The far end says nothing more and, being a SIP element, listens no more either.
    socket.on('end', () => {
      this.#closed()
      socket.destroy()
    })
    socket.on('close', () => this.#closed())
  }

  send(bytes: Uint8Array, failed?: (why: Error) => void): void {
    const { socket, limits } = this.#parts
    if (this.#state === 'closed') return void queueMicrotask(() => failed?.(this.#failure()))
    if (socket.writableLength + bytes.length > limits.maxUnsentBytes) {
      queueMicrotask(() => failed?.(new Unavailable('the far end takes nothing more')))
      return void socket.destroy()
    }
    this.#lastUsedMs = this.#parts.clock.nowMs()
    if (failed) this.#unsent.add(failed)
    socket.write(bytes, (cause) => {
      // A failed write is told when the socket closes, once.
      if (!cause && failed) this.#unsent.delete(failed)
    })
  }

  /** Lets what was written go out, then closes; a far end that takes nothing is not waited for. */
  finish(): void {
    const { clock, socket } = this.#parts
    this.#met()
    this.#deadline = clock.after(lingerMs, () => socket.destroy())
    socket.destroySoon()
  }

  #data(bytes: Buffer): void {
    const { clock, limits, socket } = this.#parts
    this.#lastUsedMs = clock.nowMs()
    const events = this.#framer.push(bytes)
    // Bytes that complete nothing belong to a message that has begun.
    if (events.length > 0) this.#met()
    else this.#deadline ??= clock.after(limits.messageMs, () => socket.destroy())
    for (const event of events) this.#event(event)
  }

  #event(event: StreamEvent): void {
    const { onResult } = this.#parts
    switch (event.kind) {
      case 'message': {
        const result = parseMessage(event.bytes)
        if (result.kind === 'message') this.#idleMs = this.#parts.limits.idleMs
        return onResult(result)
      }
      case 'keep-alive':
        this.send(pong)
        return onResult({ kind: 'keep-alive' })
      case 'pong':
        return
      case 'broken':
        onResult(brokenRequest(event))
        return this.finish()
      default:
        return unreachable(event)
    }
  }

  /** What the deadline was for has happened. */
  #met(): void {
    this.#deadline?.cancel()
    this.#deadline = undefined
  }

  #watchIdle(delayMs: number): void {
    const { clock, socket } = this.#parts
    this.#idle = clock.after(delayMs, () => {
      const leftMs = this.#lastUsedMs + this.#idleMs - clock.nowMs()
      if (leftMs > 0) this.#watchIdle(leftMs)
      else socket.destroy()
    })
  }

  #failure(): Error {
    return this.#whyClosed ?? new Unavailable('the connection is closed')
  }

  #closed(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#met()
    this.#idle?.cancel()
    this.#parts.onClosed()
    for (const failed of this.#unsent) failed(this.#failure())
    this.#unsent.clear()
  }
}

/** The request in which the stream broke, refused as the framer says, if its head was there. */
function brokenRequest({ head, status, why }: Extract<StreamEvent, { kind: 'broken' }>): ParseResult {
  const parsed = head && parseMessage(head)
  if (parsed?.kind === 'bad-request') return { ...parsed, status }
  if (parsed?.kind !== 'message' || parsed.message.kind !== 'request') return { kind: 'garbage', why }
  const { method, headers } = parsed.message
  return { kind: 'bad-request', method, status, reason: why, headers }
}
