/** SIP accounts as digest authentication needs them: an employee's number is the user name, the secret never leaves here. */
import { randomBytes } from 'node:crypto'
import { addressBlock } from '../base/address-block.ts'
import { Allowance } from '../base/allowance.ts'
import type { Clock } from '../base/clock.ts'
import { bug } from '../base/errors.ts'
import { Guesses } from '../base/guesses.ts'
import type { Log } from '../base/log.ts'
import type { Employee } from '../model/employee.ts'
import type { SipDigest } from '../model/settings.ts'
import { formatSipAddress, type SipAddress } from '../sip/address.ts'
import { makeHa1, type DigestAlgorithm } from '../sip/digest-hash.ts'
import { createDigestVerifier, type DigestResult, type DigestVerifier } from '../sip/digest.ts'
import type { SipRequest } from '../sip/message.ts'
import { shown } from './shown.ts'

export interface AccountStore {
  findByNumber(number: string): Promise<Employee | null>
  secretByNumber(number: string): Promise<string | null>
}

export type AccountsOptions = {
  readonly employees: AccountStore
  readonly clock: Clock
  readonly log: Log
  /** As set now; phones are challenged anew when it changes. */
  readonly settings: () => { readonly sipRealm: string; readonly sipDigest: SipDigest }
}

/** Who a request proves to come from. */
export type Proof = { readonly kind: 'employee'; readonly employee: Employee } | Extract<DigestResult, { kind: 'challenge' }>

/** MD5 comes first: phones that know one algorithm only look at the first challenge, and those that know more may choose. */
const offered: Readonly<Record<SipDigest, readonly DigestAlgorithm[]>> = { both: ['MD5', 'SHA-256'], md5: ['MD5'], 'sha-256': ['SHA-256'] }

/** Phones that give up when any challenge names an algorithm they do not know, by their User-Agent: baresip before 2.0. */
const knowsOnlyMd5 = /^baresip v?[01]\./i

const freeGuesses = 10
const firstPauseMs = 1000
const longestPauseMs = 60_000
const linesPerSecond = 5

export class Accounts {
  readonly #options: AccountsOptions
  /** By address and user name: a phone with an old password does not close the way for its neighbours. */
  readonly #guesses: Guesses
  /** Strangers must not fill the disk with our own words. */
  readonly #lines: Allowance
  #verifier: { readonly realm: string; readonly use: SipDigest; readonly digest: DigestVerifier } | null = null

  constructor(options: AccountsOptions) {
    this.#options = options
    this.#guesses = new Guesses({ clock: options.clock, free: freeGuesses, firstPauseMs, longestPauseMs })
    this.#lines = new Allowance({ nowMs: () => options.clock.nowMs(), perSecond: linesPerSecond })
  }

  /**
   * Verifies the credentials of a request that came from `source`, or says how to challenge it. Who has guessed too often
   * is challenged as if he had said nothing, whether his password is right or wrong.
   */
  async prove(request: SipRequest, source: SipAddress): Promise<Proof> {
    const result = await this.#digest().verify(request)
    const guesser = `${addressBlock(source.address)} ${result.username ?? ''}`
    if (this.#guesses.isClosed(guesser)) return this.#challengeAnew(request)
    if (result.kind === 'challenge') {
      if (result.why === 'wrong') this.#guesses.wrong(guesser)
      if (result.why === 'wrong' || result.why === 'malformed') this.#tell(request, { source, result })
      return this.#fitting(result, request)
    }
    this.#guesses.right(guesser)
    const employee = await this.#options.employees.findByNumber(result.username)
    // Deleted between the two looks: challenged like anybody unknown.
    return employee ? { kind: 'employee', employee } : this.#challengeAnew(request)
  }

  /** Whether `number` belongs to an account, so that nobody may claim it without its secret. */
  async isTaken(number: string): Promise<boolean> {
    return (await this.#options.employees.findByNumber(number)) !== null
  }

  #tell({ method }: SipRequest, { source, result }: { readonly source: SipAddress; readonly result: Extract<DigestResult, { kind: 'challenge' }> }): void {
    if (!this.#lines.take()) return
    this.#options.log.warn({ user: shown(result.username ?? ''), source: formatSipAddress(source), method }, `${result.why} credentials were refused`)
  }

  async #challengeAnew(request: SipRequest): Promise<Proof> {
    const unproven = { ...request, headers: request.headers.copy().remove('Authorization') }
    const result = await this.#digest().verify(unproven)
    return result.kind === 'challenge' ? this.#fitting(result, request) : bug('a request without credentials was accepted')
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
