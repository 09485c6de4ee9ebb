/** The saved employees and the secrets of their SIP accounts. */
import type { Clock } from '../base/clock.ts'
import { Emitter } from '../base/emitter.ts'
import { NotFound } from '../base/errors.ts'
import { newId, newSecret } from '../base/ids.ts'
import type { Employee, EmployeeChange, EmployeeDraft, EmployeeWithSecret } from '../model/employee.ts'
import { claimNumber, releaseNumber } from './numbers.ts'
import { byName, isoTime, refuseStale } from './records.ts'
import type { IfVersion } from './records.ts'
import { searchText } from './search-text.ts'
import type { Database } from './sql/database.ts'
import type { EmployeesTable } from './sql/tables.ts'

export class Employees {
  /** Emitted after the commit, in the order of the commits. `deleted` carries the id. Secrets are never in events. */
  readonly events = new Emitter<{ saved: [Employee]; deleted: [id: string] }>()
  readonly #database: Database
  readonly #clock: Clock

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#database = database
    this.#clock = clock
  }

  /** All, by name; with `search`, those whose name or number contains it. */
  async list({ search = '' }: { readonly search?: string } = {}): Promise<Employee[]> {
    const rows = await this.#database.read.selectFrom('employees').selectAll().execute()
    const wanted = searchText(search)
    return rows.filter((row) => searchText(row.name, row.number).includes(wanted)).map(fromRow).toSorted(byName)
  }

  /** @throws NotFound */
  async get(id: string): Promise<Employee> {
    return (await this.find(id)) ?? missing(id)
  }

  async find(id: string): Promise<Employee | null> {
    const row = await this.#row('id', id)
    return row ? fromRow(row) : null
  }

  async findByNumber(number: string): Promise<Employee | null> {
    const row = await this.#row('number', number)
    return row ? fromRow(row) : null
  }

  /**
   * The SIP password, to show it to an administrator.
   * @throws NotFound
   */
  async secretOf(id: string): Promise<string> {
    return (await this.#row('id', id))?.secret ?? missing(id)
  }

  /** The SIP password of the account with this number (which is its user name), to check a digest. */
  async secretByNumber(number: string): Promise<string | null> {
    return (await this.#row('number', number))?.secret ?? null
  }

  /**
   * Without a secret in the draft, one is made at random.
   * @throws NumberTaken
   */
  async create(draft: EmployeeDraft): Promise<EmployeeWithSecret> {
    const now = isoTime(this.#clock)
    const row: EmployeesTable = {
      id: newId('employee'),
      name: draft.name,
      number: draft.number,
      secret: draft.secret ?? newSecret(),
      version: 1,
      created_at: now,
      updated_at: now,
    }
    await this.#database.durable(async (trx) => {
      await claimNumber(trx, { number: row.number, kind: 'employee', ownerId: row.id })
      await trx.insertInto('employees').values(row).execute()
    })
    return { ...this.#saved(row), secret: row.secret }
  }

  /**
   * Changes the fields that are given. With `version`, only if nobody else has saved meanwhile.
   * @throws NotFound, NumberTaken, or Conflict (`changed-meanwhile`)
   */
  async change(id: string, change: EmployeeChange, { version }: IfVersion = {}): Promise<Employee> {
    const row = await this.#database.durable(async (trx) => {
      const old = await trx.selectFrom('employees').selectAll().where('id', '=', id).executeTakeFirst()
      if (!old) return missing(id)
      refuseStale(old, version)
      const next: EmployeesTable = {
        ...old,
        name: change.name ?? old.name,
        number: change.number ?? old.number,
        secret: change.secret ?? old.secret,
        version: old.version + 1,
        updated_at: isoTime(this.#clock),
      }
      if (next.number !== old.number) await claimNumber(trx, { number: next.number, kind: 'employee', ownerId: id })
      await trx.updateTable('employees').set(next).where('id', '=', id).execute()
      return next
    })
    return this.#saved(row)
  }

  /** Replaces the SIP password by a random one; phones with the old one are refused at their next registration. */
  async renewSecret(id: string): Promise<EmployeeWithSecret> {
    const secret = newSecret()
    return { ...(await this.change(id, { secret })), secret }
  }

  /** @throws NotFound, or Conflict (`changed-meanwhile`) */
  async remove(id: string, { version }: IfVersion = {}): Promise<void> {
    await this.#database.durable(async (trx) => {
      const old = await trx.selectFrom('employees').select('version').where('id', '=', id).executeTakeFirst()
      if (!old) return missing(id)
      refuseStale(old, version)
      await releaseNumber(trx, id)
      await trx.deleteFrom('employees').where('id', '=', id).execute()
    })
    this.events.emit('deleted', id)
  }

  #saved(row: EmployeesTable): Employee {
    const employee = fromRow(row)
    this.events.emit('saved', employee)
    return employee
  }

  async #row(column: 'id' | 'number', value: string): Promise<EmployeesTable | undefined> {
    return this.#database.read.selectFrom('employees').selectAll().where(column, '=', value).executeTakeFirst()
  }
}

function missing(id: string): never {
  throw new NotFound(`There is no employee ${id}.`)
}

function fromRow(row: EmployeesTable): Employee {
  return {
    id: row.id,
    name: row.name,
    number: row.number,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
