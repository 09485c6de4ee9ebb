import { spawn } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock, systemClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { openStore } from './store.ts'

const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)

/** Writes without end, and says what was acknowledged only after it was. */
const writer = (folder: string): string => `
  import { writeSync } from 'node:fs'
  import { systemClock } from ${here('../base/clock.ts')}
  import { silentLog } from ${here('../base/log.ts')}
  import { openStore } from ${here('./store.ts')}
  const store = await openStore({ folder: ${JSON.stringify(folder)}, clock: systemClock, log: silentLog })
  const caller = { kind: 'stranger', number: '7', name: 'x', employeeId: null }
  const rest = { callId: 'c', caller, source: 's', conferenceId: 'c', conferenceName: 'n', conferenceNumber: '1111' }
  const now = () => new Date().toISOString()
  for (let i = 0; ; i++) {
    await store.history.begin({ id: 'stay-' + i, ...rest, startedAt: now() })
    writeSync(1, 'begun stay-' + i + '\\n')
    const conference = { name: 'n', number: String(100000 + i), pin: null, language: null, joinTone: false }
    const made = await store.conferences.create(conference)
    writeSync(1, 'made ' + made.id + '\\n')
    await store.history.end('stay-' + i, { at: now(), reason: 'hung-up' })
    writeSync(1, 'ended stay-' + i + '\\n')
  }
`

describe('a crash', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'veche-crash-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('kill -9 in the middle of writing loses nothing that was acknowledged', async () => {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', writer(folder)], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let complained = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text))
    const deadline = setTimeout(() => child.kill('SIGKILL'), 10_000)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.length > 40_000) child.kill('SIGKILL')
    })
    const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)))
    clearTimeout(deadline)
    expect(complained).toBe('')
    expect(signal).toBe('SIGKILL')

    const acknowledged = (what: string): string[] =>
      said.split('\n').slice(0, -1).filter((line) => line.startsWith(`${what} `)).map((line) => line.slice(what.length + 1))
    const [begun, made, ended] = [acknowledged('begun'), acknowledged('made'), acknowledged('ended')]
    expect(ended.length).toBeGreaterThan(100)

    const store = await openStore({ folder, clock: systemClock, log: silentLog })
    const conferences = new Set((await store.conferences.list()).map((one) => one.id))
    expect(made.filter((id) => !conferences.has(id))).toEqual([])
    const { stays } = await store.history.page({ limit: 1_000_000 })
    const found = new Map(stays.map((stay) => [stay.id, stay]))
    expect(begun.filter((id) => !found.has(id))).toEqual([])
    expect(ended.filter((id) => found.get(id)?.endReason !== 'hung-up')).toEqual([])
    await store.close()
  })

  it('calls that were open are closed at the last moment the server is known to have lived', async () => {
    const before = new ManualClock()
    const at = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString()
    const caller = { kind: 'stranger', number: '7', name: 'x', employeeId: null } as const
    const rest = { callId: 'c', caller, source: 's', conferenceId: 'c', conferenceName: 'n', conferenceNumber: '1111' }
    const dying = await openStore({ folder, clock: before, log: silentLog })
    await dying.history.begin({ id: 'early', ...rest, startedAt: at(1000) })
    before.advance(25_000) // beats at 0, 10 and 20 s
    await dying.history.begin({ id: 'late', ...rest, startedAt: at(23_000) })
    await dying.history.answered('late', at(24_000))
    await dying.history.begin({ id: 'done', ...rest, startedAt: at(2000) })
    await dying.history.end('done', { at: at(3000), reason: 'hung-up' })
    await dying.backup(join(folder, 'copy.db')) // the file as a crash would have left it
    await dying.close()

    renameSync(join(folder, 'copy.db'), join(folder, 'veche.db'))
    const store = await openStore({ folder, clock: new ManualClock(Date.UTC(2026, 0, 2)), log: silentLog })
    const announced: string[] = []
    store.history.events.on('ended', (stay) => announced.push(stay.id))
    expect(await store.history.closeUnfinished('2026-01-02T00:00:00.000Z')).toBe(2)
    const { stays } = await store.history.page({ limit: 10 })
    expect(stays.map((stay) => [stay.id, stay.endedAt, stay.endReason])).toEqual([
      ['late', at(24_000), 'server-crashed'],
      ['done', at(3000), 'hung-up'],
      ['early', at(20_000), 'server-crashed'],
    ])
    expect(announced.toSorted()).toEqual(['early', 'late'])
    expect(await store.history.closeUnfinished('2026-01-02T00:00:00.000Z')).toBe(0)
    await store.close()
  })
})
