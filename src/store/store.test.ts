import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { Unavailable } from '../base/errors.ts'
import { openStore } from './store.ts'

describe('openStore', () => {
  let root: string
  let folder: string
  let clock: ManualClock
  const open = () => openStore({ folder, clock, log: silentLog })

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'veche-store-'))
    folder = join(root, 'data')
    clock = new ManualClock()
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('makes a private folder and file, and finds everything again', async () => {
    const store = await open()
    const made = await store.conferences.create({ name: 'Планёрка', number: '1111', pin: '0000', language: null, joinTone: false })
    await store.settings.change({ language: 'en' })
    await store.close()
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'veche.db')).mode & 0o777).toBe(0o600)
    const again = await open()
    expect(await again.conferences.list()).toEqual([made])
    expect(again.settings.current).toMatchObject({ language: 'en', strangersMayCall: false, sipRealm: 'veche', silentLineSeconds: 120 })
    await again.close()
  })

  it('leaves no timer behind', async () => {
    const store = await open()
    expect(clock.pending).toBe(1)
    await store.close()
    expect(clock.pending).toBe(0)
  })

  it('a change of settings is announced and keeps the others; a value this version cannot use has its default', async () => {
    const store = await open()
    const saved: unknown[] = []
    store.settings.events.on('saved', (settings) => saved.push(settings))
    await store.settings.change({ silentLineSeconds: 30 })
    expect(await store.settings.change({ sipRealm: 'office' })).toMatchObject({ silentLineSeconds: 30, sipRealm: 'office' })
    expect(saved).toHaveLength(2)
    await store.close()
    const sqlite = new BetterSqlite3(join(folder, 'veche.db'))
    sqlite.exec("update settings set value = '5' where key = 'silentLineSeconds'; insert into settings values ('gone', '1'), ('language', 'x')")
    sqlite.close()
    const again = await open()
    expect(again.settings.current).toMatchObject({ language: 'ru', strangersMayCall: false, sipRealm: 'office', silentLineSeconds: 120 })
    await again.close()
  })

  it('a second server on the same folder is refused until the first has gone', async () => {
    const store = await open()
    await expect(open()).rejects.toMatchObject({ code: 'store-locked', message: expect.stringContaining(folder) })
    await store.close()
    await (await open()).close()
  })

  it('a tool works beside a running server', async () => {
    const store = await open()
    const tool = await openStore({ folder, clock, log: silentLog, role: 'tool' })
    await tool.administrators.create({ login: 'admin', password: 'one' })
    await tool.close()
    expect(await store.administrators.list()).toHaveLength(1)
    await store.close()
  })

  it('a backup opens as a store', async () => {
    const store = await open()
    await store.conferences.create({ name: 'Planning', number: '1111', pin: null, language: null, joinTone: false })
    await store.backup(join(root, 'veche.db'))
    await store.close()
    folder = root
    const copy = await open()
    expect(await copy.conferences.list()).toHaveLength(1)
    await copy.close()
  })

  it('a folder that cannot be made is named', async () => {
    writeFileSync(join(root, 'file'), '')
    folder = join(root, 'file', 'data')
    await expect(open()).rejects.toMatchObject({ code: 'store-unwritable', message: expect.stringContaining(folder) })
  })

  it('a file that is no database is refused and left as it is', async () => {
    await (await open()).close()
    const file = join(folder, 'veche.db')
    writeFileSync(file, 'not a database, but long enough to look like something'.repeat(100))
    await expect(open()).rejects.toMatchObject({ code: 'store-corrupt' })
    expect(readFileSync(file, 'utf8')).toMatch(/^not a database/)
  })

  it('a damaged page is noticed at start', async () => {
    const store = await open()
    for (let i = 0; i < 300; i++) await store.employees.create({ name: `Employee ${i}`, number: String(1000 + i) })
    await store.close()
    const file = join(folder, 'veche.db')
    const bytes = readFileSync(file)
    bytes.fill(0xa5, 4096, bytes.length - 4096)
    writeFileSync(file, bytes)
    const failure = await open().catch((cause: unknown) => cause)
    expect(failure).toBeInstanceOf(Unavailable)
    expect(failure).toMatchObject({ code: 'store-corrupt' })
  })

  it('a database of a newer version is refused and left as it is', async () => {
    await (await open()).close()
    const sqlite = new BetterSqlite3(join(folder, 'veche.db'))
    sqlite.exec("insert into migrations values (999, 'from the future', '2030-01-01T00:00:00.000Z')")
    sqlite.close()
    await expect(open()).rejects.toMatchObject({ code: 'store-newer', message: expect.stringContaining('999') })
    await expect(open()).rejects.toMatchObject({ code: 'store-newer' }) // and not "locked": the lock was given back
  })

  it('what a program keeps locked is told apart', async () => {
    await (await open()).close()
    const other = new BetterSqlite3(join(folder, 'veche.db'))
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    await expect(open()).rejects.toMatchObject({ code: 'store-locked' })
    other.close()
  })

  it('registrations come back after a restart', async () => {
    const contact = { contact: 'sip:201@192.0.2.7:5060', cseq: 4_294_967_295, path: ['<sip:edge;lr>'] }
    const store = await open()
    await store.bindings.change('employee-1', () => ({ bindings: [contact, contact], result: null }))
    const kept = await store.bindings.change('employee-1', (current) => ({ bindings: current.slice(0, 1), result: current.length }))
    await store.bindings.change('employee-2', () => ({ bindings: [contact], result: null }))
    await store.bindings.change('employee-2', () => ({ bindings: [], result: null }))
    await store.close()
    const again = await open()
    expect(kept).toBe(2)
    expect(await again.bindings.list('employee-1')).toEqual([contact])
    expect([...(await again.bindings.all()).keys()]).toEqual(['employee-1'])
    await again.close()
  })
})
