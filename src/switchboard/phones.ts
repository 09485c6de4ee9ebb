/**
 * The phones of the employees: registrations taken, kept, listed and let go when they expire. An account is known by its
 * employee's id, so that it survives a renaming; a renumbered employee's phones must register anew.
 */
import type { Clock, Timer } from '../base/clock.ts'
import { Emitter, type Off } from '../base/emitter.ts'
import type { Log } from '../base/log.ts'
import type { Employee, Phone } from '../model/employee.ts'
import type { Change } from '../model/event.ts'
import { formatSipAddress } from '../sip/address.ts'
import { Registrar, type Binding, type Bindings, type Registered } from '../sip/registrar.ts'
import type { ServerRequest } from '../sip/server-request.ts'
import type { Accounts } from './accounts.ts'
import { shown } from './shown.ts'

/** Bindings that outlive a restart. */
export interface KeptBindings extends Bindings {
  all(): Promise<ReadonlyMap<string, readonly Binding[]>>
}

export type PhonesOptions = {
  readonly accounts: Accounts
  readonly bindings: KeptBindings
  /** The employee of an id, who may be gone. */
  readonly employeeOf: (id: string) => Promise<Employee | null>
  readonly clock: Clock
  readonly log: Log
}

type Account = { readonly number: string; readonly bindings: readonly Binding[] }

/** A phone that is a little late with its refresh is not shown as gone for a moment. */
const graceMs = 2_000

export class Phones {
  readonly #options: PhonesOptions
  readonly #registrar: Registrar
  readonly #accounts = new Map<string, Account>()
  readonly #events = new Emitter<{ change: [change: Change] }>()
  #timer: { readonly dueMs: number; readonly timer: Timer } | null = null
  #closed = false

  constructor(options: PhonesOptions) {
    this.#options = options
    this.#registrar = new Registrar({ bindings: options.bindings, clock: options.clock })
  }

  /** Who registers and who is gone, as the live feed tells it. */
  on(name: 'change', listener: (change: Change) => void): Off {
    return this.#events.on(name, listener)
  }

  /** Takes up the registrations of before a restart. */
  async start(): Promise<void> {
    for (const [employeeId, bindings] of await this.#options.bindings.all()) {
      const employee = await this.#options.employeeOf(employeeId)
      if (employee) this.#accounts.set(employeeId, { number: employee.number, bindings })
      else await this.#forget(employeeId)
    }
    await this.#expire()
  }

  close(): void {
    this.#closed = true
    this.#timer?.timer.cancel()
    this.#events.clear()
  }

  list(): Phone[] {
    return [...this.#accounts].flatMap(([employeeId, { number, bindings }]) =>
      bindings.map((binding) => phoneOf(binding, { employeeId, number })),
    )
  }

  /** Takes a REGISTER: challenged, refused or applied here. */
  async take(open: ServerRequest): Promise<void> {
    open.later()
    const { accounts, log } = this.#options
    try {
      const proof = await accounts.prove(open.request, open.source)
      if (proof.kind === 'challenge') return open.respond(proof.status, { headers: proof.headers })
      const { employee } = proof
      if (open.request.headers.to.uri.user !== employee.number) return open.respond(403, { reason: 'Not Your Number' })
      const outcome = await this.#registrar.register(employee.id, open)
      if (outcome.status !== 200) return
      this.#apply(employee, outcome)
      await this.#lookAgain(employee)
    } catch (error) {
      log.error({ err: error, source: formatSipAddress(open.source) }, 'a registration failed')
      if (!open.answered) open.respond(500)
    }
  }

  /** After commit: another number is another account, which its phones have yet to prove. */
  async employeeSaved({ id, number }: Employee): Promise<void> {
    const account = this.#accounts.get(id)
    if (account && account.number !== number) await this.#forget(id)
  }

  /** After commit. */
  async employeeDeleted(employeeId: string): Promise<void> {
    await this.#forget(employeeId)
  }

  #apply({ id: employeeId, number }: Employee, { bindings, added, removed }: Registered): void {
    if (bindings.length > 0) this.#accounts.set(employeeId, { number, bindings })
    else this.#accounts.delete(employeeId)
    for (const binding of removed) this.#gone(employeeId, binding)
    for (const binding of added) {
      this.#options.log.info({ number, source: formatSipAddress(binding.source), contact: binding.contact }, 'phone registered')
      this.#events.emit('change', { type: 'phone-registered', phone: phoneOf(binding, { employeeId, number }) })
    }
    this.#arm(bindings)
  }

  /**
   * An employee who was deleted or renumbered after the proof was forgotten before there was anything to forget. Looked at
   * when the phone is in the list: whoever is deleted after this look finds it there.
   */
  async #lookAgain({ id, number }: Employee): Promise<void> {
    if (this.#accounts.get(id)?.number !== number) return
    const now = await this.#options.employeeOf(id)
    // A phone that has proven the new number in the meantime is right.
    if (now?.number !== number && this.#accounts.get(id)?.number === number) await this.#forget(id)
  }

  #gone(employeeId: string, { contact }: Binding): void {
    this.#options.log.info({ employeeId, contact }, 'phone is gone')
    this.#events.emit('change', { type: 'phone-unregistered', employeeId, contact })
  }

  /** What a failing store keeps comes back at the next start, until it expires. */
  async #forget(employeeId: string): Promise<void> {
    const { bindings, log } = this.#options
    const removed = this.#accounts.get(employeeId)?.bindings ?? []
    this.#accounts.delete(employeeId)
    for (const binding of removed) this.#gone(employeeId, binding)
    try {
      await bindings.change(employeeId, () => ({ bindings: [], result: null }))
    } catch (error) {
      log.error({ err: error, employeeId }, 'registrations could not be deleted')
    }
  }

  /** One timer for all: at the earliest expiry of `bindings`, unless it is set for an earlier one. */
  #arm(bindings: Iterable<Binding>): void {
    let dueMs = this.#timer?.dueMs ?? Infinity
    for (const { expiresAtMs } of bindings) dueMs = Math.min(dueMs, expiresAtMs)
    if (this.#closed || dueMs === Infinity || dueMs === this.#timer?.dueMs) return
    this.#timer?.timer.cancel()
    const { clock, log } = this.#options
    const failed = (error: unknown) => log.error({ err: error }, 'expired phones could not be removed')
    const fire = () => void this.#expire().catch(failed)
    this.#timer = { dueMs, timer: clock.after(Math.max(dueMs - clock.wallMs(), 0) + graceMs, fire) }
  }

  async #expire(): Promise<void> {
    this.#timer = null
    const nowMs = this.#options.clock.wallMs()
    for (const [employeeId, { number, bindings }] of this.#accounts) {
      const gone = bindings.filter(({ expiresAtMs }) => expiresAtMs <= nowMs)
      if (gone.length === 0) continue
      const left = await this.#options.bindings.change(employeeId, (current) => {
        const alive = current.filter(({ expiresAtMs }) => expiresAtMs > nowMs)
        return { bindings: alive, result: alive }
      })
      if (left.length > 0) this.#accounts.set(employeeId, { number, bindings: left })
      else this.#accounts.delete(employeeId)
      // One that was renewed in the meantime is still there.
      const missing = gone.filter(({ contact }) => !left.some((other) => other.contact === contact))
      for (const binding of missing) this.#gone(employeeId, binding)
    }
    this.#arm([...this.#accounts.values()].flatMap(({ bindings }) => bindings))
  }
}

function phoneOf(binding: Binding, { employeeId, number }: { readonly employeeId: string; readonly number: string }): Phone {
  return {
    employeeId,
    number,
    contact: binding.contact,
    source: formatSipAddress(binding.source),
    userAgent: binding.userAgent === undefined ? null : shown(binding.userAgent),
    registeredAt: new Date(binding.registeredAtMs).toISOString(),
    expiresAt: new Date(binding.expiresAtMs).toISOString(),
  }
}
