/** Commands beside a server, on a data folder of their own. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { systemClock } from './base/clock.ts'
import { silentLog } from './base/log.ts'
import { runCommand } from './commands.ts'
import { openStore, type Store } from './store/store.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veche-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

async function withStore<T>(at: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ folder: at, clock: systemClock, log: silentLog, role: 'tool' })
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

/** Runs a command and gives what it said. */
async function said(...words: readonly string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  await runCommand(['node', 'veche', ...words, '--data', folder])
  return write.mock.calls.map(([text]) => String(text)).join('')
}

it('a new password is said once, lets in, and signs out whoever was in with the old one', async () => {
  const { token } = await withStore(folder, async (store) => {
    const { id } = await store.administrators.create({ login: 'admin', password: 'the old one' })
    return store.signIns.create(id)
  })
  const password = /is (\S+)\n$/.exec(await said('password'))?.[1] ?? ''
  await withStore(folder, async (store) => {
    expect(await store.administrators.verify({ login: 'admin', password })).not.toBeNull()
    expect(await store.administrators.verify({ login: 'admin', password: 'the old one' })).toBeNull()
    expect(await store.signIns.verify(token)).toBeNull()
  })
})

it('a backup is a data folder of its own', async () => {
  const draft = { name: 'Kept', number: '1111', pin: '0000', language: null, joinTone: false } as const
  const made = await withStore(folder, (store) => store.conferences.create(draft))
  const copy = join(folder, 'copy')
  await mkdir(copy)
  expect(await said('backup', join(copy, 'veche.db'))).toContain(copy)
  await withStore(folder, (store) => store.conferences.remove(made.id))
  expect(await withStore(copy, (store) => store.conferences.list())).toEqual([made])
})

it('a folder without data is said, and stays as it is', async () => {
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never)
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  expect(await said('backup', join(folder, 'copy.db'))).toBe('')
  expect(exit).toHaveBeenCalledWith(1)
  expect(String(write.mock.calls[0]?.[0])).toContain(folder)
  expect(await readdir(folder)).toEqual([])
})
