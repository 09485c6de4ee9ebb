import { afterEach, describe, expect, it, vi } from 'vitest'
import type { DialogEnd } from './invite-dialog.ts'
import { addressOf, alice, next, nextInvite, Opened, sdp, talk, text, uriAt, type Way } from './testing/endpoints.ts'

const opened = new Opened()
afterEach(() => opened.close())

const ways: readonly Way[] = [
  { transport: 'udp', host: '127.0.0.1' },
  { transport: 'udp', host: '::1' },
  { transport: 'tcp', host: '127.0.0.1' },
  { transport: 'tcp', host: '::1' },
]

describe.each(ways)('a call by $transport over $host', (way) => {
  const pair = async () => ({ a: await opened.endpoint(way), b: await opened.endpoint(way) })

  it('rings, is answered, acknowledged and hung up by the caller', async () => {
    const { a, b } = await pair()
    const came = nextInvite(b)
    const caller = await a.call({ to: uriAt(addressOf(b)), from: alice, sdp: sdp('offer') })
    const called = await came
    expect(called.state).toBe('incoming')
    expect(text(called.offer)).toBe(text(sdp('offer')))
    expect(called.remoteParty.displayName).toBe('Alice')
    expect(called.invite.uri.user).toBe('1111')
    expect(called.localAddress).toEqual(addressOf(b))
    expect(called.remoteAddress.address).toBe(way.host)
    const ringing = next(caller, 'progress')
    called.progress(180)
    expect(await ringing).toEqual([180, null])
    expect([caller.state, called.state]).toEqual(['early', 'early'])
    const answered = next(caller, 'answered')
    const acknowledged = next(called, 'ack')
    called.answer(sdp('answer'))
    expect(called.state).toBe('answered')
    expect(text((await answered)[0])).toBe(text(sdp('answer')))
    expect(await acknowledged).toEqual([null])
    expect([caller.state, called.state]).toEqual(['confirmed', 'confirmed'])
    const over = next(called, 'ended')
    caller.end({ reason: 'Q.850;cause=16' })
    expect((await over)[0]).toEqual({ why: 'remote-bye', reason: 'Q.850;cause=16' } satisfies DialogEnd)
  })

  it('is hung up by the called side', async () => {
    const { a, b } = await pair()
    const { caller, called } = await talk(a, b)
    const over = next(caller, 'ended')
    called.end()
    expect((await over)[0]).toEqual({ why: 'remote-bye' })
    await vi.waitFor(() => expect([a.counts.dialogs, b.counts.dialogs]).toEqual([0, 0]))
  })

  it('is hung up though the endpoint closes right after', async () => {
    const { a, b } = await pair()
    const { caller, called } = await talk(a, b)
    const over = next(called, 'ended')
    caller.end()
    await a.close()
    expect((await over)[0]).toEqual({ why: 'remote-bye' })
  })

  it('is refused with a reason and headers', async () => {
    const { a, b } = await pair()
    const came = nextInvite(b)
    const caller = await a.call({ to: uriAt(addressOf(b)), from: alice, sdp: sdp('offer') })
    const over = next(caller, 'ended')
    const called = await came
    called.reject(480, { reason: 'Room Is Locked', headers: [['Retry-After', '60']] })
    expect((await over)[0]).toEqual({ why: 'refused', status: 480, reason: 'Room Is Locked' })
    expect(called.state).toBe('ended')
  })

  it('is taken back while it rings', async () => {
    const { a, b } = await pair()
    const came = nextInvite(b)
    const caller = await a.call({ to: uriAt(addressOf(b)), from: alice, sdp: sdp('offer') })
    const called = await came
    const ringing = next(caller, 'progress')
    called.progress(180)
    await ringing
    const over = next(called, 'ended')
    caller.end()
    expect((await over)[0]).toEqual({ why: 'remote-cancel' })
  })

  it('changes its session both ways', async () => {
    const { a, b } = await pair()
    const { caller, called } = await talk(a, b)
    called.on('reoffer', (reoffer) => reoffer.accept(sdp('held')))
    caller.on('reoffer', (reoffer) => reoffer.reject(488))
    expect(text(await caller.reinvite(sdp('hold')))).toBe(text(sdp('held')))
    await expect(called.reinvite(sdp('video'))).rejects.toThrow('488')
    expect([caller.state, called.state]).toEqual(['confirmed', 'confirmed'])
  })

  it('survives that both sides change it at once', async () => {
    const { a, b } = await pair()
    const { caller, called } = await talk(a, b)
    called.on('reoffer', (reoffer) => reoffer.accept(sdp('answer of called')))
    caller.on('reoffer', (reoffer) => reoffer.accept(sdp('answer of caller')))
    const both = await Promise.all([caller.reinvite(sdp('of caller')), called.reinvite(sdp('of called'))])
    expect(both.map(text)).toEqual([text(sdp('answer of called')), text(sdp('answer of caller'))])
  })
})

describe('a call that leads nowhere', () => {
  it('is over when nobody listens there', async () => {
    const a = await opened.endpoint({ transport: 'tcp', host: '127.0.0.1' })
    const gone = await opened.endpoint({ transport: 'tcp', host: '127.0.0.1' })
    const to = uriAt(addressOf(gone))
    await gone.close()
    const caller = await a.call({ to, from: alice, sdp: sdp('offer') })
    expect((await next(caller, 'ended'))[0]).toEqual({ why: 'unreachable' })
    expect(a.counts.dialogs).toBe(0)
  })

  it('is over when nobody answers', async () => {
    const a = await opened.endpoint()
    const gone = await opened.endpoint()
    const to = uriAt(addressOf(gone))
    await gone.close()
    const caller = await a.call({ to, from: alice, sdp: sdp('offer') })
    expect((await next(caller, 'ended'))[0]).toEqual({ why: 'unreachable' })
  })

  it('is not begun when nothing leads to such an address', async () => {
    const a = await opened.endpoint()
    await expect(
      a.call({ to: uriAt({ transport: 'udp', address: '::1', port: 9 }), from: alice, sdp: sdp('x') }),
    ).rejects.toThrow('nothing listens')
    await expect(
      a.call({ to: uriAt({ transport: 'tls', address: '127.0.0.1', port: 9 }), from: alice, sdp: sdp('x') }),
    ).rejects.toThrow('nothing listens')
  })
})

describe('an endpoint', () => {
  it('names address, port and cause when it cannot listen', async () => {
    const a = await opened.endpoint()
    const { port } = addressOf(a)
    const listen = (host: string, at: number) => opened.endpoint(undefined, { listen: [{ transport: 'udp', host, port: at }] })
    await expect(listen('127.0.0.1', port)).rejects.toThrow(new RegExp(`udp:127\\.0\\.0\\.1:${port}.*in use.*EADDRINUSE`))
    await expect(listen('192.0.2.1', 0)).rejects.toThrow(/192\.0\.2\.1.*no such address.*EADDRNOTAVAIL/)
    const tcp = await opened.endpoint({ transport: 'tcp', host: '127.0.0.1' })
    const again = opened.endpoint(undefined, { listen: [{ transport: 'tcp', host: '127.0.0.1', port: addressOf(tcp).port }] })
    await expect(again).rejects.toThrow(/tcp:127.*EADDRINUSE/)
  })

  it('gives back what it had when one of several addresses cannot be had', async () => {
    const a = await opened.endpoint()
    const free = await opened.endpoint()
    const { port } = addressOf(free)
    await free.close()
    const listen = [
      { transport: 'udp', host: '127.0.0.1', port },
      { transport: 'udp', host: '127.0.0.1', port: addressOf(a).port },
    ] as const
    await expect(opened.endpoint(undefined, { listen })).rejects.toThrow('EADDRINUSE')
    await opened.endpoint(undefined, { listen: [{ transport: 'udp', host: '127.0.0.1', port }] })
  })

  it('listens on both wildcards and answers by the address it was reached by', async () => {
    const b = await opened.endpoint(
      undefined,
      { listen: ['0.0.0.0', '::'].map((host) => ({ transport: 'udp', host, port: 0 }) as const) },
    )
    for (const [index, host] of ['127.0.0.1', '::1'].entries()) {
      const a = await opened.endpoint({ transport: 'udp', host })
      const port = b.localAddresses[index]?.port ?? 0
      const came = nextInvite(b)
      const caller = await a.call({ to: uriAt({ transport: 'udp', address: host, port }), from: alice, sdp: sdp('offer') })
      const called = await came
      expect(called.localAddress).toEqual({ transport: 'udp', address: host, port })
      const answered = next(caller, 'answered')
      called.answer(sdp('answer'))
      await answered
      const over = next(called, 'ended')
      caller.end()
      await over
    }
  })

  it('sends what is too long for a datagram by TCP, and by UDP where nobody takes it', async () => {
    const long = sdp('x'.repeat(1500))
    const a = await opened.endpoint(
      undefined,
      { listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }, { transport: 'tcp', host: '127.0.0.1', port: 0 }] },
    )
    const tcp = await opened.endpoint({ transport: 'tcp', host: '127.0.0.1' })
    const { port } = addressOf(tcp)
    const udp = await opened.endpoint(undefined, { listen: [{ transport: 'udp', host: '127.0.0.1', port }] })
    const [byTcp, byUdp] = [nextInvite(tcp), nextInvite(udp)]
    await a.call({ to: uriAt({ transport: 'udp', address: '127.0.0.1', port }), from: alice, sdp: long })
    expect(text((await byTcp).offer)).toBe(text(long))
    const alone = await opened.endpoint()
    const there = nextInvite(alone)
    await a.call({ to: uriAt(addressOf(alone)), from: alice, sdp: long })
    expect(text((await there).offer)).toBe(text(long))
    // Who refused TCP is not asked again soon, though he would take it now.
    await opened.endpoint(undefined, { listen: [{ transport: 'tcp', host: '127.0.0.1', port: addressOf(alone).port }] })
    const thereAgain = nextInvite(alone)
    await a.call({ to: uriAt(addressOf(alone)), from: alice, sdp: long })
    await thereAgain
    await a.call({
      to: { ...uriAt({ transport: 'udp', address: '127.0.0.1', port }), params: { transport: 'udp' } },
      from: alice,
      sdp: long,
    })
    expect(text((await byUdp).offer)).toBe(text(long))
  })
})
