/**
 * The database as the rest of the room uses it: read, or write with a promise of how long it lasts.
 *
 * | write     | survives `kill -9` | survives power loss | cost on a usual disk |
 * |-----------|--------------------|---------------------|----------------------|
 * | `durable` | yes                | yes                 | one flush, about 0.5 ms on flash |
 * | `quick`   | yes                | what the system had flushed, seconds at most | none |
 *
 * `durable` is what a person configured: conferences, employees, settings, accounts. `quick` is what the telephones do:
 * history, registrations, the heartbeat. Both wait for their turn in the order they were asked for.
 */
import { chmodSync, existsSync } from 'node:fs'
import { Kysely } from 'kysely'
import type { Transaction } from 'kysely'
import type { Clock } from '../../base/clock.ts'
import { Conflict } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { lockFolder } from './folder-lock.ts'
import type { FolderLock } from './folder-lock.ts'
import { migrate } from './migrate.ts'
import { migrations as allMigrations } from './migrations.ts'
import type { Migration } from './migrations.ts'
import { plainStorageError } from './sqlite-errors.ts'
import { openSqlite, prepareFolder, sqliteDialect } from './sqlite.ts'
import type { SqliteFile } from './sqlite.ts'
import type { Tables } from './tables.ts'

export type Writing<T> = (trx: Transaction<Tables>) => Promise<T>

export type DatabaseOptions = {
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
  /** Beside a running server: takes no lock of the folder. */
  readonly shared?: boolean
  /** Other steps than the product's; for tests of the steps themselves. */
  readonly migrations?: readonly Migration[]
}

export class Database {
  /** For reading; whoever writes uses {@link durable} or {@link quick}. */
  readonly read: Kysely<Tables>
  readonly #file: string
  readonly #sqlite: SqliteFile
  readonly #lock: FolderLock | null
  #synchronous = ''

  private constructor(parts: { readonly file: string; readonly sqlite: SqliteFile; readonly lock: FolderLock | null }) {
    this.#file = parts.file
    this.#sqlite = parts.sqlite
    this.#lock = parts.lock
    this.read = new Kysely<Tables>({ dialect: sqliteDialect(parts.sqlite) })
  }

  /** @throws Unavailable with a plain message when the folder or the file cannot be used. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const file = prepareFolder(options.folder)
    let lock: FolderLock | null = null
    let database: Database | undefined
    try {
      lock = options.shared ? null : lockFolder(options.folder)
      database = new Database({ file, sqlite: openSqlite(file), lock })
      database.#sqlite.pragma('synchronous = FULL')
      await migrate(database.read, { migrations: options.migrations ?? allMigrations, clock: options.clock, log: options.log })
      return database
    } catch (cause) {
      if (database) await database.close()
      else lock?.release()
      throw plainStorageError(cause, file)
    }
  }

  /** A transaction that is on the disk itself when the promise resolves. */
  durable<T>(work: Writing<T>): Promise<T> {
    return this.#write('FULL', work)
  }

  /** A transaction that is with the operating system when the promise resolves. */
  quick<T>(work: Writing<T>): Promise<T> {
    return this.#write('NORMAL', work)
  }

  /**
   * Copies the whole database, consistent, while it is in use.
   * @throws Conflict (`file-exists`) rather than overwrite something
   */
  async backup(target: string): Promise<void> {
    if (existsSync(target)) throw new Conflict(`${target} exists already.`, { code: 'file-exists' })
    await this.#sqlite.backup(target)
    chmodSync(target, 0o600) // secrets inside
  }

  /** Waits for the writes under way, then gives the file and the folder back. */
  async close(): Promise<void> {
    if (!this.#sqlite.open) return
    await this.read.connection().execute(async () => {})
    await this.read.destroy()
    this.#lock?.release()
  }

  async #write<T>(synchronous: 'FULL' | 'NORMAL', work: Writing<T>): Promise<T> {
    try {
      return await this.read.connection().execute((connection) => {
        // The connection is ours until the end, and no transaction is open: SQLite ignores this pragma inside one.
        if (this.#synchronous !== synchronous) this.#sqlite.pragma(`synchronous = ${(this.#synchronous = synchronous)}`)
        return connection.transaction().execute(work)
      })
    } catch (cause) {
      throw plainStorageError(cause, this.#file)
    }
  }
}
