import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Log, LogFields } from '../base/log.ts'
import { silentLog } from '../base/log.ts'
import { login, password, startTrial } from './trial.ts'
import type { Answer, Trial } from './trial.ts'

const hourMs = 60 * 60 * 1000

describe('access', () => {
  let trial: Trial
  const lines: string[] = []

  beforeEach(async () => {
    lines.length = 0
    trial = await startTrial({ log: listening(lines) })
  })
  afterEach(() => trial.close())

  const signIn = (body: unknown = { login, password }, headers = {}) => trial.ask('POST', 'sign-in', { body, headers, anonymous: true })
  const cookieOf = (answer: Answer) => answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  const asBrowser = (cookie: string, headers = {}) => ({ anonymous: true, headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers } })

  it('nothing under the API is told to strangers, whatever the method', async () => {
    const document = (await trial.ask('GET', 'openapi.json')).body
    let asked = 0
    for (const [path, operations] of Object.entries<object>(document.paths)) {
      for (const method of Object.keys(operations)) {
        if (path === '/api/v1/sign-in') continue
        const answer = await trial.ask(method.toUpperCase(), path.replace(/\{\w+\}/, 'x'), { anonymous: true })
        expect([method, path, answer.status, answer.body?.code]).toEqual([method, path, 401, 'not-signed-in'])
        asked++
      }
    }
    expect(asked).toBeGreaterThanOrEqual(30)
    expect((await trial.ask('GET', 'openapi.json', { anonymous: true })).status).toBe(401)
    expect((await trial.ask('GET', 'me', { headers: { authorization: 'Bearer veche_wrong' } })).status).toBe(401)
    expect((await trial.ask('GET', 'me', { headers: { authorization: 'Basic YTpi' } })).status).toBe(401)
    expect((await trial.ask('GET', 'me', { anonymous: true, headers: { cookie: 'veche=wrong' } })).status).toBe(401)
  })

  it('a sign-in gives a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await signIn()
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ kind: 'administrator', name: 'admin' })
    const attributes = answer.headers.get('set-cookie')?.split('; ').slice(1)
    expect(attributes).toEqual(['Max-Age=2592000', 'Path=/', 'HttpOnly', 'SameSite=Strict'])
    expect((await trial.ask('GET', 'me', asBrowser(cookieOf(answer)))).body).toEqual({ kind: 'administrator', name: 'admin' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('behind a trusted proxy with https the cookie is for https alone; nobody else is believed', async () => {
    expect((await signIn(undefined, { 'x-forwarded-proto': 'https' })).headers.get('set-cookie')).not.toContain('Secure')
    const behind = await startTrial({ trustedProxies: ['127.0.0.1'] })
    const answer = await behind.ask('POST', 'sign-in', { body: { login, password }, anonymous: true, headers: { 'x-forwarded-proto': 'https' } })
    expect(answer.headers.get('set-cookie')).toContain('; Secure')
    await behind.close()
  })

  it('signing out ends the sign-in on the server too', async () => {
    const cookie = cookieOf(await signIn())
    const out = await trial.ask('DELETE', 'sign-in', asBrowser(cookie))
    expect(out.status).toBe(204)
    expect(out.headers.get('set-cookie')).toMatch(/^veche=; /)
    expect((await trial.ask('GET', 'me', asBrowser(cookie))).status).toBe(401)
    expect((await trial.ask('DELETE', 'sign-in', { anonymous: true })).status).toBe(204)
  })

  it('a sign-in unused for half a day is over', async () => {
    const cookie = cookieOf(await signIn())
    trial.clock.advance(11 * hourMs)
    expect((await trial.ask('GET', 'me', asBrowser(cookie))).status).toBe(200)
    trial.clock.advance(12 * hourMs)
    expect((await trial.ask('GET', 'me', asBrowser(cookie))).status).toBe(401)
  })

  it('with a cookie, only our own pages may change anything', async () => {
    const cookie = cookieOf(await signIn())
    const body = { language: 'en' }
    const host = trial.url.replace('http://', '')
    const change = (headers: Record<string, string>) => trial.ask('PATCH', 'settings', { body, anonymous: true, headers: { cookie, ...headers } })
    const refused = [
      {},
      { origin: 'http://evil.example' },
      { origin: `http://${host}.evil.example` },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: trial.url },
      { 'sec-fetch-site': 'none' },
    ]
    for (const headers of refused) {
      const answer = await change(headers as Record<string, string>)
      expect([headers, answer.status, answer.body.code]).toEqual([headers, 403, 'cross-site'])
    }
    expect(trial.store.settings.current.language).toBe('ru')
    expect((await change({ origin: trial.url })).status).toBe(200)
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await signIn(undefined, { origin: 'http://evil.example' })).body.code).toBe('cross-site')
    // A form of another site cannot say that it is JSON.
    const form = await trial.ask('PATCH', 'settings', {
      body: JSON.stringify(body),
      anonymous: true,
      headers: { cookie, origin: trial.url, 'content-type': 'text/plain' },
    })
    expect([form.status, form.body.code]).toEqual([415, 'unsupported-media-type'])
  })

  it('a wrong login and a wrong password are told apart by nothing', async () => {
    const one = await signIn({ login, password: 'wrong' })
    const other = await signIn({ login: 'nobody', password: 'wrong' })
    expect(one.status).toBe(401)
    expect(one.body).toEqual({ code: 'wrong-credentials', message: 'The login or the password is wrong.' })
    expect(other.body).toEqual(one.body)
  })

  it('guessing meets a growing pause, and the right password is not looked at while it lasts', async () => {
    for (let i = 0; i < 10; i++) expect((await signIn({ login, password: `wrong ${i}` })).status).toBe(401)
    const blocked = await signIn()
    expect([blocked.status, blocked.body.code, blocked.headers.get('retry-after')]).toEqual([429, 'too-many-attempts', '1'])
    trial.clock.advance(1000)
    expect((await signIn({ login, password: 'wrong' })).status).toBe(401)
    expect((await signIn()).headers.get('retry-after')).toBe('2')
    trial.clock.advance(2000)
    expect((await signIn()).status).toBe(200)
    expect((await signIn()).status).toBe(200)
  })

  it('a password is changed by who knows the old one, and other browsers are signed out', async () => {
    const [mine, other] = [cookieOf(await signIn()), cookieOf(await signIn())]
    const change = (body: unknown) => trial.ask('POST', 'me/password', { body, ...asBrowser(mine) })
    expect((await change({ current: 'wrong', next: 'a new long password' })).body).toMatchObject({ code: 'invalid', fields: { current: 'password-wrong' } })
    expect((await change({ current: password, next: 'short' })).body.fields).toEqual({ next: 'password-too-short' })
    expect((await change({ current: password, next: 'a new long password' })).status).toBe(204)
    expect((await trial.ask('GET', 'me', asBrowser(mine))).status).toBe(200)
    expect((await trial.ask('GET', 'me', asBrowser(other))).status).toBe(401)
    expect((await signIn()).status).toBe(401)
    expect((await signIn({ login, password: 'a new long password' })).status).toBe(200)
    expect((await trial.ask('POST', 'me/password', { body: { current: password, next: 'a new long password' } })).status).toBe(403)
  })

  it('broken requests get a clear answer', async () => {
    const post = (body: string, headers = {}) => trial.ask('POST', 'conferences', { body, headers })
    expect((await post('{"name":')).body).toMatchObject({ code: 'invalid-json' })
    expect((await post('{"__proto__":{"a":1}}')).status).toBe(400)
    expect((await post('[]')).body).toMatchObject({ code: 'body-required' })
    expect((await trial.ask('POST', 'conferences')).body).toMatchObject({ code: 'body-required' })
    expect((await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    const large = await post(JSON.stringify({ name: 'x'.repeat(70_000), number: '1111' }))
    expect([large.status, large.body.code]).toEqual([413, 'body-too-large'])
    expect((await trial.ask('GET', 'nothing')).body).toMatchObject({ code: 'not-found' })
    expect((await trial.ask('POST', 'rooms')).status).toBe(404)
    expect((await trial.ask('GET', 'conferences/%E0%A4%A')).status).toBe(400)
  })

  it('a failure of our own says nothing of its inside', async () => {
    await trial.close()
    trial = await startTrial({
      log: listening(lines),
      status: () => {
        throw new Error('inside')
      },
    })
    const answer = await trial.ask('GET', 'status')
    expect([answer.status, answer.body]).toEqual([500, { code: 'internal', message: 'The server failed; its log says why.' }])
    expect(lines.join('\n')).toContain('inside')
  })

  it('no log line has a PIN, a password, a secret or a token', async () => {
    const cookie = cookieOf(await signIn())
    await signIn({ login, password: 'a-wrong-password' })
    await trial.ask('POST', 'conferences', { body: { name: 'Planning', number: '1111', pin: '73519' } })
    await trial.ask('POST', 'conferences', { body: { name: 'Planning', number: '1111', pin: '73519' } })
    await trial.ask('POST', 'conferences', { body: '{"pin":"73519",' })
    await trial.ask('POST', 'conferences', { body: { name: 'x', number: '12', pin: '73519x' } })
    const { body: anna } = await trial.ask('POST', 'employees', { body: { name: 'Anna', number: '201' } })
    await trial.ask('GET', `employees/${anna.id}/secret`)
    await trial.ask('GET', 'me', asBrowser(cookie))
    const said = lines.join('\n')
    expect(lines.length).toBeGreaterThan(8)
    for (const hidden of ['73519', password, 'a-wrong-password', anna.secret, trial.token, cookie.slice('veche='.length)]) expect(said).not.toContain(hidden)
  })

  it('every answer forbids frames, foreign scripts and guessing of types', async () => {
    for (const path of ['/', '/api/v1/me', '/healthz', '/api/nothing', '/api/docs']) {
      const { headers } = await trial.ask('GET', path)
      const policy = headers.get('content-security-policy') ?? ''
      for (const rule of ["default-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"]) {
        expect(policy.split(';')).toContain(rule)
      }
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-powered-by')).toBeNull()
    }
  })
})

/** A log that keeps what it is told, as text. */
function listening(lines: string[]): Log {
  const keep = (fields: LogFields, text: string): void => {
    const err = fields['err']
    lines.push(`${text} ${JSON.stringify(fields)} ${err instanceof Error ? err.stack : ''}`)
  }
  return { ...silentLog, error: keep, warn: keep, info: keep, debug: keep, with: () => listening(lines), writes: () => true }
}
