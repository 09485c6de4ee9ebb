/** Who owns a number. One table for all kinds, written in the same transaction as its owner. */
import type { Kysely, Transaction } from 'kysely'
import { Conflict } from '../base/errors.ts'
import type { NumberKind, NumberOwner } from '../model/number.ts'
import { NumberTaken } from './number-taken.ts'
import type { Database } from './sql/database.ts'
import type { Tables } from './sql/tables.ts'

/** Where the suggestions for something new begin: what small offices already dial. */
const firstSuggestion: Readonly<Record<NumberKind, number>> = { conference: 1111, employee: 201 }

/** The largest internal number there is. */
const lastNumber = 99_999_999

export class Numbers {
  readonly #database: Database

  constructor({ database }: { readonly database: Database }) {
    this.#database = database
  }

  async ownerOf(number: string): Promise<NumberOwner | null> {
    return ownerOf(this.#database.read, number)
  }

  /**
   * The first free number for something new, counting up from the kind's usual one.
   * @throws Conflict (`no-free-number`) when there is none.
   */
  async suggest(kind: NumberKind): Promise<string> {
    const rows = await this.#database.read.selectFrom('numbers').select('number').execute()
    const taken = new Set(rows.map((row) => row.number))
    for (let number = firstSuggestion[kind]; number <= lastNumber; number++) {
      if (!taken.has(String(number))) return String(number)
    }
    throw new Conflict('All internal numbers are taken.', { code: 'no-free-number' })
  }
}

/**
 * Gives `number` to an owner instead of the one it had.
 * @throws NumberTaken when somebody else has it.
 */
export async function claimNumber(
  trx: Transaction<Tables>,
  { number, kind, ownerId }: { readonly number: string; readonly kind: NumberKind; readonly ownerId: string },
): Promise<void> {
  const owner = await ownerOf(trx, number)
  if (owner && owner.id !== ownerId) throw new NumberTaken(number, owner)
  await releaseNumber(trx, ownerId)
  await trx.insertInto('numbers').values({ number, kind, owner_id: ownerId }).execute()
}

/** Frees whatever number the owner had. */
export async function releaseNumber(trx: Transaction<Tables>, ownerId: string): Promise<void> {
  await trx.deleteFrom('numbers').where('owner_id', '=', ownerId).execute()
}

async function ownerOf(db: Kysely<Tables>, number: string): Promise<NumberOwner | null> {
  const row = await db
    .selectFrom('numbers')
    .leftJoin('conferences', 'conferences.id', 'numbers.owner_id')
    .leftJoin('employees', 'employees.id', 'numbers.owner_id')
    .select(['numbers.kind', 'numbers.owner_id', 'conferences.name as conference_name', 'employees.name as employee_name'])
    .where('numbers.number', '=', number)
    .executeTakeFirst()
  if (!row) return null
  return { kind: row.kind as NumberKind, id: row.owner_id, name: row.conference_name ?? row.employee_name ?? '' }
}
