/** The saved conferences. */
import type { Clock } from '../base/clock.ts'
import { Emitter } from '../base/emitter.ts'
import { NotFound } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Conference, ConferenceChange, ConferenceDraft } from '../model/conference.ts'
import type { Language } from '../model/language.ts'
import { byName, isoTime, refuseStale } from './records.ts'
import type { IfVersion } from './records.ts'
import { claimNumber, releaseNumber } from './numbers.ts'
import { searchText } from './search-text.ts'
import type { Database } from './sql/database.ts'
import type { ConferencesTable } from './sql/tables.ts'

export class Conferences {
  /** Emitted after the commit, in the order of the commits. `deleted` carries the id. */
  readonly events = new Emitter<{ saved: [Conference]; deleted: [id: string] }>()
  readonly #database: Database
  readonly #clock: Clock

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#database = database
    this.#clock = clock
  }

  /** All, by name; with `search`, those whose name or number contains it. */
  async list({ search = '' }: { readonly search?: string } = {}): Promise<Conference[]> {
    const rows = await this.#database.read.selectFrom('conferences').selectAll().execute()
    const wanted = searchText(search)
    return rows.filter((row) => searchText(row.name, row.number).includes(wanted)).map(fromRow).toSorted(byName)
  }

  /** @throws NotFound */
  async get(id: string): Promise<Conference> {
    return (await this.find(id)) ?? missing(id)
  }

  async find(id: string): Promise<Conference | null> {
    const row = await this.#database.read.selectFrom('conferences').selectAll().where('id', '=', id).executeTakeFirst()
    return row ? fromRow(row) : null
  }

  async findByNumber(number: string): Promise<Conference | null> {
    const row = await this.#database.read.selectFrom('conferences').selectAll().where('number', '=', number).executeTakeFirst()
    return row ? fromRow(row) : null
  }

  /** @throws NumberTaken */
  async create(draft: ConferenceDraft): Promise<Conference> {
    const now = isoTime(this.#clock)
    const row: ConferencesTable = {
      ...columns(draft),
      id: newId('conference'),
      version: 1,
      created_at: now,
      updated_at: now,
    }
    await this.#database.durable(async (trx) => {
      await claimNumber(trx, { number: row.number, kind: 'conference', ownerId: row.id })
      await trx.insertInto('conferences').values(row).execute()
    })
    return this.#saved(row)
  }

  /**
   * Changes the fields that are given. With `version`, only if nobody else has saved meanwhile.
   * @throws NotFound, NumberTaken, or Conflict (`changed-meanwhile`)
   */
  async change(id: string, change: ConferenceChange, { version }: IfVersion = {}): Promise<Conference> {
    const row = await this.#database.durable(async (trx) => {
      const old = await trx.selectFrom('conferences').selectAll().where('id', '=', id).executeTakeFirst()
      if (!old) return missing(id)
      refuseStale(old, version)
      const next: ConferencesTable = {
        ...columns({ ...fromRow(old), ...defined(change) }),
        id,
        version: old.version + 1,
        created_at: old.created_at,
        updated_at: isoTime(this.#clock),
      }
      if (next.number !== old.number) await claimNumber(trx, { number: next.number, kind: 'conference', ownerId: id })
      await trx.updateTable('conferences').set(next).where('id', '=', id).execute()
      return next
    })
    return this.#saved(row)
  }

  /** @throws NotFound, or Conflict (`changed-meanwhile`) */
  async remove(id: string, { version }: IfVersion = {}): Promise<void> {
    await this.#database.durable(async (trx) => {
      const old = await trx.selectFrom('conferences').select('version').where('id', '=', id).executeTakeFirst()
      if (!old) return missing(id)
      refuseStale(old, version)
      await releaseNumber(trx, id)
      await trx.deleteFrom('conferences').where('id', '=', id).execute()
    })
    this.events.emit('deleted', id)
  }

  #saved(row: ConferencesTable): Conference {
    const conference = fromRow(row)
    this.events.emit('saved', conference)
    return conference
  }
}

function missing(id: string): never {
  throw new NotFound(`There is no conference ${id}.`)
}

function defined(change: ConferenceChange): Partial<ConferenceDraft> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

function columns(fields: ConferenceDraft): Pick<ConferencesTable, 'name' | 'number' | 'pin' | 'language' | 'join_tone'> {
  return {
    name: fields.name,
    number: fields.number,
    pin: fields.pin,
    language: fields.language,
    join_tone: fields.joinTone ? 1 : 0,
  }
}

function fromRow(row: ConferencesTable): Conference {
  return {
    id: row.id,
    name: row.name,
    number: row.number,
    pin: row.pin,
    language: row.language as Language | null,
    joinTone: row.join_tone === 1,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
