import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import type { Stay } from '../model/history.ts'
import type { BeginningStay } from './history.ts'
import type { Store } from './store.ts'
import { openTemporaryStore } from './temporary.ts'

function stay(id: string, { startedAt = '2026-01-01T10:00:00.000Z', name = 'Anna', conferenceId = 'conference-a' } = {}): BeginningStay {
  return {
    id,
    callId: `${id}@phone`,
    caller: { kind: 'employee', number: '201', name, employeeId: 'employee-1' },
    source: 'udp:192.0.2.7:5060',
    conferenceId,
    conferenceName: 'Планёрка',
    conferenceNumber: '1111',
    startedAt,
  }
}

describe('History', () => {
  let store: Store
  let ended: Stay[]

  beforeEach(async () => {
    store = await openTemporaryStore({ clock: new ManualClock(), log: silentLog })
    ended = []
    store.history.events.on('ended', (one) => ended.push(one))
  })
  afterEach(() => store.close())

  it('a stay is told step by step and announced once, at its end', async () => {
    const { history } = store
    await history.begin(stay('s1'))
    await history.answered('s1', '2026-01-01T10:00:01.000Z')
    await history.entered('s1', { at: '2026-01-01T10:00:05.000Z', roomId: 'room-1' })
    expect(ended).toEqual([])
    const done = await history.end('s1', { at: '2026-01-01T10:20:00.000Z', reason: 'hung-up' })
    expect(done).toEqual({
      ...stay('s1'),
      roomId: 'room-1',
      answeredAt: '2026-01-01T10:00:01.000Z',
      enteredAt: '2026-01-01T10:00:05.000Z',
      endedAt: '2026-01-01T10:20:00.000Z',
      endReason: 'hung-up',
    })
    expect(await history.end('s1', { at: '2026-01-01T10:30:00.000Z', reason: 'failed' })).toEqual(done)
    expect(ended).toEqual([done])
    expect(await history.page({ limit: 10 })).toEqual({ stays: [done], nextBefore: null })
  })

  it('steps that nobody waited for are written in their order', async () => {
    const { history } = store
    void history.begin(stay('s1'))
    void history.entered('s1', { at: '2026-01-01T10:00:05.000Z', roomId: 'room-1' })
    const done = await history.end('s1', { at: '2026-01-01T10:20:00.000Z', reason: 'line-lost' })
    expect(done).toMatchObject({ roomId: 'room-1', endReason: 'line-lost' })
  })

  it('the end of an unknown stay is answered with null and not announced', async () => {
    expect(await store.history.end('s9', { at: '2026-01-01T10:20:00.000Z', reason: 'hung-up' })).toBeNull()
    expect(ended).toEqual([])
  })

  it('pages go from the newest to the oldest without gap or repetition, equal moments included', async () => {
    const ids: string[] = []
    for (let i = 0; i < 25; i++) {
      const id = `s${String(i).padStart(2, '0')}`
      ids.push(id)
      await store.history.begin(stay(id, { startedAt: `2026-01-01T10:00:${String(Math.floor(i / 4)).padStart(2, '0')}.000Z` }))
    }
    const seen: string[] = []
    let before: string | undefined
    do {
      const page = await store.history.page({ limit: 7, before })
      seen.push(...page.stays.map((one) => one.id))
      before = page.nextBefore ?? undefined
    } while (before)
    expect(seen).toEqual(ids.toReversed())
  })

  it('a page can be of one conference, and of what a search finds', async () => {
    await store.history.begin(stay('s1', { name: 'Семёнов 50%' }))
    await store.history.begin(stay('s2', { name: 'Boris', conferenceId: 'conference-b' }))
    const found = async (query: object) => (await store.history.page({ limit: 10, ...query })).stays.map((one) => one.id)
    expect(await found({ conferenceId: 'conference-b' })).toEqual(['s2'])
    expect(await found({ search: 'СЕМЕНОВ' })).toEqual(['s1'])
    expect(await found({ search: '0%' })).toEqual(['s1'])
    expect(await found({ search: '_' })).toEqual([])
    expect(await found({ search: 'планер' })).toEqual(['s2', 's1'])
    expect(await found({ search: ' ' })).toEqual(['s2', 's1'])
    await expect(store.history.page({ limit: 10, before: 'x' })).rejects.toMatchObject({ fields: { before: 'before-format' } })
  })
})
