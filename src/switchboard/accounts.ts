/** SIP accounts as digest authentication needs them: an employee's number is the user name, the secret never leaves here. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Employee } from '../model/employee.ts'
import type { SipDigest } from '../model/settings.ts'
import { makeHa1, type DigestAlgorithm } from '../sip/digest-hash.ts'
import { createDigestVerifier, type DigestResult, type DigestVerifier } from '../sip/digest.ts'
import type { SipRequest } from '../sip/message.ts'

export interface AccountStore {
  findByNumber(number: string): Promise<Employee | null>
  secretByNumber(number: string): Promise<string | null>
}

export type AccountsOptions = {
  readonly employees: AccountStore
  readonly clock: Clock
  /** As set now; phones are challenged anew when it changes. */
  readonly settings: () => { readonly sipRealm: string; readonly sipDigest: SipDigest }
}

/** Who a request proves to come from. */
export type Proof = { readonly kind: 'employee'; readonly employee: Employee } | Extract<DigestResult, { kind: 'challenge' }>

/** MD5 comes first: phones that know one algorithm only look at the first challenge, and those that know more may choose. */
const offered: Readonly<Record<SipDigest, readonly DigestAlgorithm[]>> = { both: ['MD5', 'SHA-256'], md5: ['MD5'], 'sha-256': ['SHA-256'] }

/** Phones that give up when any challenge names an algorithm they do not know, by their User-Agent: baresip before 2.0. */
const knowsOnlyMd5 = /^baresip v?[01]\./i

export class Accounts {
  readonly #options: AccountsOptions
  #verifier: { readonly realm: string; readonly use: SipDigest; readonly digest: DigestVerifier } | null = null

  constructor(options: AccountsOptions) {
    this.#options = options
  }

  /** Verifies the credentials of a request, or says how to challenge it. */
  async prove(request: SipRequest): Promise<Proof> {
    const result = await this.#digest().verify(request)
    if (result.kind === 'challenge') return this.#fitting(result, request)
    const employee = await this.#options.employees.findByNumber(result.username)
    // Deleted between the two looks: challenged like anybody unknown.
    return employee ? { kind: 'employee', employee } : this.prove({ ...request, headers: request.headers.copy().remove('Authorization') })
  }

  /** Whether `number` belongs to an account, so that nobody may claim it without its secret. */
  async isTaken(number: string): Promise<boolean> {
    return (await this.#options.employees.findByNumber(number)) !== null
  }

  #digest(): DigestVerifier {
    const { sipRealm: realm, sipDigest: use } = this.#options.settings()
    if (this.#verifier?.realm === realm && this.#verifier.use === use) return this.#verifier.digest
    const { clock, employees } = this.#options
    const secrets = {
      async find(username: string) {
        const secret = await employees.secretByNumber(username)
        return secret === null ? undefined : makeHa1({ username, realm, password: secret })
      },
    }
    const digest = createDigestVerifier({ realm, clock, secrets, algorithms: offered[use], nonceSecret: randomBytes(32) })
    this.#verifier = { realm, use, digest }
    return digest
  }

  #fitting(challenge: Extract<DigestResult, { kind: 'challenge' }>, request: SipRequest): Proof {
    const agent = request.headers.get('User-Agent') ?? ''
    if (this.#options.settings().sipDigest !== 'both' || !knowsOnlyMd5.test(agent)) return challenge
    return { ...challenge, headers: challenge.headers.filter(([, value]) => !/algorithm="?SHA-256/i.test(value)) }
  }
}
