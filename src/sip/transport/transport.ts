/** What a way of carrying SIP messages must offer, and how the floor above names one pair of addresses. */
import type { SipAddress, SipTransport } from '../address.ts'

/** Where bytes go. `otherwise`: where to open a new connection when the one with `address:port` is gone (RFC 3261 §18.2.2). */
export type Destination = {
  readonly address: string
  readonly port: number
  readonly otherwise?: { readonly address: string; readonly port: number }
}

/** Sees what is sent. */
export type SendTrace = (bytes: Uint8Array, to: Destination) => void

export interface Transport {
  readonly kind: SipTransport
  readonly reliable: boolean
  readonly family: 4 | 6
  /** What the socket is bound to, once started; the address may be the wildcard. */
  readonly bound: SipAddress
  /** @throws Unavailable naming address, port and cause when the address cannot be had. */
  start(): Promise<void>
  close(): Promise<void>
  /** Never throws. `failed` is called at most once, and never before this returns. */
  send(bytes: Uint8Array, to: Destination, failed?: (why: Error) => void): void
  /** Resolves when something listens there. @throws Unavailable otherwise. Connectionless transports resolve at once. */
  reach(to: Destination): Promise<void>
}

/** One way between us and one other end. */
export type Flow = {
  readonly transport: Transport
  /** The other end. */
  readonly remote: SipAddress
  /** Ourselves as the other end can reach us: never a wildcard, the public address where it applies. */
  readonly local: SipAddress
  /** See {@link Destination}. */
  readonly otherwise?: { readonly address: string; readonly port: number }
}

export function sendOver(flow: Flow, bytes: Uint8Array, failed?: (why: Error) => void): void {
  const { address, port } = flow.remote
  flow.transport.send(bytes, flow.otherwise ? { address, port, otherwise: flow.otherwise } : { address, port }, failed)
}
