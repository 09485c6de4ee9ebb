/**
 * Which of our addresses another machine sees. The system's routing table knows; connecting a UDP socket asks it without
 * sending anything.
 */
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { Unavailable } from './errors.ts'

/**
 * Our address on the way to `remoteAddress` (a literal IPv4 or IPv6 address).
 * @throws Unavailable when there is no way.
 */
export function localAddressFor(remoteAddress: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(remoteAddress) ? 'udp6' : 'udp4')
    const fail = (cause: unknown): void => {
      socket.close()
      reject(new Unavailable(`no route to ${remoteAddress}`, { code: 'no-route', cause }))
    }
    socket.once('error', fail)
    // Any port does: nothing is sent. A connect that fails is told by the callback only.
    socket.connect(9, remoteAddress, (cause?: unknown) => {
      if (cause) return fail(cause)
      const { address } = socket.address()
      socket.close()
      resolve(address)
    })
  })
}

/** The last answers of {@link localAddressFor}, since routes change seldom and packets come often. */
export class RouteCache {
  readonly #nowMs: () => number
  readonly #keepMs: number
  readonly #limit: number
  readonly #known = new Map<string, { readonly local: string; readonly untilMs: number }>()
  readonly #asked = new Map<string, Promise<string>>()

  /** An answer is believed for `keepMs`; at most `limit` are kept, and a tenth of it asked at a time. */
  constructor({ nowMs, keepMs = 60_000, limit = 4096 }: {
    readonly nowMs: () => number
    readonly keepMs?: number
    readonly limit?: number
  }) {
    this.#nowMs = nowMs
    this.#keepMs = keepMs
    this.#limit = limit
  }

  /** The answer if it is known already. */
  peek(remoteAddress: string): string | undefined {
    const entry = this.#known.get(remoteAddress)
    return entry && entry.untilMs > this.#nowMs() ? entry.local : undefined
  }

  /** As {@link localAddressFor}. @throws Unavailable also when too many are being asked. */
  async ask(remoteAddress: string): Promise<string> {
    const known = this.peek(remoteAddress)
    if (known !== undefined) return known
    let asked = this.#asked.get(remoteAddress)
    if (!asked) {
      if (this.#asked.size >= this.#limit / 10) throw new Unavailable('too many routes are being looked up')
      asked = localAddressFor(remoteAddress).then((local) => this.#remember(remoteAddress, local))
      this.#asked.set(remoteAddress, asked)
      const done = (): void => void this.#asked.delete(remoteAddress)
      asked.then(done, done)
    }
    return asked
  }

  #remember(remoteAddress: string, local: string): string {
    this.#known.delete(remoteAddress)
    this.#known.set(remoteAddress, { local, untilMs: this.#nowMs() + this.#keepMs })
    if (this.#known.size > this.#limit) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    return local
  }
}
