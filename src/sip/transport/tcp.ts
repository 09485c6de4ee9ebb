/**
 * SIP over TCP (RFC 3261 §18): one listener, its connections, and those opened towards others. A connection is known by
 * its far end; responses and requests to that far end share it, whoever opened it.
 *
 * Strangers are held short: so many connections in all and from one address, none idle for long, no message that trickles.
 */
import { connect, createServer, isIPv6, type Server, type Socket } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import { Unavailable, unreachable } from '../../base/errors.ts'
import type { SipAddress } from '../address.ts'
import type { ParseResult } from '../parse.ts'
import { bindError } from './bind-error.ts'
import { Connection, type ConnectionLimits } from './connection.ts'
import type { Destination, SendTrace, Transport } from './transport.ts'

export type TcpLimits = ConnectionLimits & {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
  /** How long to wait for a connection that we open. */
  readonly connectMs: number
}

export const defaultTcpLimits: TcpLimits = {
  maxConnections: 10_000,
  maxConnectionsPerAddress: 200,
  connectMs: 4000,
  // Phones without keep-alives say nothing between two registrations, and those may last an hour (`registration.ts`).
  idleMs: 75 * 60_000,
  strangerIdleMs: 15 * 60_000,
  messageMs: 15_000,
  maxMessageBytes: 131_072,
  maxUnsentBytes: 1 << 20,
}

export type TcpParts = {
  readonly listen: { readonly host: string; readonly port: number }
  readonly clock: Clock
  readonly limits: TcpLimits
  readonly onResult: (result: ParseResult, source: SipAddress) => void
  /** For the log. */
  readonly onSend?: SendTrace | undefined
}

type State =
  | { readonly at: 'new' }
  | { readonly at: 'listening'; readonly server: Server; readonly bound: SipAddress }
  | { readonly at: 'closed'; readonly bound: SipAddress }

export class TcpTransport implements Transport {
  readonly kind = 'tcp'
  readonly reliable = true
  readonly family: 4 | 6
  readonly #parts: TcpParts
  /** Key: `address port` of the far end. */
  readonly #connections = new Map<string, Connection>()
  readonly #perAddress = new Map<string, number>()
  #state: State = { at: 'new' }

  constructor(parts: TcpParts) {
    this.#parts = parts
    this.family = isIPv6(parts.listen.host) ? 6 : 4
  }

  get bound(): SipAddress {
    const state = this.#state
    switch (state.at) {
      case 'new':
        return { transport: 'tcp', address: this.#parts.listen.host, port: this.#parts.listen.port }
      case 'listening':
      case 'closed':
        return state.bound
      default:
        return unreachable(state)
    }
  }

  start(): Promise<void> {
    const { host, port } = this.#parts.listen
    const server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#accept(socket))
    server.maxConnections = this.#parts.limits.maxConnections
    return new Promise((resolve, reject) => {
      const refused = (cause: Error): void => reject(bindError({ transport: 'tcp', address: host, port }, cause))
      server.once('error', refused)
      server.listen({ host, port, ipv6Only: this.family === 6, exclusive: true, backlog: 1024 }, () => {
        server.off('error', refused)
        // Out of file handles, for example: this connection is lost, the next may be had.
        server.on('error', () => {})
        const at = server.address()
        const bound: SipAddress = typeof at === 'object' && at ? {
          transport: 'tcp',
          address: at.address,
          port: at.port,
        } : this.bound
        this.#state = { at: 'listening', server, bound }
        resolve()
      })
    })
  }

  async close(): Promise<void> {
    const state = this.#state
    if (state.at !== 'listening') return
    this.#state = { at: 'closed', bound: state.bound }
    const closed = new Promise<void>((resolve) => {
      state.server.close(() => resolve())
    })
    for (const connection of this.#connections.values()) connection.finish()
    await closed
  }

  send(bytes: Uint8Array, to: Destination, failed?: (why: Error) => void): void {
    this.#parts.onSend?.(bytes, to)
    const found = this.#find(to)
    const connection = found ?? this.#open(to.otherwise ?? to)
    const { otherwise } = to
    // A connection that broke under our hands: once more by a new one.
    const again = found && otherwise ? () => this.send(bytes, otherwise, failed) : failed
    if (connection) connection.send(bytes, again)
    else queueMicrotask(() => failed?.(new Unavailable('no connection can be opened')))
  }

  async reach(to: Destination): Promise<void> {
    const connection = this.#find(to) ?? this.#open(to.otherwise ?? to)
    if (!connection) throw new Unavailable('no connection can be opened')
    await connection.connected
  }

  #find({ address, port, otherwise }: Destination): Connection | undefined {
    const connection = this.#connections.get(`${address} ${port}`)
    return connection ?? (otherwise && this.#connections.get(`${otherwise.address} ${otherwise.port}`))
  }

  #open({ address, port }: Destination): Connection | undefined {
    const { limits } = this.#parts
    if (this.#state.at !== 'listening' || this.#connections.size >= limits.maxConnections) return undefined
    const socket = connect({ host: address, port, noDelay: true, keepAlive: true })
    return this.#keep(socket, { transport: 'tcp', address, port }, limits.connectMs)
  }

  #accept(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket
    const full = (this.#perAddress.get(address ?? '') ?? 0) >= this.#parts.limits.maxConnectionsPerAddress
    if (address === undefined || port === undefined || full || this.#state.at !== 'listening') return void socket.destroy()
    this.#keep(socket, { transport: 'tcp', address, port }, 0)
  }

  #keep(socket: Socket, remote: SipAddress, connectMs: number): Connection {
    const { clock, limits, onResult } = this.#parts
    const key = `${remote.address} ${remote.port}`
    const connection: Connection = new Connection({
      socket,
      clock,
      limits,
      connectMs,
      onResult: (result) => onResult(result, remote),
      onClosed: () => {
        if (this.#connections.get(key) === connection) this.#connections.delete(key)
        const left = (this.#perAddress.get(remote.address) ?? 1) - 1
        if (left > 0) this.#perAddress.set(remote.address, left)
        else this.#perAddress.delete(remote.address)
      },
    })
    this.#connections.set(key, connection)
    this.#perAddress.set(remote.address, (this.#perAddress.get(remote.address) ?? 0) + 1)
    return connection
  }
}
