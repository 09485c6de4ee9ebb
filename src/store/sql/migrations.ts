/**
 * The steps from an empty database to today's, in order, forward only. A step that was released is never edited: what
 * comes later is a step of its own. Written with the schema builder, so that one text serves SQLite and PostgreSQL.
 */
import type { Kysely } from 'kysely'

export type Migration = {
  /** Counts up from 1 without gaps. */
  readonly version: number
  readonly name: string
  /** Runs inside a transaction. The schema is the one this step met, hence no table types. */
  run(db: Kysely<unknown>): Promise<void>
}

export const migrations: readonly Migration[] = [{ version: 1, name: 'first tables', run: firstTables }]

async function firstTables(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('numbers')
    .addColumn('number', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('owner_id', 'text', (column) => column.notNull().unique())
    .execute()
  await schema
    .createTable('conferences')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('number', 'text', (column) => column.notNull().unique())
    .addColumn('pin', 'text')
    .addColumn('language', 'text')
    .addColumn('join_tone', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('employees')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('number', 'text', (column) => column.notNull().unique())
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('settings')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute()
  await stays(db)
  await accounts(db)
  await schema
    .createTable('bindings')
    .addColumn('account', 'text', (column) => column.primaryKey())
    .addColumn('contacts', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('alive')
    .addColumn('node', 'text', (column) => column.primaryKey())
    .addColumn('at', 'text', (column) => column.notNull())
    .execute()
}

async function stays(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('stays')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('call_id', 'text', (column) => column.notNull())
    .addColumn('caller_kind', 'text', (column) => column.notNull())
    .addColumn('caller_number', 'text', (column) => column.notNull())
    .addColumn('caller_name', 'text', (column) => column.notNull())
    .addColumn('caller_employee_id', 'text')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('conference_id', 'text', (column) => column.notNull())
    .addColumn('conference_name', 'text', (column) => column.notNull())
    .addColumn('conference_number', 'text', (column) => column.notNull())
    .addColumn('room_id', 'text')
    .addColumn('started_at', 'text', (column) => column.notNull())
    .addColumn('answered_at', 'text')
    .addColumn('entered_at', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('end_reason', 'text')
    .addColumn('search_text', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('stays_by_time').on('stays').columns(['started_at', 'id']).execute()
  await db.schema.createIndex('stays_by_conference').on('stays').columns(['conference_id', 'started_at', 'id']).execute()
  await db.schema.createIndex('stays_by_end').on('stays').column('ended_at').execute()
}

async function accounts(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('administrators')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('login', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('sign_ins')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('administrator_id', 'text', (column) => column.notNull().references('administrators.id').onDelete('cascade'))
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('seen_at', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('api_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('last_used_at', 'text')
    .execute()
}
