/** Browsers that are signed in. The browser has the token, the database only its hash. */
import type { Clock } from '../base/clock.ts'
import type { Administrator } from './administrators.ts'
import type { Database } from './sql/database.ts'
import { newToken, tokenHash } from './tokens.ts'

/** How long a sign-in lasts unused. */
export const idleLimitMs = 12 * 60 * 60 * 1000
/** How long it lasts however much it is used. */
export const ageLimitMs = 30 * 24 * 60 * 60 * 1000
/** How exactly "last seen" is kept: one write a minute at most. */
const seenStepMs = 60_000

export type SignedIn = { readonly administrator: Administrator; readonly expiresAt: string }

export class SignIns {
  readonly #database: Database
  readonly #clock: Clock

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#database = database
    this.#clock = clock
  }

  /** Signs an administrator in; the token is not kept anywhere else. Forgets what has expired. */
  async create(administratorId: string): Promise<{ readonly token: string; readonly expiresAt: string }> {
    const token = newToken()
    const nowMs = this.#clock.wallMs()
    const now = iso(nowMs)
    await this.#database.durable(async (trx) => {
      await trx.deleteFrom('sign_ins').where('seen_at', '<', iso(nowMs - idleLimitMs)).execute()
      await trx.deleteFrom('sign_ins').where('created_at', '<', iso(nowMs - ageLimitMs)).execute()
      const row = { token_hash: tokenHash(token), administrator_id: administratorId, created_at: now, seen_at: now }
      await trx.insertInto('sign_ins').values(row).execute()
    })
    return { token, expiresAt: expiry(nowMs, nowMs) }
  }

  /** Whose token this is, and until when; null when it is unknown, revoked or expired. Being asked counts as being used. */
  async verify(token: string): Promise<SignedIn | null> {
    const found = await this.#find(token)
    if (!found) return null
    const nowMs = this.#clock.wallMs()
    if (nowMs - found.seenMs >= seenStepMs) {
      const seen = { seen_at: iso(nowMs) }
      const hash = tokenHash(token)
      await this.#database.quick((trx) => trx.updateTable('sign_ins').set(seen).where('token_hash', '=', hash).execute())
    }
    return { administrator: found.administrator, expiresAt: expiry(found.createdMs, nowMs) }
  }

  /** As {@link verify}, without counting as being used: a page that is merely open does not keep a sign-in alive. */
  async peek(token: string): Promise<SignedIn | null> {
    const found = await this.#find(token)
    return found ? { administrator: found.administrator, expiresAt: expiry(found.createdMs, found.seenMs) } : null
  }

  async revoke(token: string): Promise<void> {
    await this.#database.durable((trx) => trx.deleteFrom('sign_ins').where('token_hash', '=', tokenHash(token)).execute())
  }

  /** Signs an administrator out everywhere, except where `keepToken` is. */
  async revokeAllOf(administratorId: string, { keepToken }: { readonly keepToken?: string | undefined } = {}): Promise<void> {
    const kept = keepToken === undefined ? '' : tokenHash(keepToken)
    await this.#database.durable((trx) =>
      trx.deleteFrom('sign_ins').where('administrator_id', '=', administratorId).where('token_hash', '!=', kept).execute(),
    )
  }

  async #find(token: string): Promise<{ administrator: Administrator; createdMs: number; seenMs: number } | null> {
    const row = await this.#database.read
      .selectFrom('sign_ins')
      .innerJoin('administrators', 'administrators.id', 'sign_ins.administrator_id')
      .select(['administrators.id', 'administrators.login', 'sign_ins.created_at', 'sign_ins.seen_at'])
      .where('token_hash', '=', tokenHash(token))
      .executeTakeFirst()
    if (!row) return null
    const nowMs = this.#clock.wallMs()
    const createdMs = Date.parse(row.created_at)
    const seenMs = Date.parse(row.seen_at)
    if (nowMs - seenMs >= idleLimitMs || nowMs - createdMs >= ageLimitMs) return null
    return { administrator: { id: row.id, login: row.login }, createdMs, seenMs }
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function expiry(createdMs: number, seenMs: number): string {
  return iso(Math.min(createdMs + ageLimitMs, seenMs + idleLimitMs))
}
