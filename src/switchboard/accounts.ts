/** SIP accounts as digest authentication needs them: an employee's number is the user name, the secret never leaves here. */
import type { Clock } from '../base/clock.ts'
import { createDigestVerifier, type DigestResult, type DigestVerifier } from '../sip/digest.ts'
import { makeHa1 } from '../sip/digest-hash.ts'
import type { SipRequest } from '../sip/message.ts'
import type { Employee } from '../model/employee.ts'

export interface AccountStore {
  findByNumber(number: string): Promise<Employee | null>
  secretByNumber(number: string): Promise<string | null>
}

export type AccountsOptions = {
  readonly employees: AccountStore
  readonly clock: Clock
  /** The realm now; phones are challenged anew when it changes. */
  readonly realm: () => string
}

/**
 * What phones are asked for. RFC 8760 would have SHA-256 offered beside MD5, but phones built on older libraries (libre, SIPp)
 * give up on a challenge that names anything else than MD5, in whichever order.
 */
const algorithms = ['MD5'] as const

/** Who a request proves to come from. */
export type Proof = { readonly kind: 'employee'; readonly employee: Employee } | Extract<DigestResult, { kind: 'challenge' }>

export class Accounts {
  readonly #options: AccountsOptions
  #verifier: { readonly realm: string; readonly digest: DigestVerifier } | null = null

  constructor(options: AccountsOptions) {
    this.#options = options
  }

  /** Verifies the credentials of a request, or says how to challenge it. */
  async prove(request: SipRequest): Promise<Proof> {
    const result = await this.#digest().verify(request)
    if (result.kind === 'challenge') return result
    const employee = await this.#options.employees.findByNumber(result.username)
    // Deleted between the two looks: challenged like anybody unknown.
    return employee ? { kind: 'employee', employee } : this.prove({ ...request, headers: request.headers.copy().remove('Authorization') })
  }

  /** Whether `number` belongs to an account, so that nobody may claim it without its secret. */
  async isTaken(number: string): Promise<boolean> {
    return (await this.#options.employees.findByNumber(number)) !== null
  }

  #digest(): DigestVerifier {
    const realm = this.#options.realm()
    if (this.#verifier?.realm === realm) return this.#verifier.digest
    const { clock, employees } = this.#options
    const secrets = {
      async find(username: string) {
        const secret = await employees.secretByNumber(username)
        return secret === null ? undefined : makeHa1({ username, realm, password: secret })
      },
    }
    const digest = createDigestVerifier({ realm, clock, secrets, algorithms })
    this.#verifier = { realm, digest }
    return digest
  }
}
