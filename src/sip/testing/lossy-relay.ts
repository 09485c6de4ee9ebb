/**
 * For tests: a bad network between two endpoints. Contacts are rewritten on the way, so that everything passes here.
 */
import { createSocket, type Socket } from 'node:dgram'
import type { SipAddress } from '../address.ts'

/** What becomes of one packet: how often it arrives. `count` is how often the same first line went this way before. */
export type Fate = (
  packet: { readonly firstLine: string; readonly text: string; readonly count: number; readonly to: 'left' | 'right' },
) => number

export class LossyRelay {
  readonly #left: Socket
  readonly #right: Socket
  readonly #seen = new Map<string, number>()
  readonly #fate: Fate
  #leftPeer: { address: string; port: number } | undefined

  private constructor(sockets: { readonly left: Socket; readonly right: Socket }, fate: Fate) {
    this.#left = sockets.left
    this.#right = sockets.right
    this.#fate = fate
  }

  /** Stands before `right`; whoever sends to `address` first is the left end. */
  static async open(right: SipAddress, fate: Fate): Promise<LossyRelay> {
    const [left, far] = [await bound(), await bound()]
    const relay = new LossyRelay({ left, right: far }, fate)
    left.on('message', (bytes, { address, port }) => {
      relay.#leftPeer ??= { address, port }
      relay.#pass(bytes, { to: 'right', from: relay.#leftPeer.port, as: far, at: right })
    })
    far.on('message', (bytes) => {
      if (relay.#leftPeer) relay.#pass(bytes, { to: 'left', from: right.port, as: left, at: relay.#leftPeer })
    })
    return relay
  }

  get address(): SipAddress {
    return { transport: 'udp', address: '127.0.0.1', port: this.#left.address().port }
  }

  close(): Promise<void> {
    const closed = [this.#left, this.#right].map((socket) => new Promise<void>((resolve) => {
      socket.close(() => resolve())
    }))
    return Promise.all(closed).then(() => {})
  }

  #pass(bytes: Uint8Array, way: {
    readonly to: 'left' | 'right'
    readonly from: number
    readonly as: Socket
    readonly at: { address: string; port: number }
  }): void {
    const text = Buffer.from(bytes).toString()
    const firstLine = (text.split('\r\n', 1)[0] ?? '').replace(/ sip:\S+ SIP\/2\.0$/, '')
    const key = `${way.to} ${firstLine} ${/CSeq: (.*)/.exec(text)?.[1]}`
    const count = this.#seen.get(key) ?? 0
    this.#seen.set(key, count + 1)
    const times = this.#fate({ firstLine, text, count, to: way.to })
    const rewritten = text.replaceAll(`Contact: <sip:127.0.0.1:${way.from}>`, `Contact: <sip:127.0.0.1:${way.as.address().port}>`)
    for (let sent = 0; sent < times; sent++) way.as.send(rewritten, way.at.port, way.at.address)
  }
}

function bound(): Promise<Socket> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    socket.bind(0, '127.0.0.1', () => resolve(socket))
  })
}
