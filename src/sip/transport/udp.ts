/** SIP over UDP (RFC 3261 §18). One socket; IPv4 and IPv6 are kept apart, so that both wildcards can be listened on. */
import { createSocket, type Socket, type SocketOptions } from 'node:dgram'
import { lookup } from 'node:dns'
import { isIP, isIPv6 } from 'node:net'
import { unreachable } from '../../base/errors.ts'
import type { SipAddress } from '../address.ts'
import { bindError } from './bind-error.ts'
import type { Destination, SendTrace, Transport } from './transport.ts'

export type UdpParts = {
  readonly listen: { readonly host: string; readonly port: number }
  /** A datagram came; `bytes` is the receiver's. */
  readonly onDatagram: (bytes: Uint8Array, source: SipAddress) => void
  /** For the log. */
  readonly onSend?: SendTrace | undefined
}

/** Room for the bursts of a busy server while the thread is occupied; the system may grant less. */
const receiveBufferBytes = 4 << 20

export class UdpTransport implements Transport {
  readonly kind = 'udp'
  readonly reliable = false
  readonly family: 4 | 6
  readonly #parts: UdpParts
  #state:
    | { readonly at: 'new' }
    | { readonly at: 'listening'; readonly socket: Socket; readonly bound: SipAddress }
    | { readonly at: 'closed'; readonly bound: SipAddress } = { at: 'new' }

  constructor(parts: UdpParts) {
    this.#parts = parts
    this.family = isIPv6(parts.listen.host) ? 6 : 4
  }

  get bound(): SipAddress {
    const state = this.#state
    switch (state.at) {
      case 'new':
        return { transport: 'udp', address: this.#parts.listen.host, port: this.#parts.listen.port }
      case 'listening':
      case 'closed':
        return state.bound
      default:
        return unreachable(state)
    }
  }

  start(): Promise<void> {
    const { host, port } = this.#parts.listen
    const socket = createSocket({ type: this.family === 6 ? 'udp6' : 'udp4', ipv6Only: this.family === 6, lookup: lookUp })
    return new Promise((resolve, reject) => {
      const refused = (cause: Error): void => {
        socket.close()
        reject(bindError({ transport: 'udp', address: host, port }, cause))
      }
      socket.once('error', refused)
      socket.bind({ address: host, port, exclusive: true }, () => {
        socket.off('error', refused)
        // An ICMP error that belongs to an earlier datagram: its sender was told by the callback, or gives up by timer.
        socket.on('error', () => {})
        socket.on('message', (bytes, { address, port: from }) => {
          if (from > 0) this.#parts.onDatagram(bytes, { transport: 'udp', address, port: from })
        })
        growReceiveBuffer(socket)
        this.#state = {
          at: 'listening',
          socket,
          bound: { transport: 'udp', address: socket.address().address, port: socket.address().port },
        }
        resolve()
      })
    })
  }

  close(): Promise<void> {
    const state = this.#state
    if (state.at !== 'listening') return Promise.resolve()
    this.#state = { at: 'closed', bound: state.bound }
    return new Promise((resolve) => {
      state.socket.close(() => resolve())
    })
  }

  send(bytes: Uint8Array, to: Destination, failed?: (why: Error) => void): void {
    const state = this.#state
    if (state.at !== 'listening') return void queueMicrotask(() => failed?.(new Error('the socket is closed')))
    this.#parts.onSend?.(bytes, to)
    try {
      state.socket.send(bytes, to.port, to.address, (cause) => {
        if (cause) failed?.(cause)
      })
    } catch (cause) {
      queueMicrotask(() => failed?.(cause instanceof Error ? cause : new Error(String(cause))))
    }
  }

  reach(): Promise<void> {
    return Promise.resolve()
  }
}

/** Every address we send to is literal: without this each datagram would wait for a turn of the event loop. */
const lookUp: NonNullable<SocketOptions['lookup']> = (host, options, then) => {
  const family = isIP(host)
  if (family === 0) lookup(host, options, then)
  else then(null, host, family)
}

function growReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(receiveBufferBytes)
  } catch {
    // The system's own size has to do.
  }
}
