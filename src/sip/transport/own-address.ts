/** What we call ourselves towards another machine: in Via, in Contact, in SDP. */
import { isIP, type BlockList } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import { RouteCache } from '../../base/route.ts'
import type { SipAddress } from '../address.ts'
import { isIn, isPrivateAddress, isWildcard, ownNetworks, withoutZone } from './reach.ts'
import type { Transport } from './transport.ts'

/** Interfaces come and go, but asking for them is not for every packet. */
const networksKeptMs = 10_000

export class OwnAddress {
  readonly #clock: Clock
  readonly #publicAddress: string | undefined
  readonly #routes: RouteCache
  #networks: { readonly list: BlockList; readonly untilMs: number } | undefined

  /** `publicAddress`: what peers across the internet reach us by. */
  constructor({ clock, publicAddress }: { readonly clock: Clock; readonly publicAddress: string | undefined }) {
    this.#clock = clock
    this.#publicAddress = publicAddress
    this.#routes = new RouteCache({ nowMs: () => clock.nowMs() })
  }

  /** At once where nothing has to be looked up. The promise is never rejected: without a route, loopback is as good as any. */
  towards(remoteAddress: string, transport: Transport): SipAddress | Promise<SipAddress> {
    const { bound } = transport
    if (this.#publicAddress !== undefined && this.#isFar(remoteAddress, transport.family)) {
      return { ...bound, address: this.#publicAddress }
    }
    if (!isWildcard(bound.address)) return bound
    const known = this.#routes.peek(remoteAddress)
    if (known !== undefined) return { ...bound, address: withoutZone(known) }
    return this.#routes.ask(remoteAddress).then(
      (local) => ({ ...bound, address: withoutZone(local) }),
      () => ({ ...bound, address: transport.family === 6 ? '::1' : '127.0.0.1' }),
    )
  }

  /** Our address on the way to `remoteAddress`; undefined when there is none. */
  async routeTo(remoteAddress: string): Promise<string | undefined> {
    return this.#routes.ask(remoteAddress).catch(() => undefined)
  }

  /** Across the internet; a public address of the other family would not help there. */
  #isFar(remoteAddress: string, family: 4 | 6): boolean {
    const publicFamily = isIP(this.#publicAddress ?? '')
    if (publicFamily !== 0 && publicFamily !== family) return false
    return !isPrivateAddress(remoteAddress) && !isIn(this.#ownNetworks(), remoteAddress)
  }

  #ownNetworks(): BlockList {
    const nowMs = this.#clock.nowMs()
    if (!this.#networks || this.#networks.untilMs <= nowMs) {
      this.#networks = { list: ownNetworks(), untilMs: nowMs + networksKeptMs }
    }
    return this.#networks.list
  }
}
