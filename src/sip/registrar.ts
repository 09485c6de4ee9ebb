/**
 * The registrar: REGISTER requests of verified accounts against stored contacts (RFC 3261 §10.3). What it means is in
 * `registration.ts`; here it is applied and answered.
 */
import type { Clock } from '../base/clock.ts'
import type { SipAddress } from './address.ts'
import { parseNameAddr, type NameAddr } from './name-addr.ts'
import {
  defaultRegistration,
  reachable,
  register,
  type Binding,
  type RegisterOutcome,
  type RegistrationOptions,
} from './registration.ts'
import type { ServerRequest } from './server-request.ts'
import { parseUri, type SipUri } from './uri.ts'

export type { Binding, RegistrationOptions } from './registration.ts'

/** Where contacts are kept. Implemented above; several nodes may share one. */
export interface Bindings {
  /** All contacts of an account, expired ones too if they are still there. */
  list(account: string): Promise<readonly Binding[]>
  /**
   * Replaces the contacts by what `step` makes of them, so that no other change comes between. `step` is pure and may be
   * called again when one did.
   */
  change<Result>(
    account: string,
    step: (current: readonly Binding[]) => { readonly bindings: readonly Binding[]; readonly result: Result },
  ): Promise<Result>
}

/** What a registration changed. */
export type Registered = Pick<RegisterOutcome, 'added' | 'removed' | 'bindings' | 'status'>

/** How to reach one contact: for `SipEndpoint.call` and `request`. */
export type ContactRoute = { readonly to: SipUri; readonly nextHop: SipUri | SipAddress; readonly routes: readonly NameAddr[] }

export class Registrar {
  readonly #bindings: Bindings
  readonly #clock: Clock
  readonly #options: RegistrationOptions

  constructor({ bindings, clock, options }: {
    readonly bindings: Bindings
    readonly clock: Clock
    readonly options?: Partial<RegistrationOptions>
  }) {
    this.#bindings = bindings
    this.#clock = clock
    this.#options = { ...defaultRegistration, ...options }
  }

  /**
   * Applies and answers a REGISTER that is proven to be `account`'s.
   * @throws what the store throws; the phone is then answered 500.
   */
  async register(account: string, open: Pick<ServerRequest, 'request' | 'source' | 'local' | 'respond'>): Promise<Registered> {
    try {
      const { request, source, local } = open
      const input = { request, source, local, options: this.#options }
      const outcome = await this.#bindings.change(account, (current) => {
        const result = register(current, input, this.#clock.wallMs())
        return { bindings: result.bindings, result }
      })
      open.respond(outcome.status, outcome)
      return outcome
    } catch (cause) {
      open.respond(500)
      throw cause
    }
  }

  /** Where an account can be called now, the preferred contact first. */
  async contacts(account: string): Promise<readonly Binding[]> {
    return reachable(await this.#bindings.list(account), this.#clock.wallMs())
  }
}

/** The way to a registered contact; undefined when the stored text is none. */
export function routeTo({ contact, path, source, viaSource }: Binding): ContactRoute | undefined {
  const to = parseUri(contact)
  if (!to) return undefined
  const routes = path.map((hop) => parseNameAddr(hop)).filter((hop) => hop !== undefined)
  const [first] = routes
  return { to, routes, nextHop: first?.uri ?? (viaSource ? source : to) }
}

/** Contacts in memory: for tests, and for one node that forgets its phones when it restarts. */
export class MemoryBindings implements Bindings {
  readonly #byAccount = new Map<string, readonly Binding[]>()

  list(account: string): Promise<readonly Binding[]> {
    return Promise.resolve(this.#byAccount.get(account) ?? [])
  }

  change<Result>(
    account: string,
    step: (current: readonly Binding[]) => { readonly bindings: readonly Binding[]; readonly result: Result },
  ): Promise<Result> {
    const { bindings, result } = step(this.#byAccount.get(account) ?? [])
    if (bindings.length > 0) this.#byAccount.set(account, bindings)
    else this.#byAccount.delete(account)
    return Promise.resolve(result)
  }
}
