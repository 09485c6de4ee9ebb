import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { conferenceDraft } from '../model/conference.ts'
import type { Conference, ConferenceDraftInput } from '../model/conference.ts'
import type { Store } from './store.ts'
import { openTemporaryStore } from './temporary.ts'

const draft = (fields: Partial<ConferenceDraftInput> = {}) => conferenceDraft.parse({ name: 'Planning', number: '1111', ...fields })

describe('Conferences', () => {
  const clock = new ManualClock()
  let store: Store
  let saved: Conference[]
  let deleted: string[]

  beforeEach(async () => {
    store = await openTemporaryStore({ clock, log: silentLog })
    saved = []
    deleted = []
    store.conferences.events.on('saved', (conference) => saved.push(conference))
    store.conferences.events.on('deleted', (id) => deleted.push(id))
  })
  afterEach(() => store.close())

  it('a created conference is found by id and by number, and announced', async () => {
    const made = await store.conferences.create(draft({ pin: '0000', joinTone: true, language: 'en' }))
    expect(made).toMatchObject({ name: 'Planning', number: '1111', pin: '0000', joinTone: true, language: 'en', version: 1 })
    expect(made.createdAt).toBe(new Date(clock.wallMs()).toISOString())
    expect(await store.conferences.get(made.id)).toEqual(made)
    expect(await store.conferences.findByNumber('1111')).toEqual(made)
    expect(await store.conferences.findByNumber('1112')).toBeNull()
    expect(saved).toEqual([made])
  })

  it('a number has one owner, whatever its kind', async () => {
    const anna = await store.employees.create({ name: 'Anna', number: '201' })
    await expect(store.conferences.create(draft({ number: '201' }))).rejects.toMatchObject({
      code: 'number-taken',
      fields: { number: 'number-taken' },
      owner: { kind: 'employee', id: anna.id, name: 'Anna' },
    })
    const made = await store.conferences.create(draft())
    await expect(store.employees.create({ name: 'Boris', number: '1111' })).rejects.toMatchObject({ owner: { id: made.id } })
    await expect(store.employees.change(anna.id, { number: '1111' })).rejects.toMatchObject({ code: 'number-taken' })
    expect(await store.employees.get(anna.id)).toMatchObject({ number: '201', version: 1 })
    expect(saved).toEqual([made])
  })

  it('of two who want the same number at once, one gets it', async () => {
    const tries = await Promise.allSettled([
      store.conferences.create(draft()),
      store.employees.create({ name: 'Anna', number: '1111' }),
      store.conferences.create(draft({ name: 'Other' })),
    ])
    expect(tries.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(await store.conferences.list()).toHaveLength(1)
    expect(await store.employees.list()).toHaveLength(0)
  })

  it('a change touches what it names, frees the old number and grows the version', async () => {
    const made = await store.conferences.create(draft({ pin: '12' }))
    clock.advance(1000)
    const changed = await store.conferences.change(made.id, { number: '90' })
    expect(changed).toEqual({ ...made, number: '90', version: 2, updatedAt: new Date(clock.wallMs()).toISOString() })
    expect(await store.numbers.ownerOf('1111')).toBeNull()
    expect(await store.numbers.ownerOf('90')).toEqual({ kind: 'conference', id: made.id, name: 'Planning' })
    expect(await store.conferences.change(made.id, { pin: null })).toMatchObject({ pin: null, number: '90', version: 3 })
    expect(saved.map((conference) => conference.version)).toEqual([1, 2, 3])
  })

  it('a change made from an older version is refused and changes nothing', async () => {
    const made = await store.conferences.create(draft())
    await store.conferences.change(made.id, { name: 'First' }, { version: 1 })
    await expect(store.conferences.change(made.id, { name: 'Second' }, { version: 1 })).rejects.toMatchObject({ code: 'changed-meanwhile' })
    await expect(store.conferences.remove(made.id, { version: 1 })).rejects.toMatchObject({ code: 'changed-meanwhile' })
    expect(await store.conferences.get(made.id)).toMatchObject({ name: 'First', version: 2 })
    expect(deleted).toEqual([])
  })

  it('a removed conference is gone, its number is free, and it is announced', async () => {
    const made = await store.conferences.create(draft())
    await store.conferences.remove(made.id)
    expect(deleted).toEqual([made.id])
    expect(await store.conferences.find(made.id)).toBeNull()
    expect(await store.numbers.ownerOf('1111')).toBeNull()
    await expect(store.conferences.remove(made.id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(store.conferences.get(made.id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(store.conferences.change(made.id, {})).rejects.toMatchObject({ code: 'not-found' })
  })

  it('the list is in the order of names, and a search ignores case and ё', async () => {
    await store.conferences.create(draft({ name: 'Ёлка', number: '10' }))
    await store.conferences.create(draft({ name: 'Планёрка', number: '11' }))
    await store.conferences.create(draft({ name: 'room 10', number: '12' }))
    await store.conferences.create(draft({ name: 'Room 9', number: '13' }))
    expect((await store.conferences.list()).map((one) => one.name)).toEqual(['Ёлка', 'Планёрка', 'Room 9', 'room 10'])
    expect((await store.conferences.list({ search: 'ПЛАНЕР' })).map((one) => one.number)).toEqual(['11'])
    expect((await store.conferences.list({ search: '12' })).map((one) => one.name)).toEqual(['room 10'])
    expect(await store.conferences.list({ search: '%' })).toEqual([])
  })

  it('suggestions count up from the first number of the kind, past taken ones', async () => {
    expect(await store.numbers.suggest('conference')).toBe('1111')
    expect(await store.numbers.suggest('employee')).toBe('201')
    await store.conferences.create(draft())
    await store.conferences.create(draft({ number: '1113' }))
    await store.employees.create({ name: 'Anna', number: '1112' })
    await store.conferences.create(draft({ number: '201' }))
    expect(await store.numbers.suggest('conference')).toBe('1114')
    expect(await store.numbers.suggest('employee')).toBe('202')
  })
})

describe('Employees', () => {
  it('a secret is made when none is given, shown on request, renewed, and never announced', async () => {
    const store = await openTemporaryStore({ clock: new ManualClock(), log: silentLog })
    const announced: unknown[] = []
    store.employees.events.on('saved', (employee) => announced.push(employee))
    const anna = await store.employees.create({ name: 'Anna', number: '201' })
    expect(anna.secret).toMatch(/^[a-z2-9]{20}$/)
    expect(await store.employees.secretOf(anna.id)).toBe(anna.secret)
    expect(await store.employees.secretByNumber('201')).toBe(anna.secret)
    expect(await store.employees.secretByNumber('202')).toBeNull()
    const renewed = await store.employees.renewSecret(anna.id)
    expect(renewed.secret).not.toBe(anna.secret)
    expect(renewed.version).toBe(2)
    expect(await store.employees.secretByNumber('201')).toBe(renewed.secret)
    expect((await store.employees.create({ name: 'Boris', number: '202', secret: 'chosen-one' })).secret).toBe('chosen-one')
    await expect(store.employees.secretOf('employee-none')).rejects.toMatchObject({ code: 'not-found' })
    expect(JSON.stringify(announced)).not.toContain('secret')
    expect(announced).toHaveLength(3)
    await store.close()
  })
})
