/**
 * Everything that is saved, in one SQLite file (`veche.db`) of one folder. What a method acknowledged survives `kill -9`;
 * what a person configured survives a power cut too (see `sql/database.ts`).
 */
import { existsSync } from 'node:fs'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { Administrators } from './administrators.ts'
import { ApiKeys } from './api-keys.ts'
import { Bindings } from './bindings.ts'
import { Conferences } from './conferences.ts'
import { Employees } from './employees.ts'
import { Heartbeat } from './heartbeat.ts'
import { History } from './history.ts'
import { Numbers } from './numbers.ts'
import { Settings } from './settings.ts'
import { SignIns } from './sign-ins.ts'
import { Database } from './sql/database.ts'
import { databaseFile } from './sql/sqlite.ts'

export type StoreOptions = {
  /** Made if it does not exist, readable by this user only. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
  /**
   * `server` (the default): the only one on its folder, with a heartbeat. `tool`: a command beside a running server, which
   * does not notice what is changed until it reads it again.
   */
  readonly role?: 'server' | 'tool'
}

export interface Store {
  readonly conferences: Conferences
  readonly employees: Employees
  readonly numbers: Numbers
  readonly settings: Settings
  readonly history: History
  readonly administrators: Administrators
  readonly signIns: SignIns
  readonly apiKeys: ApiKeys
  readonly bindings: Bindings
  /** Copies everything, consistent, while it is in use, to a file that does not exist yet. */
  backup(target: string): Promise<void>
  /** Waits for the writes under way. Nothing may be asked afterwards. */
  close(): Promise<void>
}

/** Whether there is a store in `folder`: opening makes one where there is none. */
export function isStore(folder: string): boolean {
  return existsSync(databaseFile(folder))
}

/**
 * Opens the store, brings its schema up to date.
 * @throws Unavailable, with a message for the operator: `store-unwritable`, `store-locked`, `store-corrupt`, `store-newer`,
 * `store-full`, `store-io`
 */
export async function openStore({ folder, clock, log, role = 'server' }: StoreOptions): Promise<Store> {
  const database = await Database.open({ folder, clock, log, shared: role === 'tool' })
  try {
    const heartbeat = new Heartbeat({ database, clock, log })
    const aliveUntil = await heartbeat.last()
    const store: Store = {
      conferences: new Conferences({ database, clock }),
      employees: new Employees({ database, clock }),
      numbers: new Numbers({ database }),
      settings: await Settings.load({ database, log }),
      history: new History({ database, log, aliveUntil }),
      administrators: new Administrators({ database, clock }),
      signIns: new SignIns({ database, clock }),
      apiKeys: new ApiKeys({ database, clock }),
      bindings: new Bindings({ database }),
      backup: (target) => database.backup(target),
      async close() {
        await heartbeat.close()
        await database.close()
      },
    }
    if (role === 'server') await heartbeat.start()
    return store
  } catch (cause) {
    await database.close()
    throw cause
  }
}
