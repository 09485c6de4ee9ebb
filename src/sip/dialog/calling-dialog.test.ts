/** The calling side of a dialog, against a phone whose every letter is written here. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ManualClock } from '../../base/clock.ts'
import type { SipEndpoint } from '../endpoint.ts'
import { addressOf, alice, next, Opened, sdp, text, uriAt } from '../testing/endpoints.ts'
import type { RawPhone } from '../testing/raw-phone.ts'
import { Scene } from '../testing/scene.ts'

const opened = new Opened()
afterEach(() => opened.close())

let scene: Scene
let clock: ManualClock
let endpoint: SipEndpoint
let phone: RawPhone
beforeEach(async () => {
  scene = await Scene.open(opened)
  ;({ clock, endpoint, phone } = scene)
})

describe('a call of ours', () => {
  async function outgoing(options: { readonly credentials?: { username: string; password: string } } = {}) {
    const dialog = await endpoint.call({ to: uriAt(phone.address), from: alice, sdp: sdp('offer'), ...options })
    return { dialog, invite: await phone.hearRequest('INVITE') }
  }

  it('says who calls and what we can', async () => {
    const { invite, dialog } = await outgoing()
    expect(invite.headers.get('From')).toMatch(/^"Alice" <sip:alice@example.com>;tag=/)
    expect(invite.headers.get('Session-Expires')).toBe('1800')
    expect(invite.headers.tokens('Supported')).toContain('timer')
    expect(text(invite.body)).toBe(text(sdp('offer')))
    expect(dialog.localAddress).toEqual(addressOf(endpoint))
    expect(invite.headers.contacts[0]?.uri.port).toBe(addressOf(endpoint).port)
  })

  it('acknowledges every repeat of the 200', async () => {
    const { dialog, invite } = await outgoing()
    const answered = next(dialog, 'answered')
    const ok = { status: 200, toTag: 'b', lines: [phone.contact], body: 'v=0' }
    phone.respond(invite, ok)
    await answered
    const first = await phone.hearRequest('ACK')
    phone.respond(invite, ok)
    const second = await phone.hearRequest('ACK')
    expect([second.headers.cseq.number, second.headers.to.params.tag]).toEqual([first.headers.cseq.number, 'b'])
  })

  it('keeps the first of several far ends that answer, and dismisses the others', async () => {
    const { dialog, invite } = await outgoing()
    const answered = next(dialog, 'answered')
    phone.respond(invite, { status: 180, toTag: 'one', lines: [phone.contact] })
    phone.respond(invite, { status: 200, toTag: 'two', lines: [phone.contact], body: 'v=0 two' })
    expect(text((await answered)[0])).toBe('v=0 two')
    phone.respond(invite, { status: 200, toTag: 'one', lines: [phone.contact], body: 'v=0 one' })
    const tags = [(await phone.hearRequest('ACK')).headers.to.params.tag, (await phone.hearRequest('ACK')).headers.to.params.tag]
    expect(tags).toEqual(['two', 'one'])
    expect((await phone.hearRequest('BYE')).headers.to.params.tag).toBe('one')
    expect(dialog.state).toBe('confirmed')
    const over = next(dialog, 'ended')
    phone.request({
      method: 'BYE',
      callId: dialog.callId,
      fromTag: 'two',
      toTag: String(invite.headers.from.params.tag),
      cseq: 1,
    })
    expect((await over)[0]).toEqual({ why: 'remote-bye' })
  })

  it('confirms a provisional response that asks for it, once', async () => {
    const { dialog, invite } = await outgoing()
    const progress = next(dialog, 'progress')
    const early = { status: 183, toTag: 'b', lines: [phone.contact, 'Require: 100rel', 'RSeq: 7'], body: 'v=0 early' }
    phone.respond(invite, early)
    const prack = await phone.hearRequest('PRACK')
    expect([prack.headers.get('RAck'), prack.headers.cseq.number]).toEqual([`7 ${invite.headers.cseq.number} INVITE`, 2])
    const [status, body] = await progress
    expect([status, text(body)]).toEqual([183, 'v=0 early'])
    phone.respond(prack, { status: 200 })
    phone.respond(invite, early)
    await scene.settle()
    expect(scene.statuses()).toEqual([])
    phone.respond(invite, { status: 200, toTag: 'b', lines: [phone.contact], body: 'v=0' })
    expect((await phone.hearRequest('ACK')).headers.cseq.number).toBe(1)
    dialog.end()
    expect((await phone.hearRequest('BYE')).headers.cseq.number).toBe(3)
  })

  it('proves itself when challenged, once', async () => {
    const { dialog, invite } = await outgoing({ credentials: { username: 'trunk', password: 'secret' } })
    const challenge = ['WWW-Authenticate: Digest realm="provider", nonce="abc", qop="auth"']
    phone.respond(invite, { status: 401, toTag: 'x', lines: challenge })
    const again = await phone.hearRequest('INVITE')
    expect(again.headers.cseq.number).toBe(2)
    expect(again.headers.callId).toBe(invite.headers.callId)
    expect(again.headers.get('Authorization')).toMatch(/username="trunk".*uri="sip:1111@127/)
    const over = next(dialog, 'ended')
    phone.respond(again, { status: 401, toTag: 'y', lines: challenge })
    expect((await over)[0]).toMatchObject({ why: 'refused', status: 401 })
  })

  it('asks for a longer session when told so', async () => {
    const { invite } = await outgoing()
    phone.respond(invite, { status: 422, toTag: 'x', lines: ['Min-SE: 3600'] })
    expect((await phone.hearRequest('INVITE')).headers.get('Session-Expires')).toBe('3600')
  })

  it('does not follow a redirection', async () => {
    const { dialog, invite } = await outgoing()
    const over = next(dialog, 'ended')
    phone.respond(invite, { status: 302, toTag: 'x', lines: ['Contact: <sip:elsewhere@example.com>'] })
    expect((await over)[0]).toMatchObject({ why: 'refused', status: 302 })
    await phone.hearRequest('ACK')
  })

  it('is taken back only after something came', async () => {
    const { dialog, invite } = await outgoing()
    const over = next(dialog, 'ended')
    dialog.end({ reason: 'SIP;cause=200;text="Call completed elsewhere"' })
    expect((await over)[0]).toEqual({ why: 'local-bye' })
    await scene.settle()
    expect(scene.statuses()).toEqual([])
    phone.respond(invite, { status: 180, toTag: 'b', lines: [phone.contact] })
    const cancel = await phone.hearRequest('CANCEL')
    expect(cancel.headers.via.params.branch).toBe(invite.headers.via.params.branch)
    expect(cancel.headers.get('Reason')).toContain('elsewhere')
    phone.respond(cancel, { status: 200, toTag: 'b' })
    phone.respond(invite, { status: 487, toTag: 'b' })
    await phone.hearRequest('ACK')
    await vi.waitFor(() => expect(endpoint.counts.dialogs).toBe(0))
  })

  it('that is answered while it is taken back is hung up', async () => {
    const { dialog, invite } = await outgoing()
    phone.respond(invite, { status: 180, toTag: 'b', lines: [phone.contact] })
    await next(dialog, 'progress')
    dialog.end()
    await phone.hearRequest('CANCEL')
    phone.respond(invite, { status: 200, toTag: 'b', lines: [phone.contact], body: 'v=0' })
    await phone.hearRequest('ACK')
    phone.respond(await phone.hearRequest('BYE'), { status: 200 })
    await vi.waitFor(() => expect(endpoint.counts.dialogs).toBe(0))
  })

  it('that was taken back and never finished is forgotten', async () => {
    const { dialog, invite } = await outgoing()
    phone.respond(invite, { status: 180, toTag: 'b', lines: [phone.contact] })
    await next(dialog, 'progress')
    dialog.end()
    await phone.hearRequest('CANCEL')
    clock.advance(64_000)
    expect(endpoint.counts).toMatchObject({ dialogs: 0 })
    expect(clock.pending).toBeLessThan(4)
  })
})

describe('a request of ours outside of any dialog', () => {
  it('resolves with its final response, after a challenge if need be', async () => {
    const { port } = phone
    const answered = endpoint.request({
      method: 'REGISTER',
      to: uriAt(phone.address),
      from: alice,
      credentials: { username: 'a', password: 'b' },
    })
    const first = await phone.hearRequest('REGISTER')
    phone.respond(first, { status: 407, toTag: 'x', lines: ['Proxy-Authenticate: Digest realm="r", nonce="n"'] })
    const second = await phone.hearRequest('REGISTER')
    expect([second.headers.cseq.number, second.headers.callId]).toEqual([2, first.headers.callId])
    expect(second.headers.get('Proxy-Authorization')).toContain(`uri="sip:1111@127.0.0.1:${port}"`)
    phone.respond(second, { status: 200, toTag: 'x' })
    expect((await answered).status).toBe(200)
  })

  it('fails when nobody answers', async () => {
    const answered = endpoint.request({ method: 'OPTIONS', to: uriAt(phone.address), from: alice })
    await phone.hearRequest('OPTIONS')
    clock.advance(32_000)
    await expect(answered).rejects.toThrow('OPTIONS was not answered (timeout)')
  })
})
