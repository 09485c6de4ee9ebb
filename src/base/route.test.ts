import { describe, expect, it } from 'vitest'
import { localAddressFor, RouteCache } from './route.ts'

describe('the route to another machine', () => {
  it('is ourselves for the loopback addresses', async () => {
    expect(await localAddressFor('127.0.0.1')).toBe('127.0.0.1')
    expect(await localAddressFor('::1')).toBe('::1')
  })

  it('is remembered until its time is over', async () => {
    let nowMs = 0
    const cache = new RouteCache({ nowMs: () => nowMs, keepMs: 1000 })
    expect(cache.peek('127.0.0.1')).toBeUndefined()
    expect(await cache.ask('127.0.0.1')).toBe('127.0.0.1')
    nowMs = 999
    expect(cache.peek('127.0.0.1')).toBe('127.0.0.1')
    nowMs = 1000
    expect(cache.peek('127.0.0.1')).toBeUndefined()
  })

  it('is forgotten first when it is the oldest of too many', async () => {
    const cache = new RouteCache({ nowMs: () => 0, limit: 10 })
    for (let host = 1; host <= 11; host++) await cache.ask(`127.0.0.${host}`)
    expect(cache.peek('127.0.0.1')).toBeUndefined()
    expect(cache.peek('127.0.0.2')).toBe('127.0.0.1')
  })

  it('is not asked for too many at a time', async () => {
    const cache = new RouteCache({ nowMs: () => 0, limit: 10 })
    const first = cache.ask('127.0.0.1')
    await expect(cache.ask('127.0.0.2')).rejects.toThrow('too many routes')
    expect(await first).toBe('127.0.0.1')
  })
})
