import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../base/clock.ts'
import { silentLog } from '../../base/log.ts'
import { Database } from './database.ts'
import type { Migration } from './migrations.ts'
import { migrations } from './migrations.ts'
import type { Tables } from './tables.ts'

describe('Database', () => {
  let folder: string
  const open = (steps?: readonly Migration[]) =>
    Database.open({ folder, clock: new ManualClock(), log: silentLog, ...(steps && { migrations: steps }) })

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'veche-database-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('a durable write is flushed to the disk at its commit, a quick one is not', async () => {
    const database = await open()
    const level = async (trx: Kysely<Tables>) => (await sql<{ synchronous: number }>`pragma synchronous`.execute(trx)).rows[0]?.synchronous
    const levels = await Promise.all([database.quick(level), database.durable(level), database.quick(level), database.durable(level)])
    expect(levels).toEqual([1, 2, 1, 2]) // SQLite's words: NORMAL is 1, FULL is 2
    expect((await sql<{ journal_mode: string }>`pragma journal_mode`.execute(database.read)).rows[0]?.journal_mode).toBe('wal')
    await database.close()
  })

  it('a write that fails leaves nothing behind, and the next one works', async () => {
    const database = await open()
    const row = { key: 'a', value: '1' }
    const failing = database.durable(async (trx) => {
      await trx.insertInto('settings').values(row).execute()
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await database.read.selectFrom('settings').selectAll().execute()).toEqual([])
    await database.quick((trx) => trx.insertInto('settings').values(row).execute())
    expect(await database.read.selectFrom('settings').selectAll().execute()).toEqual([row])
    await database.close()
    await database.close() // harmless
  })

  it('each step of the schema runs once, in order, and is written down', async () => {
    const ran: string[] = []
    const step = (version: number, name: string): Migration => ({ version, name, run: async () => void ran.push(name) })
    await (await open([step(1, 'one'), step(2, 'two')])).close()
    const database = await open([step(1, 'one'), step(2, 'two'), step(3, 'three')])
    expect(ran).toEqual(['one', 'two', 'three'])
    const written = await database.read.selectFrom('migrations').select(['version', 'name']).orderBy('version').execute()
    expect(written.map(({ version, name }) => `${version} ${name}`)).toEqual(['1 one', '2 two', '3 three'])
    await database.close()
  })

  it('a step that fails is undone as a whole and tried again at the next start', async () => {
    const half: Migration = {
      version: 1,
      name: 'half',
      async run(db) {
        await db.schema.createTable('one').addColumn('id', 'text').execute()
        throw new Error('power is gone')
      },
    }
    await expect(open([half])).rejects.toThrow('power is gone')
    const whole: Migration = { ...half, run: (db) => db.schema.createTable('one').addColumn('id', 'text').execute() }
    await (await open([whole])).close()
  })

  it('the product counts its steps from 1 without gaps', () => {
    expect(migrations.map((step) => step.version)).toEqual(migrations.map((_, index) => index + 1))
  })
})
