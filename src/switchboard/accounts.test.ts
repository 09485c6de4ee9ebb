import { describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { silentLog, type Log } from '../base/log.ts'
import type { SipAddress } from '../sip/address.ts'
import { answerChallenge } from '../sip/digest-client.ts'
import { Headers } from '../sip/headers.ts'
import { emptyBody, type SipRequest } from '../sip/message.ts'
import { noParams } from '../sip/params.ts'
import { Accounts } from './accounts.ts'

const anna = { id: 'employee-1', name: 'Anna', number: '201', version: 1, createdAt: '', updatedAt: '' }
const secret = 'the-right-secret'
const source: SipAddress = { transport: 'udp', address: '192.0.2.1', port: 5060 }

function open() {
  const clock = new ManualClock()
  const lines: string[] = []
  const log: Log = { ...silentLog, warn: (_, text) => void lines.push(text) }
  const employees = {
    findByNumber: (number: string) => Promise.resolve(number === anna.number ? anna : null),
    secretByNumber: (number: string) => Promise.resolve(number === anna.number ? secret : null),
  }
  const accounts = new Accounts({ employees, clock, log, settings: () => ({ sipRealm: 'veche', sipDigest: 'md5' }) })
  /** The outcome of a request with this password, after a fresh challenge. */
  const attempt = async (password: string, { from = source, nonce = '' } = {}) => {
    const challenged = await accounts.prove(request(), from)
    if (challenged.kind !== 'challenge') throw new Error('accepted without credentials')
    const challenge = new Headers(challenged.headers.map(([name, value]) => [name, nonce === '' ? value : value.replace(/nonce="[^"]*"/, `nonce="${nonce}"`)] as const))
    const answer = answerChallenge({ challenge, username: anna.number, password, method: 'REGISTER', uri: 'sip:example.com' })
    const proof = await accounts.prove(request(answer), from)
    return proof.kind === 'employee' ? 'accepted' : `${proof.why} ${proof.headers.some(([, value]) => value.includes('stale'))}`
  }
  return { clock, lines, attempt }
}

function request(headers: ReadonlyArray<readonly [string, string]> = []): SipRequest {
  return { kind: 'request', method: 'REGISTER', uri: { scheme: 'sip', host: 'example.com', params: noParams }, headers: new Headers(headers), body: emptyBody }
}

describe('a SIP password', () => {
  it('cannot be learned by guessing on: after some wrong ones the right one is not told apart', async () => {
    const { attempt } = open()
    for (let tries = 0; tries < 10; tries++) expect(await attempt(`guess-${tries}`)).toBe('wrong false')
    expect(await attempt('guess')).toBe('missing false')
    expect(await attempt(secret)).toBe('missing false')
    expect(await attempt(secret, { nonce: 'not-ours' })).toBe('missing false')
  })

  it('is taken again after the pause, and from other addresses at once', async () => {
    const { clock, attempt } = open()
    for (let tries = 0; tries < 10; tries++) await attempt(`guess-${tries}`)
    expect(await attempt(secret, { from: { ...source, address: '192.0.2.2' } })).toBe('accepted')
    clock.advance(60_000)
    expect(await attempt(secret)).toBe('accepted')
  })

  it('that is guessed a thousand times writes a few lines into the log', async () => {
    const { lines, attempt } = open()
    for (let tries = 0; tries < 1000; tries++) await attempt('guess', { from: { ...source, address: `10.0.${tries >> 8}.${tries & 255}` } })
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.length).toBeLessThan(10)
  })
})
