/** Keys for programs: `veche_` and 256 random bits, shown once, stored as a hash. */
import type { Clock } from '../base/clock.ts'
import { Conflict, Invalid, NotFound } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { ApiKey, ApiKeyWithToken } from '../model/account.ts'
import { isoTime } from './records.ts'
import type { Database } from './sql/database.ts'
import type { ApiKeysTable } from './sql/tables.ts'
import { newToken, tokenHash } from './tokens.ts'

const prefix = 'veche_'
/** Shorter preset tokens are a mistake rather than a secret. */
const minPresetLength = 8
/** How exactly "last used" is kept: one write a minute at most. */
const usedStepMs = 60_000

export class ApiKeys {
  readonly #database: Database
  readonly #clock: Clock

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#database = database
    this.#clock = clock
  }

  async list(): Promise<ApiKey[]> {
    const rows = await this.#database.read.selectFrom('api_keys').selectAll().orderBy('created_at').orderBy('id').execute()
    return rows.map(fromRow)
  }

  async create({ name }: { readonly name: string }): Promise<ApiKeyWithToken> {
    const token = prefix + newToken()
    return { ...(await this.#insert(name, token)), token }
  }

  /**
   * Makes sure that a token chosen outside (in the server's environment) is accepted; a second call changes nothing.
   * @throws Invalid when the token is too short to be a secret
   */
  async preset({ name, token }: { readonly name: string; readonly token: string }): Promise<ApiKey> {
    if (token.length < minPresetLength || /\s/.test(token)) {
      throw new Invalid(`A preset API key has at least ${minPresetLength} characters and no spaces.`, { code: 'api-key-format' })
    }
    return (await this.#find(token)) ?? this.#insert(name, token)
  }

  /** Whose token this is, else null. Being asked counts as being used. */
  async verify(token: string): Promise<ApiKey | null> {
    const key = await this.#find(token)
    if (!key) return null
    if (key.lastUsedAt && this.#clock.wallMs() - Date.parse(key.lastUsedAt) < usedStepMs) return key
    const now = isoTime(this.#clock)
    await this.#database.quick((trx) => trx.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', key.id).execute())
    return { ...key, lastUsedAt: now }
  }

  /** @throws NotFound */
  async remove(id: string): Promise<void> {
    const result = await this.#database.durable((trx) => trx.deleteFrom('api_keys').where('id', '=', id).executeTakeFirst())
    if (result.numDeletedRows === 0n) throw new NotFound(`There is no API key ${id}.`)
  }

  async #insert(name: string, token: string): Promise<ApiKey> {
    const row: ApiKeysTable = {
      id: newId('key'),
      name,
      token_hash: tokenHash(token),
      created_at: isoTime(this.#clock),
      last_used_at: null,
    }
    await this.#database.durable(async (trx) => {
      const same = await trx.selectFrom('api_keys').select('id').where('token_hash', '=', row.token_hash).executeTakeFirst()
      if (same) throw new Conflict('There is a key with this token already.')
      await trx.insertInto('api_keys').values(row).execute()
    })
    return fromRow(row)
  }

  async #find(token: string): Promise<ApiKey | null> {
    const { read } = this.#database
    const row = await read.selectFrom('api_keys').selectAll().where('token_hash', '=', tokenHash(token)).executeTakeFirst()
    return row ? fromRow(row) : null
  }
}

function fromRow(row: ApiKeysTable): ApiKey {
  return { id: row.id, name: row.name, createdAt: row.created_at, lastUsedAt: row.last_used_at }
}
