/**
 * Cuts a byte stream (TCP, TLS) into messages (RFC 3261 §18.3) and keep-alives (RFC 5626 §3.5.1).
 *
 * A pure machine: bytes in, events out. Time grows with the bytes, not with how they are cut into pieces; memory is
 * bounded by the greatest message allowed, plus what one push brings.
 */
import { contentLengthOf, findHeadEnd, readHead } from './wire/head.ts'
import { maxHeadLength, maxStreamMessageBytes } from './wire/limits.ts'

export type StreamEvent =
  /** One whole message for `parseMessage`; the bytes are the receiver's own. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** A double CRLF: to be answered by a single one. */
  | { readonly kind: 'keep-alive' }
  /** A single CRLF between messages: the answer to our ping, or the first half of theirs; harmless if unexpected. */
  | { readonly kind: 'pong' }
  /**
   * The stream cannot be cut any further and is to be closed; nothing comes after this. `head` (start line and header
   * fields) is there when it was read: its request may be answered with `status` first.
   */
  | { readonly kind: 'broken'; readonly why: string; readonly status: 400 | 513; readonly head?: Uint8Array }

export interface StreamFramer {
  /** Takes what came; `bytes` is not kept. */
  push(bytes: Uint8Array): readonly StreamEvent[]
}

type Phase =
  | { readonly at: 'between'; readonly lineEnds: number }
  | { readonly at: 'head'; readonly scanned: number }
  | { readonly at: 'body'; readonly messageLength: number }
  | { readonly at: 'broken' }

export function createStreamFramer(options?: { readonly maxMessageBytes?: number }): StreamFramer {
  return new Framer(options?.maxMessageBytes ?? maxStreamMessageBytes)
}

/** What an idle connection may hold on to. */
const idleCapacity = 4096

class Framer implements StreamFramer {
  readonly #maxMessageBytes: number
  #buffer = new Uint8Array(0)
  // What is not cut yet lies in #buffer from #start to #end.
  #start = 0
  #end = 0
  #phase: Phase = { at: 'between', lineEnds: 0 }

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes
  }

  push(bytes: Uint8Array): readonly StreamEvent[] {
    if (this.#phase.at === 'broken') return []
    this.#append(bytes)
    const events: StreamEvent[] = []
    while (this.#step(events));
    this.#tidy()
    return events
  }

  /** One move of the machine; false when it needs more bytes. */
  #step(events: StreamEvent[]): boolean {
    const phase = this.#phase
    switch (phase.at) {
      case 'between':
        return this.#skipBlank(phase.lineEnds, events)
      case 'head':
        return this.#readHead(phase.scanned, events)
      case 'body': {
        if (this.#end - this.#start < phase.messageLength) return false
        events.push({ kind: 'message', bytes: this.#take(phase.messageLength) })
        this.#phase = { at: 'between', lineEnds: 0 }
        return true
      }
      case 'broken':
        return false
    }
  }

  #skipBlank(lineEnds: number, events: StreamEvent[]): boolean {
    for (; this.#start < this.#end; this.#start++) {
      const byte = this.#buffer[this.#start]
      if (byte === 10) {
        lineEnds = (lineEnds + 1) % 2
        events.push({ kind: lineEnds === 0 ? 'keep-alive' : 'pong' })
      } else if (byte !== 13 && byte !== 0) {
        this.#phase = { at: 'head', scanned: 0 }
        return true
      }
    }
    this.#phase = { at: 'between', lineEnds }
    return false
  }

  #readHead(scanned: number, events: StreamEvent[]): boolean {
    const pending = this.#buffer.subarray(this.#start, this.#end)
    const { end, resume } = findHeadEnd(pending, scanned)
    const headLength = end < 0 ? pending.length : end
    if (headLength > maxHeadLength) return this.#break(events, { why: 'the head is too long', status: 513 })
    if (end < 0) {
      this.#phase = { at: 'head', scanned: resume }
      return false
    }
    const head = pending.slice(0, end)
    const length = contentLengthOf(readHead(Buffer.from(head.buffer, 0, end).toString('utf8')).fields)
    if (length === undefined) return this.#break(events, { why: 'no Content-Length', status: 400, head })
    if (Number.isNaN(length)) return this.#break(events, { why: 'malformed Content-Length', status: 400, head })
    if (end + length > this.#maxMessageBytes) return this.#break(events, { why: 'the message is too long', status: 513, head })
    this.#phase = { at: 'body', messageLength: end + length }
    return true
  }

  #break(events: StreamEvent[], how: { readonly why: string; readonly status: 400 | 513; readonly head?: Uint8Array }): false {
    events.push({ kind: 'broken', ...how })
    this.#phase = { at: 'broken' }
    this.#buffer = new Uint8Array(0)
    this.#start = this.#end = 0
    return false
  }

  #take(length: number): Uint8Array {
    const bytes = this.#buffer.slice(this.#start, this.#start + length)
    this.#start += length
    return bytes
  }

  #append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#buffer.length) {
      // Doubling: each byte is moved a bounded number of times, however it came.
      const grown = new Uint8Array(Math.max(idleCapacity, 2 * (this.#end + bytes.length)))
      grown.set(this.#buffer.subarray(0, this.#end))
      this.#buffer = grown
    }
    this.#buffer.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** Moves what is left to the front; it is less than what this push brought. */
  #tidy(): void {
    if (this.#start === 0) return
    this.#buffer.copyWithin(0, this.#start, this.#end)
    this.#end -= this.#start
    this.#start = 0
    if (this.#end === 0 && this.#buffer.length > idleCapacity) this.#buffer = new Uint8Array(0)
  }
}
