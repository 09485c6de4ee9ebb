import { describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { answerChallenge } from './digest-client.ts'
import { digestResponse, makeHa1 } from './digest-hash.ts'
import { type DigestOptions, type DigestResult, type DigestVerifier, createDigestVerifier } from './digest.ts'
import { Headers } from './headers.ts'
import type { SipRequest } from './message.ts'
import { parseUri } from './uri.ts'
import { parseAuthParams } from './wire/auth-params.ts'

const realm = 'pbx.example.com'
const users = new Map([['201', makeHa1({ username: '201', realm, password: 'Пароль "7"' })]])

function setUp(options: Partial<DigestOptions> = {}) {
  const clock = new ManualClock()
  const verifier = createDigestVerifier({ realm, clock, secrets: { find: async (username) => users.get(username) }, ...options })
  return { clock, verifier }
}

const requestUri = 'sip:1111@pbx.example.com'

function request(headers: ReadonlyArray<readonly [string, string]> = [], uriText = requestUri): SipRequest {
  const uri = parseUri(uriText)
  if (!uri) throw new Error(`not understood: ${uriText}`)
  return { kind: 'request', method: 'INVITE', uri, headers: new Headers(headers), body: new Uint8Array() }
}

type Challenge = Extract<DigestResult, { kind: 'challenge' }>

async function challenge(verifier: DigestVerifier, given = request()): Promise<Challenge> {
  const result = await verifier.verify(given)
  if (result.kind !== 'challenge') throw new Error('accepted without a password')
  return result
}

const answer = (to: Challenge, more: Partial<Parameters<typeof answerChallenge>[0]> = {}) =>
  answerChallenge({
    challenge: new Headers(to.headers),
    username: '201',
    password: 'Пароль "7"',
    method: 'INVITE',
    uri: requestUri,
    ...more,
  })

/** The answer with one of its parameters changed. */
const tampered = (to: Challenge, from: string | RegExp, into: string) =>
  answer(to).map(([name, value]) => [name, value.replace(from, into)] as const)

describe('digest authentication', () => {
  it('offers SHA-256 first, then MD5, each in a header field of its own', async () => {
    const { headers, status, why } = await challenge(setUp().verifier)
    expect([status, why]).toEqual([401, 'missing'])
    expect(headers.map(([name, value]) => [name, parseAuthParams(value)?.params['algorithm']])).toEqual([
      ['WWW-Authenticate', 'SHA-256'],
      ['WWW-Authenticate', 'MD5'],
    ])
    expect(headers[0]?.[1]).toMatch(/^Digest realm="pbx\.example\.com", nonce="[\w-]{35}", algorithm=SHA-256, qop="auth"$/)
  })

  it('accepts the right password, with the stronger algorithm', async () => {
    const { verifier } = setUp()
    const answered = answer(await challenge(verifier))
    expect(answered).toHaveLength(1)
    expect(parseAuthParams(answered[0]?.[1] ?? '')?.params).toMatchObject({ algorithm: 'SHA-256', qop: 'auth', nc: '00000001' })
    expect(await verifier.verify(request(answered))).toEqual({ kind: 'accepted', username: '201' })
  })

  it('accepts MD5 alone, and as a proxy', async () => {
    const { verifier } = setUp({ algorithms: ['MD5'], as: 'proxy' })
    const asked = await challenge(verifier)
    expect(asked.status).toBe(407)
    const answered = answer(asked)
    expect(answered[0]?.[0]).toBe('Proxy-Authorization')
    expect((await verifier.verify(request(answered))).kind).toBe('accepted')
  })

  it('gives a fresh challenge for a wrong password, and for nobody the same', async () => {
    const { verifier } = setUp()
    const asked = await challenge(verifier)
    for (const [username, password] of [['201', 'guess'], ['nobody', 'guess'], ['__proto__', 'guess']] as const) {
      const result = await challenge(verifier, request(answer(asked, { username, password })))
      expect(result).toMatchObject({ why: 'wrong', username, status: 401 })
      expect(result.headers.map(([, value]) => value).join()).not.toContain('stale')
    }
  })

  it('accepts no answer twice, and counts that may overtake one another', async () => {
    const { verifier } = setUp()
    const asked = await challenge(verifier)
    const outcomes: string[] = []
    for (const nonceCount of [1, 1, 3, 2, 2, 3, 40, 8, 7, 9, 41, 9]) {
      const result = await verifier.verify(request(answer(asked, { nonceCount })))
      outcomes.push(`${nonceCount} ${result.kind === 'challenge' ? result.why : result.kind}`)
    }
    expect(outcomes).toEqual([
      '1 accepted', '1 stale', '3 accepted', '2 accepted', '2 stale', '3 stale',
      '40 accepted', '8 accepted', '7 stale', '9 accepted', '41 accepted', '9 stale',
    ])
  })

  it('tells the owner of an old nonce, and only him, that it is stale', async () => {
    const { verifier, clock } = setUp({ nonceLifetimeMs: 1000 })
    const asked = await challenge(verifier)
    clock.advance(1001)
    const stale = await challenge(verifier, request(answer(asked)))
    expect(stale.why).toBe('stale')
    expect(stale.headers[0]?.[1]).toContain('stale=true')
    expect((await challenge(verifier, request(answer(asked, { password: 'guess' })))).why).toBe('wrong')
    expect((await verifier.verify(request(answer(stale)))).kind).toBe('accepted')
  })

  it('takes no nonce of its own making from a client, nor one of another server', async () => {
    const { verifier } = setUp()
    const other = await challenge(setUp().verifier)
    expect((await challenge(verifier, request(answer(other)))).why).toBe('stale')
    const shared = { nonceSecret: Buffer.alloc(32, 7) }
    expect((await setUp(shared).verifier.verify(request(answer(await challenge(setUp(shared).verifier))))).kind).toBe('accepted')
  })

  it('remembers a bounded number of nonces; what it forgot it takes no more', async () => {
    const { verifier, clock } = setUp({ rememberedNonces: 2 })
    const asked: Challenge[] = []
    for (let index = 0; index < 3; index++) {
      asked.push(await challenge(verifier))
      clock.advance(1)
    }
    for (const each of asked) expect((await verifier.verify(request(answer(each)))).kind).toBe('accepted')
    const [first, second] = asked
    if (!first || !second) throw new Error('three were asked')
    expect((await challenge(verifier, request(answer(first)))).why).toBe('stale')
    expect((await verifier.verify(request(answer(second, { nonceCount: 2 })))).kind).toBe('accepted')
  })

  it('takes a phone that knows no qop once for each nonce, with MD5 only', async () => {
    const { verifier } = setUp()
    const nonce = parseAuthParams((await challenge(verifier)).headers[0]?.[1] ?? '')?.params['nonce'] ?? ''
    const ha1 = users.get('201')
    if (!ha1) throw new Error('201 exists')
    const old = (algorithm: 'MD5' | 'SHA-256') => {
      const secret = algorithm === 'MD5' ? ha1.md5 : ha1.sha256
      const response = digestResponse({ algorithm, ha1: secret, method: 'INVITE', uri: requestUri, nonce })
      const target = `nonce="${nonce}", uri="${requestUri}"`
      return request([
        ['Authorization', `Digest username="201", realm="${realm}", ${target}, response="${response}", algorithm=${algorithm}`],
      ])
    }
    expect((await challenge(verifier, old('SHA-256'))).why).toBe('malformed')
    expect((await verifier.verify(old('MD5'))).kind).toBe('accepted')
    expect((await challenge(verifier, old('MD5'))).why).toBe('stale')
  })

  it('lets nobody use a nonce with qop and without', async () => {
    const bare = (asked: Challenge) => {
      const headers = asked.headers.map(([name, value]) => [name, value.replace(', qop="auth"', '')] as const)
      return request(answer({ ...asked, headers }))
    }
    const { verifier: old } = setUp({ algorithms: ['MD5'] })
    const first = await challenge(old)
    expect((await old.verify(bare(first))).kind).toBe('accepted')
    expect((await challenge(old, request(answer(first)))).why).toBe('stale')
    const second = await challenge(old)
    expect((await old.verify(request(answer(second)))).kind).toBe('accepted')
    expect((await challenge(old, bare(second))).why).toBe('stale')
    const { verifier } = setUp()
    expect((await challenge(verifier, bare(await challenge(verifier)))).why).toBe('malformed')
  })

  it('refuses what is malformed, or meant for somebody else', async () => {
    const { verifier } = setUp()
    const asked = await challenge(verifier)
    for (const [from, into, why] of [
      [/nc=\d+/, 'nc=0000000x', 'malformed'],
      [/nc=\d+/, 'nc=00000000', 'malformed'],
      [/qop=auth/, 'qop=auth-int', 'malformed'],
      [/SHA-256/, 'SHA-1', 'malformed'],
      [/1111@/, '2222@', 'malformed'],
      [/uri="sip:1111@pbx\.example\.com"/, 'uri="sip:1111@evil.example"', 'malformed'],
      [/realm="/, 'realm="x', 'missing'],
      [/Digest/, 'Basic', 'missing'],
      [/username=/, 'username="x", username=', 'missing'],
      [/response="./, 'response="', 'wrong'],
      [/username="201"/, 'username="202"', 'wrong'],
    ] as const) {
      expect((await challenge(verifier, request(tampered(asked, from, into)))).why, into).toBe(why)
    }
  })

  for (const [digestUri, uri] of [
    ['sip:1111@pbx.example.com', 'sip:1111@pbx.example.com:5070;transport=tcp'],
    ['sip:pbx.example.com', 'sip:1111@pbx.example.com'],
    ['sip:1111@PBX.example.com;user=phone', 'sip:1111@192.0.2.1'],
    ['sip:1111@[2001:db8::9]', 'sip:1111@pbx.example.com'],
  ] as const) {
    it(`takes digest-uri ${digestUri} for ${uri}`, async () => {
      const { verifier } = setUp()
      expect((await verifier.verify(request(answer(await challenge(verifier), { uri: digestUri }), uri))).kind).toBe('accepted')
    })
  }

  it('covers the method', async () => {
    const { verifier } = setUp()
    expect((await challenge(verifier, request(answer(await challenge(verifier), { method: 'BYE' })))).why).toBe('wrong')
  })
})

describe('the client side', () => {
  const asked = (...values: readonly string[]) => new Headers(values.map((value) => ['WWW-Authenticate', value] as const))
  const credentials = (headers: Headers, more: { readonly body?: Uint8Array } = {}) =>
    answerChallenge({
      challenge: headers,
      username: 'Mufasa',
      password: 'Circle of Life',
      method: 'GET',
      uri: '/dir/index.html',
      clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
      ...more,
    })
  const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v'

  it('answers the examples of RFC 7616 §3.9.1', () => {
    for (const [algorithm, response] of [
      ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
      ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
    ] as const) {
      const [answered] = credentials(
        asked(`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}", opaque="o"`),
      )
      expect(answered?.[0]).toBe('Authorization')
      expect(parseAuthParams(answered?.[1] ?? '')?.params).toMatchObject({ response, opaque: 'o', algorithm, nc: '00000001' })
    }
  })

  it('answers the example of RFC 2617 §3.5, and its like without qop', () => {
    const [answered] = answerChallenge({
      challenge: asked('Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'),
      username: 'Mufasa',
      password: 'Circle Of Life',
      method: 'GET',
      uri: '/dir/index.html',
      clientNonce: '0a4f113b',
    })
    expect(answered?.[1]).toContain('response="6629fae49393a05397450978507c4ef1"')
    const plain = credentials(asked('Digest realm="r", nonce="n"'))[0]?.[1] ?? ''
    expect(plain).not.toMatch(/qop|nc=|cnonce|algorithm/)
  })

  it('chooses one challenge for each realm, the strongest it knows', () => {
    const answered = credentials(
      asked(
        'Digest realm="a", nonce="n", algorithm=MD5',
        'Digest realm="a", nonce="n", algorithm=SHA-256',
        'Digest realm="a", nonce="n", algorithm=SHA-512-256',
        'Digest realm="b", nonce="n", algorithm=MD5-sess, qop="auth"',
        'Basic realm="c"',
        'Digest realm="d", nonce="n", qop="unknown"',
        'Digest realm="e',
      ),
    )
    expect(answered.map(([, value]) => /realm="(.)".*algorithm=([\w-]+)/.exec(value)?.slice(1))).toEqual([
      ['a', 'SHA-256'],
      ['b', 'MD5-sess'],
    ])
  })

  it('covers the body when only auth-int is offered', () => {
    const challengeOf = asked('Digest realm="r", nonce="n", qop="auth-int"')
    const [one] = credentials(challengeOf, { body: Buffer.from('1') })
    const [two] = credentials(challengeOf, { body: Buffer.from('2') })
    expect(one?.[1]).toContain('qop=auth-int')
    expect(one?.[1]).not.toBe(two?.[1])
  })
})
