import { describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { TooManyAttempts } from './errors.ts'
import { SignInAttempts } from './sign-in-attempts.ts'

const wrong = async () => null
const right = async () => 'right'

describe('SignInAttempts', () => {
  it('pauses double with every attempt and stop growing at their limit', async () => {
    const clock = new ManualClock()
    const attempts = new SignInAttempts({ clock })
    const pauses: number[] = []
    for (let i = 0; i < 40; i++) {
      const failed = await attempts.attempt({ address: '192.0.2.1', login: `again-${i}` }, wrong).catch((cause: unknown) => cause)
      if (!(failed instanceof TooManyAttempts)) continue
      pauses.push(failed.retryAfterSeconds)
      clock.advance(failed.retryAfterSeconds * 1000)
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900, 900].slice(0, pauses.length))
    expect(pauses.at(-1)).toBe(900)
  })

  it('one login is never closed for longer than half a minute, whoever guesses', async () => {
    const clock = new ManualClock()
    const attempts = new SignInAttempts({ clock })
    let longest = 0
    for (let i = 0; i < 60; i++) {
      const failed = await attempts.attempt({ address: `192.0.2.${i}`, login: 'Admin ' }, wrong).catch((cause: unknown) => cause)
      if (!(failed instanceof TooManyAttempts)) continue
      longest = Math.max(longest, failed.retryAfterSeconds)
      clock.advance(failed.retryAfterSeconds * 1000)
    }
    expect(longest).toBe(30)
    expect(await attempts.attempt({ address: '198.51.100.1', login: 'someone else' }, right)).toBe('right')
  })

  it('a hundred attempts at once are a hundred', async () => {
    const attempts = new SignInAttempts({ clock: new ManualClock() })
    let looked = 0
    const tries = Array.from({ length: 100 }, (_, i) =>
      attempts.attempt({ address: '192.0.2.1', login: `login-${i}` }, async () => {
        looked++
        return null
      }),
    )
    await Promise.allSettled(tries)
    expect(looked).toBe(8)
  })

  it('one IPv6 network is one guesser, an IPv4 address in IPv6 clothes is that address', async () => {
    const blockedAfter = async (one: string, other: string): Promise<boolean> => {
      const attempts = new SignInAttempts({ clock: new ManualClock() })
      for (let i = 0; i < 10; i++) await attempts.attempt({ address: one, login: `login-${i}` }, wrong)
      return attempts.attempt({ address: other, login: 'x' }, right).then(() => false, () => true)
    }
    expect(await blockedAfter('2001:db8:1:2::5', '2001:db8:1:2:ffff::1')).toBe(true)
    expect(await blockedAfter('2001:db8:1:2::5', '2001:db8:1:3::5')).toBe(false)
    expect(await blockedAfter('::1', '::2')).toBe(true)
    expect(await blockedAfter('::ffff:192.0.2.1', '192.0.2.1')).toBe(true)
    expect(await blockedAfter('::ffff:192.0.2.1', '::ffff:192.0.2.2')).toBe(false)
    expect(await blockedAfter('fe80::1%eth0', 'fe80::2%eth0')).toBe(true)
  })

  it('what is remembered is bounded and forgotten', async () => {
    const clock = new ManualClock()
    const attempts = new SignInAttempts({ clock })
    for (let i = 0; i < 6000; i++) await attempts.attempt({ address: `10.0.${i >> 8}.${i & 255}`, login: `login-${i}` }, wrong)
    expect(attempts.remembered).toBe(10_000)
    for (let i = 0; i < 9; i++) await attempts.attempt({ address: '192.0.2.1', login: `x-${i}` }, wrong)
    clock.advance(60 * 60_000)
    for (let i = 0; i < 9; i++) await attempts.attempt({ address: '192.0.2.1', login: `y-${i}` }, wrong)
    expect(await attempts.attempt({ address: '192.0.2.1', login: 'z' }, right)).toBe('right')
  })
})
