/**
 * Opens the SQLite file: write-ahead log, private to the user that runs the server, checked before it is believed.
 *
 * The driver works in this thread; a query returns before the next packet or request is looked at, and a statement's
 * promise costs no turn of the event loop.
 */
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { CompiledQuery, SqliteDialect, SqliteDriver } from 'kysely'
import type { DatabaseConnection, Driver, SqliteDatabase } from 'kysely'
import { Unavailable } from '../../base/errors.ts'
import { plainStorageError } from './sqlite-errors.ts'

export type SqliteFile = BetterSqlite3.Database

/** How long a writer waits for a command-line tool that has the file, milliseconds. */
const busyMs = 1000
/** Larger files are not read through at start, bytes: it would take seconds. */
const checkedSizeBytes = 64 * 1024 * 1024
const keptStatements = 200

export function databaseFile(folder: string): string {
  return join(folder, 'veche.db')
}

/** Makes `folder` if need be, without touching the database in it. Answers the database's path. */
export function prepareFolder(folder: string): string {
  const file = databaseFile(folder)
  try {
    makeFolder(folder)
  } catch (cause) {
    throw plainStorageError(cause, file)
  }
  return file
}

/** With the folders above it. Not by `recursive`: Node's never comes back where nothing can be made, as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  const above = dirname(folder)
  if (above !== folder) makeFolder(above)
  mkdirSync(folder, { mode: 0o700 })
}

/** @throws Unavailable when the file cannot be written, is locked, damaged, or something else than a database. */
export function openSqlite(file: string): SqliteFile {
  let sqlite: SqliteFile | undefined
  try {
    sqlite = new BetterSqlite3(file, { timeout: busyMs })
    chmodSync(file, 0o600) // secrets inside; the log files beside it take the same mode
    sqlite.pragma('journal_mode = WAL')
    sqlite.pragma('foreign_keys = ON')
    sqlite.pragma('trusted_schema = OFF')
    if (statSync(file).size <= checkedSizeBytes) check(sqlite, file)
    return sqlite
  } catch (cause) {
    sqlite?.close()
    throw plainStorageError(cause, file)
  }
}

function check(sqlite: SqliteFile, file: string): void {
  const verdict = sqlite.pragma('quick_check(1)', { simple: true })
  if (verdict !== 'ok')
    throw new Unavailable(`${file} is damaged (${String(verdict)}): restore it from a backup.`, { code: 'store-corrupt' })
}

/** The query builder's dialect over an open file: statements are prepared once, transactions take the write lock at once. */
export function sqliteDialect(sqlite: SqliteFile): SqliteDialect {
  const prepared = new Map<string, BetterSqlite3.Statement>()
  const database: SqliteDatabase = {
    close: () => void sqlite.close(),
    prepare(sql) {
      let statement = prepared.get(sql)
      if (!statement) {
        if (prepared.size >= keptStatements) prepared.clear()
        prepared.set(sql, (statement = sqlite.prepare(sql)))
      }
      return statement
    },
  }
  return new WritingDialect({ database })
}

class WritingDialect extends SqliteDialect {
  readonly #database: SqliteDatabase

  constructor(config: { readonly database: SqliteDatabase }) {
    super(config)
    this.#database = config.database
  }

  override createDriver(): Driver {
    return new WritingDriver({ database: this.#database })
  }
}

/** `BEGIN IMMEDIATE`: a transaction that reads first and writes later must not find another writer in between. */
class WritingDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}
