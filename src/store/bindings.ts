/**
 * Where registered phones are reached (RFC 3261 §10), kept so that a restart loses no registration: phones come back only
 * when theirs is about to expire. The registrar is the one that understands a contact; here it is data that is kept as it is.
 */
import type { Database } from './sql/database.ts'

/** `Contact` is plain data: text, numbers, booleans and lists of them; whoever reads is the one who wrote. */
export class Bindings {
  readonly #database: Database

  constructor({ database }: { readonly database: Database }) {
    this.#database = database
  }

  /** The contacts of every account that has some. */
  async all<Contact>(): Promise<ReadonlyMap<string, readonly Contact[]>> {
    const rows = await this.#database.read.selectFrom('bindings').selectAll().execute()
    return new Map(rows.map(({ account, contacts }) => [account, JSON.parse(contacts) as Contact[]]))
  }

  /** The contacts of one account, in the order they were given. */
  async list<Contact>(account: string): Promise<readonly Contact[]> {
    const { read } = this.#database
    const row = await read.selectFrom('bindings').select('contacts').where('account', '=', account).executeTakeFirst()
    return row ? (JSON.parse(row.contacts) as Contact[]) : []
  }

  /** Replaces an account's contacts by what `step` makes of them; no other change comes between. */
  change<Contact, Result>(
    account: string,
    step: (current: readonly Contact[]) => { readonly bindings: readonly Contact[]; readonly result: Result },
  ): Promise<Result> {
    return this.#database.quick(async (trx) => {
      const row = await trx.selectFrom('bindings').select('contacts').where('account', '=', account).executeTakeFirst()
      const { bindings, result } = step(row ? (JSON.parse(row.contacts) as Contact[]) : [])
      const contacts = JSON.stringify(bindings)
      if (bindings.length === 0) await trx.deleteFrom('bindings').where('account', '=', account).execute()
      else {
        await trx
          .insertInto('bindings')
          .values({ account, contacts })
          .onConflict((conflict) => conflict.column('account').doUpdateSet({ contacts }))
          .execute()
      }
      return result
    })
  }
}
