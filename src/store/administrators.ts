/** Who may sign in to the panel. Passwords are kept as argon2id hashes. */
import { hash, verify } from '@node-rs/argon2'
import type { Clock } from '../base/clock.ts'
import { Conflict, NotFound } from '../base/errors.ts'
import { newId, newSecret } from '../base/ids.ts'
import { isoTime } from './records.ts'
import type { Database } from './sql/database.ts'

export type Administrator = { readonly id: string; readonly login: string }
export type Credentials = { readonly login: string; readonly password: string }

/** 19 MiB and two passes, about 50 ms of one core, off this thread (OWASP's minimum for argon2id). */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export class Administrators {
  readonly #database: Database
  readonly #clock: Clock
  /** Verified against for a login that does not exist, so that its refusal takes the same time. */
  #decoy: Promise<string> | null = null

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#database = database
    this.#clock = clock
  }

  async list(): Promise<Administrator[]> {
    return this.#database.read.selectFrom('administrators').select(['id', 'login']).orderBy('login').execute()
  }

  /** Makes the very first one; answers null, and changes nothing, when there is one already. */
  async createFirst(credentials: Credentials): Promise<Administrator | null> {
    return (await this.list()).length > 0 ? null : this.create(credentials)
  }

  /** @throws Conflict (`login-taken`) */
  async create({ login, password }: Credentials): Promise<Administrator> {
    const now = isoTime(this.#clock)
    const row = {
      id: newId('administrator'),
      login: folded(login),
      password_hash: await hash(password, cost),
      created_at: now,
      updated_at: now,
    }
    await this.#database.durable(async (trx) => {
      const same = await trx.selectFrom('administrators').select('id').where('login', '=', row.login).executeTakeFirst()
      const taken = { code: 'login-taken', fields: { login: 'login-taken' } }
      if (same) throw new Conflict(`There is an administrator "${row.login}" already.`, taken)
      await trx.insertInto('administrators').values(row).execute()
    })
    return { id: row.id, login: row.login }
  }

  /** The administrator whose login and password these are, else null. Takes as long for a login that does not exist. */
  async verify({ login, password }: Credentials): Promise<Administrator | null> {
    const { read } = this.#database
    const row = await read.selectFrom('administrators').selectAll().where('login', '=', folded(login)).executeTakeFirst()
    this.#decoy ??= hash(newSecret(), cost)
    const right = await verify(row?.password_hash ?? (await this.#decoy), password)
    return row && right ? { id: row.id, login: row.login } : null
  }

  /** Sets a new password. Who is signed in stays so: see {@link SignIns.revokeAllOf}. @throws NotFound */
  async changePassword(id: string, password: string): Promise<void> {
    const changed = { password_hash: await hash(password, cost), updated_at: isoTime(this.#clock) }
    const result = await this.#database.durable((trx) =>
      trx.updateTable('administrators').set(changed).where('id', '=', id).executeTakeFirst(),
    )
    if (result.numUpdatedRows === 0n) throw new NotFound(`There is no administrator ${id}.`)
  }
}

function folded(login: string): string {
  return login.trim().normalize('NFKC').toLowerCase()
}
