/**
 * Where registered phones are reached (RFC 3261 §10), kept so that a restart loses no registration: phones come back only
 * when theirs is about to expire. Shaped as the registrar asks for; it is the one that understands the contents.
 */
import type { Database } from './sql/database.ts'
import type { BindingsTable } from './sql/tables.ts'

export type StoredBinding = {
  /** The address of record, canonical. */
  readonly aor: string
  /** The contact URI; one binding per address and contact. */
  readonly contact: string
  /** Where the registration came from: `udp:192.0.2.7:5060`. */
  readonly source: string
  readonly callId: string
  readonly cseq: number
  readonly userAgent: string | null
  /** Path URIs (RFC 3327), nearest first. */
  readonly path: readonly string[]
  /** Wall clock, milliseconds. */
  readonly receivedAtMs: number
  readonly expiresAtMs: number
}

export class Bindings {
  readonly #database: Database

  constructor({ database }: { readonly database: Database }) {
    this.#database = database
  }

  async list(): Promise<StoredBinding[]> {
    const rows = await this.#database.read.selectFrom('bindings').selectAll().orderBy('received_at').execute()
    return rows.map(fromRow)
  }

  async of(aor: string): Promise<StoredBinding[]> {
    const rows = await this.#database.read.selectFrom('bindings').selectAll().where('aor', '=', aor).orderBy('received_at').execute()
    return rows.map(fromRow)
  }

  /** Makes `bindings` the only ones of `aor`. */
  async replace(aor: string, bindings: readonly StoredBinding[]): Promise<void> {
    await this.#database.quick(async (trx) => {
      await trx.deleteFrom('bindings').where('aor', '=', aor).execute()
      if (bindings.length > 0) await trx.insertInto('bindings').values(bindings.map(toRow)).execute()
    })
  }

  async removeExpired(nowMs: number): Promise<void> {
    await this.#database.quick((trx) => trx.deleteFrom('bindings').where('expires_at', '<=', iso(nowMs)).execute())
  }
}

function toRow(binding: StoredBinding): BindingsTable {
  return {
    aor: binding.aor,
    contact: binding.contact,
    source: binding.source,
    call_id: binding.callId,
    cseq: binding.cseq,
    user_agent: binding.userAgent,
    path: JSON.stringify(binding.path),
    received_at: iso(binding.receivedAtMs),
    expires_at: iso(binding.expiresAtMs),
  }
}

function fromRow(row: BindingsTable): StoredBinding {
  return {
    aor: row.aor,
    contact: row.contact,
    source: row.source,
    callId: row.call_id,
    cseq: Number(row.cseq),
    userAgent: row.user_agent,
    path: JSON.parse(row.path) as string[],
    receivedAtMs: Date.parse(row.received_at),
    expiresAtMs: Date.parse(row.expires_at),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
