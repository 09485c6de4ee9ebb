import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { ageLimitMs, idleLimitMs } from './sign-ins.ts'
import type { Store } from './store.ts'
import { openTemporaryStore } from './temporary.ts'

const hourMs = 60 * 60 * 1000

describe('accounts', () => {
  let clock: ManualClock
  let store: Store

  beforeEach(async () => {
    clock = new ManualClock()
    store = await openTemporaryStore({ clock, log: silentLog, role: 'tool' }) // no heartbeat: these tests move by months
  })
  afterEach(() => store.close())

  it('the first administrator is made once; the login is compared without case', async () => {
    const first = await store.administrators.createFirst({ login: 'Admin', password: 'correct horse' })
    expect(first).toMatchObject({ login: 'admin' })
    expect(await store.administrators.createFirst({ login: 'other', password: 'correct horse' })).toBeNull()
    expect(await store.administrators.verify({ login: ' ADMIN ', password: 'correct horse' })).toEqual(first)
    expect(await store.administrators.verify({ login: 'admin', password: 'Correct horse' })).toBeNull()
    expect(await store.administrators.verify({ login: 'nobody', password: 'correct horse' })).toBeNull()
    await expect(store.administrators.create({ login: 'admin', password: 'x' })).rejects.toMatchObject({ code: 'login-taken' })
  })

  it('a changed password is the only one that is right', async () => {
    const admin = await store.administrators.create({ login: 'admin', password: 'one' })
    await store.administrators.changePassword(admin.id, 'two')
    expect(await store.administrators.verify({ login: 'admin', password: 'one' })).toBeNull()
    expect(await store.administrators.verify({ login: 'admin', password: 'two' })).toEqual(admin)
    await expect(store.administrators.changePassword('administrator-none', 'x')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('a sign-in slides while it is used, and ends when it is not', async () => {
    const admin = await store.administrators.create({ login: 'admin', password: 'one' })
    const { token } = await store.signIns.create(admin.id)
    clock.advance(idleLimitMs - 1)
    expect(await store.signIns.verify(token)).toMatchObject({ administrator: admin })
    clock.advance(idleLimitMs - 1)
    expect(await store.signIns.verify(token)).not.toBeNull()
    clock.advance(idleLimitMs)
    expect(await store.signIns.verify(token)).toBeNull()
    expect(await store.signIns.verify('wrong')).toBeNull()
  })

  it('a sign-in ends at its age limit however much it is used', async () => {
    const admin = await store.administrators.create({ login: 'admin', password: 'one' })
    const { token } = await store.signIns.create(admin.id)
    const stepMs = 10 * hourMs // 720 hours are 72 steps
    for (let ageMs = stepMs; ageMs < ageLimitMs; ageMs += stepMs) {
      clock.advance(stepMs)
      expect(await store.signIns.verify(token)).not.toBeNull()
    }
    clock.advance(stepMs)
    expect(await store.signIns.verify(token)).toBeNull()
  })

  it('a sign-in is revoked alone, or all but one', async () => {
    const admin = await store.administrators.create({ login: 'admin', password: 'one' })
    const [a, b, c] = [await store.signIns.create(admin.id), await store.signIns.create(admin.id), await store.signIns.create(admin.id)]
    await store.signIns.revoke(a.token)
    expect(await store.signIns.verify(a.token)).toBeNull()
    await store.signIns.revokeAllOf(admin.id, { keepToken: b.token })
    expect(await store.signIns.verify(b.token)).not.toBeNull()
    expect(await store.signIns.verify(c.token)).toBeNull()
  })

  it('an API key is shown once, verified, used, listed and removed', async () => {
    const made = await store.apiKeys.create({ name: 'script' })
    expect(made.token).toMatch(/^veche_[\w-]{43}$/)
    expect(await store.apiKeys.list()).toEqual([{ id: made.id, name: 'script', createdAt: made.createdAt, lastUsedAt: null }])
    expect(await store.apiKeys.verify(made.token)).toMatchObject({ id: made.id })
    expect((await store.apiKeys.list())[0]?.lastUsedAt).toBe(made.createdAt)
    await store.apiKeys.remove(made.id)
    expect(await store.apiKeys.verify(made.token)).toBeNull()
    await expect(store.apiKeys.remove(made.id)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('a preset key is made once and must be long', async () => {
    const token = 'k'.repeat(40)
    const first = await store.apiKeys.preset({ name: 'environment', token })
    expect(await store.apiKeys.preset({ name: 'environment', token })).toEqual(first)
    expect(await store.apiKeys.list()).toHaveLength(1)
    await expect(store.apiKeys.preset({ name: 'environment', token: 'short' })).rejects.toMatchObject({ code: 'api-key-format' })
  })
})
