/** Brings a database to the newest schema, one transaction per step, and refuses one that is newer than this program. */
import type { Kysely } from 'kysely'
import type { Clock } from '../../base/clock.ts'
import { Unavailable } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Migration } from './migrations.ts'
import type { Tables } from './tables.ts'

/** @throws Unavailable (`store-newer`) when a newer version of the program has already changed the schema. */
export async function migrate(
  db: Kysely<Tables>,
  { migrations, clock, log }: { readonly migrations: readonly Migration[]; readonly clock: Clock; readonly log: Log },
): Promise<void> {
  await db.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('applied_at', 'text', (column) => column.notNull())
    .execute()
  const newest = migrations.at(-1)?.version ?? 0
  const last = await db.selectFrom('migrations').select('version').orderBy('version', 'desc').limit(1).executeTakeFirst()
  const current = last?.version ?? 0
  if (current > newest) {
    throw new Unavailable(
      `The database has schema ${current}, this version of veche knows schemas up to ${newest}. ` +
        'It was used by a newer version: install that version again, or restore a backup made before the update.',
      { code: 'store-newer' },
    )
  }
  for (const step of migrations) {
    if (step.version <= current) continue
    await db.transaction().execute(async (trx) => {
      await step.run(trx as unknown as Kysely<unknown>)
      const applied = { version: step.version, name: step.name, applied_at: new Date(clock.wallMs()).toISOString() }
      await trx.insertInto('migrations').values(applied).execute()
    })
    log.info({ schema: step.version, name: step.name }, 'database schema brought up to date')
  }
}
