import { describe, expect, it } from 'vitest'
import { Headers } from '../headers.ts'
import { agreeAsClient, agreeAsServer, askAsClient, retryMs, sessionAlarm, sessionExpiresOf } from './session-timer.ts'

const ours = { expiresSeconds: 1800, minSeconds: 90 }

const headersOf = (text: string): Headers =>
  new Headers(text.split('|').filter((line) => line !== '').map((line) => {
    const [name = '', value = ''] = line.split(': ')
    return [name, value] as const
  }))

describe('a called side', () => {
  const rows: ReadonlyArray<readonly [what: string, request: string, options: typeof ours | undefined, verdict: string]> = [
    ['lets a caller that knows timers refresh', 'Supported: timer', ours, '1800;refresher=uac + Require: we wait'],
    ['refreshes itself for a caller that does not', '', ours, '1800;refresher=uas: we refresh'],
    [
      'takes the shorter of both intervals',
      'Supported: timer|Session-Expires: 600',
      ours,
      '600;refresher=uac + Require: we wait',
    ],
    [
      'takes its own when that is shorter',
      'Supported: timer|Session-Expires: 7200',
      ours,
      '1800;refresher=uac + Require: we wait',
    ],
    [
      'does as the caller says about roles',
      'Supported: timer|Session-Expires: 600;refresher=uas',
      ours,
      '600;refresher=uas: we refresh',
    ],
    [
      'does not go below the caller\'s minimum',
      'Supported: timer|Session-Expires: 7200|Min-SE: 3600',
      ours,
      '3600;refresher=uac + Require: we wait',
    ],
    ['refuses what is too short', 'Supported: timer|Session-Expires: 89', ours, '422 Min-SE 90'],
    ['does not refuse a caller that would not understand', 'Session-Expires: 80', ours, '80;refresher=uas: we refresh'],
    ['has no timer when nobody wants one', 'Supported: timer', undefined, 'none'],
    [
      'does what the caller wants though it wants none itself',
      'Supported: timer|Session-Expires: 600',
      undefined,
      '600;refresher=uac + Require: we wait',
    ],
  ]
  it.each(rows)('%s', (_what, request, options, expected) => {
    const verdict = agreeAsServer(headersOf(request), options)
    if (verdict.kind === 'too-short') return expect(`422 ${verdict.headers[0]?.join(' ')}`).toBe(expected)
    const value = verdict.headers.find(([name]) => name === 'Session-Expires')?.[1]
    const require = verdict.headers.some(([name]) => name === 'Require') ? ' + Require' : ''
    const role = verdict.agreement?.weRefresh ? 'we refresh' : 'we wait'
    return expect(value === undefined ? 'none' : `${value}${require}: ${role}`).toBe(expected)
  })
})

describe('a calling side', () => {
  it('asks for its interval first and keeps the roles later', () => {
    expect(askAsClient(ours)).toEqual([['Session-Expires', '1800'], ['Min-SE', '90']])
    expect(askAsClient(ours, { expiresSeconds: 600, weRefresh: true })[0]).toEqual(['Session-Expires', '600;refresher=uac'])
    expect(askAsClient(ours, { expiresSeconds: 600, weRefresh: false })[0]).toEqual(['Session-Expires', '600;refresher=uas'])
    expect(askAsClient(undefined)).toEqual([])
  })

  it('refreshes when told so, and when the far end knows no timers', () => {
    expect(
      agreeAsClient(headersOf('Session-Expires: 900;refresher=uac'), { seconds: 1800 }),
    ).toEqual({ expiresSeconds: 900, weRefresh: true })
    expect(
      agreeAsClient(headersOf('Session-Expires: 900;refresher=uas'), { seconds: 1800 }),
    ).toEqual({ expiresSeconds: 900, weRefresh: false })
    expect(agreeAsClient(headersOf(''), { seconds: 1800 })).toEqual({ expiresSeconds: 1800, weRefresh: true })
    expect(agreeAsClient(headersOf(''), undefined)).toBeUndefined()
  })
})

describe('the alarm', () => {
  it.each([
    [{ expiresSeconds: 1800, weRefresh: true }, { act: 'refresh', afterMs: 900_000 }],
    [{ expiresSeconds: 1800, weRefresh: false }, { act: 'end', afterMs: 1_768_000 }],
    [{ expiresSeconds: 90, weRefresh: false }, { act: 'end', afterMs: 60_000 }],
    [{ expiresSeconds: 0, weRefresh: true }, { act: 'refresh', afterMs: 45_000 }],
    [{ expiresSeconds: 0, weRefresh: false }, { act: 'end', afterMs: 60_000 }],
    [{ expiresSeconds: 999_999_999, weRefresh: true }, { act: 'refresh', afterMs: 907_200_000 }],
  ] as const)('of %j is %j', (agreement, alarm) => expect(sessionAlarm(agreement)).toEqual(alarm))
})

describe('a refused refresh', () => {
  it.each([[1800, 112_500], [90, 5625], [0, 5625]] as const)('of %i seconds is tried again after %i ms', (expiresSeconds, ms) => {
    expect(retryMs({ expiresSeconds, weRefresh: true })).toBe(ms)
    const { afterMs } = sessionAlarm({ expiresSeconds, weRefresh: true })
    const givenUp = sessionAlarm({ expiresSeconds, weRefresh: false })
    expect(afterMs + 2 * ms).toBeLessThan(givenUp.afterMs)
  })
})

describe('Session-Expires', () => {
  it.each([
    ['1800', { seconds: 1800, refresher: undefined }],
    ['1800;refresher=uac', { seconds: 1800, refresher: 'uac' }],
    ['1800 ; x=1;refresher=uas', { seconds: 1800, refresher: 'uas' }],
    ['1800;refresher=both', { seconds: 1800, refresher: undefined }],
    ['soon', undefined],
    ['-5', undefined],
  ])('%s is read', (text, value) => expect(sessionExpiresOf(new Headers([['Session-Expires', text]]))).toEqual(value))
})
