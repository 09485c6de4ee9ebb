/** A store that is gone when closed: for tests, and for trying the server out. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from './store.ts'
import type { Store, StoreOptions } from './store.ts'

export async function openTemporaryStore(options: Omit<StoreOptions, 'folder'>): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'veche-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const store = await openStore({ ...options, folder })
    return { ...store, close: () => store.close().finally(remove) }
  } catch (cause) {
    remove()
    throw cause
  }
}
