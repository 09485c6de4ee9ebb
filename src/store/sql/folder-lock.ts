/**
 * One server per folder. The lock is an exclusive SQLite transaction on an empty file that stays open: the operating
 * system drops it with the process, however that ends, so no stale lock ever has to be removed by hand.
 */
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { Unavailable } from '../../base/errors.ts'

export type FolderLock = { release(): void }

/** @throws Unavailable (`store-locked`) when another process holds it. */
export function lockFolder(folder: string): FolderLock {
  const file = new BetterSqlite3(join(folder, 'veche.lock'), { timeout: 0 })
  try {
    file.pragma('journal_mode = MEMORY') // nothing is ever written: no journal beside it
    file.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    file.close()
    if ((cause as { code?: unknown }).code !== 'SQLITE_BUSY') throw cause
    const message = `Another veche server is using the data folder ${folder}. Stop it, or give this one a folder of its own.`
    throw new Unavailable(message, { code: 'store-locked', cause })
  }
  return { release: () => void file.close() }
}
