/** Dialogs against a phone whose every letter is written here. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import type { SipEndpoint } from './endpoint.ts'
import type { InviteDialog } from './invite-dialog.ts'
import type { SipRequest } from './message.ts'
import { addressOf, alice, next, nextInvite, Opened, sdp, text, uriAt } from './testing/endpoints.ts'
import { RawPhone, type Head } from './testing/raw-phone.ts'

const opened = new Opened()
afterEach(() => opened.close())

let clock: ManualClock
let endpoint: SipEndpoint
let phone: RawPhone
beforeEach(async () => {
  clock = new ManualClock()
  endpoint = await opened.endpoint(undefined, { clock, timers: {}, sessionTimer: { expiresSeconds: 1800, minSeconds: 90 } })
  phone = opened.add(await RawPhone.open(addressOf(endpoint)))
})

/** Lets packets under way arrive: the answer to this comes last. */
async function settle(): Promise<void> {
  const mark = `settle${Math.random()}`
  phone.request({ method: 'OPTIONS', branch: `z9hG4bK${mark}`, callId: mark })
  await vi.waitFor(() => expect(phone.heard.some((one) => one.headers.callId === mark)).toBe(true), { interval: 1 })
  phone.heard.splice(phone.heard.findIndex((one) => one.headers.callId === mark), 1)
}

const statuses = (): readonly unknown[] => phone.heard.map((one) => (one.kind === 'response' ? one.status : one.method))

async function incoming(head: Partial<Head> = {}): Promise<InviteDialog> {
  const came = nextInvite(endpoint)
  phone.request({ method: 'INVITE', body: 'v=0 offer', ...head, lines: [phone.contact, ...(head.lines ?? [])] })
  return came
}

/** Answered and acknowledged; gives the 200's To tag. */
async function established(head: Partial<Head> = {}): Promise<{ readonly dialog: InviteDialog; readonly toTag: string }> {
  const dialog = await incoming(head)
  const acknowledged = next(dialog, 'ack')
  dialog.answer(sdp('answer'))
  const toTag = String((await phone.hearResponse(200, 'INVITE')).headers.to.params.tag)
  phone.request({ method: 'ACK', branch: 'z9hG4bKack', cseq: head.cseq ?? 1, toTag })
  await acknowledged
  return { dialog, toTag }
}

describe('an answered call', () => {
  it('repeats its 200 with doubled pauses up to T2 until the ACK', async () => {
    const dialog = await incoming()
    dialog.answer(sdp('answer'))
    await settle()
    const heard = [statuses().length]
    for (const pauseMs of [500, 1000, 2000, 4000, 4000]) {
      clock.advance(pauseMs - 1)
      await settle()
      const before = phone.heard.length
      clock.advance(1)
      await settle()
      heard.push(phone.heard.length - before)
    }
    expect(heard).toEqual([1, 1, 1, 1, 1, 1])
    const { headers } = await phone.hearResponse(200, 'INVITE')
    expect(headers.contacts[0]?.uri).toMatchObject({ host: '127.0.0.1', port: addressOf(endpoint).port })
    const acknowledged = next(dialog, 'ack')
    phone.request({ method: 'ACK', branch: 'z9hG4bKack', toTag: String(headers.to.params.tag) })
    await acknowledged
    phone.heard.length = 0
    clock.advance(8000)
    await settle()
    expect(statuses()).toEqual([])
  })

  it('takes the answer from the ACK when the INVITE had no offer', async () => {
    const dialog = await incoming({ body: '' })
    expect(dialog.offer).toBeNull()
    const acknowledged = next(dialog, 'ack')
    dialog.answer(sdp('our offer'))
    const { headers } = await phone.hearResponse(200, 'INVITE')
    phone.request({ method: 'ACK', branch: 'z9hG4bKack', toTag: String(headers.to.params.tag), body: 'v=0 their answer' })
    expect(text((await acknowledged)[0])).toBe('v=0 their answer')
  })

  it('sends no BYE before the ACK, though it is over for those above', async () => {
    const dialog = await incoming()
    dialog.answer(sdp('answer'))
    const { headers } = await phone.hearResponse(200, 'INVITE')
    const over = next(dialog, 'ended')
    dialog.end()
    expect(await over).toEqual([{ why: 'local-bye' }])
    await settle()
    expect(statuses()).toEqual([])
    phone.request({ method: 'ACK', branch: 'z9hG4bKack', toTag: String(headers.to.params.tag) })
    phone.respond(await phone.hearRequest('BYE'), { status: 200 })
    await vi.waitFor(() => expect(endpoint.counts.dialogs).toBe(0))
  })

  it('is over when the caller says BYE before his ACK', async () => {
    const dialog = await incoming()
    dialog.answer(sdp('answer'))
    const { headers } = await phone.hearResponse(200, 'INVITE')
    const over = next(dialog, 'ended')
    phone.request({ method: 'BYE', cseq: 2, toTag: String(headers.to.params.tag) })
    await phone.hearResponse(200, 'BYE')
    expect((await over)[0]).toEqual({ why: 'remote-bye' })
    clock.advance(8000)
    await settle()
    expect(statuses()).toEqual([])
  })

  it('follows the recorded route back, and tells it in its responses', async () => {
    const route = `Record-Route: <sip:127.0.0.1:${phone.port};lr>, <sip:second.example.com;lr>`
    const dialog = await incoming({ lines: [route] })
    dialog.progress(180)
    expect((await phone.hearResponse(180)).headers.recordRoutes.length).toBe(2)
    dialog.answer(sdp('answer'))
    const { headers } = await phone.hearResponse(200, 'INVITE')
    expect(headers.recordRoutes.map(({ uri }) => uri.host)).toEqual(['127.0.0.1', 'second.example.com'])
    phone.request({ method: 'ACK', branch: 'z9hG4bKack', toTag: String(headers.to.params.tag) })
    await settle()
    dialog.end()
    const bye = await phone.hearRequest('BYE')
    expect(bye.headers.routes.map(({ uri }) => uri.host)).toEqual(['127.0.0.1', 'second.example.com'])
    expect(bye.uri).toMatchObject({ user: 'phone', port: phone.port })
    expect(bye.headers.get('From')).toContain('1111@example.com')
    expect(bye.headers.to.params.tag).toBe('raw')
  })

  it('puts a strict router into the Request-URI and the target behind the route', async () => {
    const { dialog } = await established({ lines: [`Record-Route: <sip:127.0.0.1:${phone.port}>`] })
    dialog.end()
    const bye = await phone.hearRequest('BYE')
    expect(bye.uri.user).toBeUndefined()
    expect(bye.headers.routes.map(({ uri }) => uri.user)).toEqual(['phone'])
  })

  it('follows the phone to a new Contact', async () => {
    const { dialog, toTag } = await established()
    const other = opened.add(await RawPhone.open(addressOf(endpoint)))
    dialog.on('reoffer', (reoffer) => reoffer.accept(sdp('again')))
    phone.request({ method: 'INVITE', branch: 'z9hG4bKre', cseq: 2, toTag, lines: [other.contact], body: 'v=0' })
    await phone.hearResponse(200, 'INVITE')
    phone.request({ method: 'ACK', branch: 'z9hG4bKack2', cseq: 2, toTag })
    await settle()
    dialog.end()
    await other.hearRequest('BYE')
  })
})

describe('a request inside a call', () => {
  it('out of turn is refused with 500, and the call goes on', async () => {
    const { dialog, toTag } = await established({ cseq: 10 })
    for (const cseq of [9, 10]) {
      phone.request({ method: 'INFO', branch: `z9hG4bK${cseq}`, cseq, toTag })
      await phone.hearResponse(500, 'INFO')
    }
    expect(dialog.state).toBe('confirmed')
  })

  it('from another far end belongs to nothing', async () => {
    const { toTag } = await established()
    phone.request({ method: 'BYE', cseq: 2, toTag, fromTag: 'stranger' })
    await phone.hearResponse(481, 'BYE')
  })

  it('INFO is answered and handed up', async () => {
    const { dialog, toTag } = await established()
    const info = next(dialog, 'info')
    phone.request({ method: 'INFO', cseq: 2, toTag, lines: ['Content-Type: application/dtmf-relay'], body: 'Signal=5\r\n' })
    await phone.hearResponse(200, 'INFO')
    const [type, body] = await info
    expect([type, text(body)]).toEqual(['application/dtmf-relay', 'Signal=5\r\n'])
  })

  it('that nobody takes is not allowed, and REFER can be taken', async () => {
    const { dialog, toTag } = await established()
    phone.request({ method: 'REFER', branch: 'z9hG4bKr1', cseq: 2, toTag })
    await phone.hearResponse(405, 'REFER')
    dialog.on('request', (request) => request.respond(202))
    phone.request({ method: 'REFER', branch: 'z9hG4bKr2', cseq: 3, toTag })
    await phone.hearResponse(202, 'REFER')
  })

  it('OPTIONS tells what we can', async () => {
    const { toTag } = await established()
    phone.request({ method: 'OPTIONS', cseq: 2, toTag })
    expect((await phone.hearResponse(200, 'OPTIONS')).headers.tokens('Allow')).toContain('update')
  })

  it('UPDATE without an offer refreshes, with one it asks those above', async () => {
    const { dialog, toTag } = await established()
    phone.request({ method: 'UPDATE', branch: 'z9hG4bKu1', cseq: 2, toTag, lines: [phone.contact] })
    expect((await phone.hearResponse(200, 'UPDATE')).headers.get('Session-Expires')).toBe('1800;refresher=uas')
    dialog.on('reoffer', (reoffer) => {
      expect(text(reoffer.offer)).toBe('v=0 update')
      reoffer.accept(sdp('updated'))
      reoffer.reject(500)
    })
    phone.request({ method: 'UPDATE', branch: 'z9hG4bKu2', cseq: 3, toTag, lines: [phone.contact], body: 'v=0 update' })
    expect(text((await phone.hearResponse(200, 'UPDATE')).body)).toBe(text(sdp('updated')))
  })

  it('a second re-INVITE waits for the first, an UPDATE with an offer too', async () => {
    const { dialog, toTag } = await established()
    const asked = next(dialog, 'reoffer')
    phone.request({ method: 'INVITE', branch: 'z9hG4bK2', cseq: 2, toTag, lines: [phone.contact], body: 'v=0' })
    const [reoffer] = await asked
    phone.request({ method: 'INVITE', branch: 'z9hG4bK3', cseq: 3, toTag, lines: [phone.contact], body: 'v=0' })
    expect(Number((await phone.hearResponse(500, 'INVITE')).headers.get('Retry-After'))).toBeLessThanOrEqual(10)
    phone.request({ method: 'ACK', branch: 'z9hG4bK3', cseq: 3, toTag })
    phone.request({ method: 'UPDATE', branch: 'z9hG4bK4', cseq: 4, toTag, lines: [phone.contact], body: 'v=0' })
    await phone.hearResponse(500, 'UPDATE')
    reoffer.accept(sdp('first'))
    expect(text((await phone.hearResponse(200, 'INVITE')).body)).toBe(text(sdp('first')))
  })

  it('a BYE ends it while a re-INVITE is open, which gets 487', async () => {
    const { dialog, toTag } = await established()
    const asked = next(dialog, 'reoffer')
    phone.request({ method: 'INVITE', branch: 'z9hG4bK2', cseq: 2, toTag, lines: [phone.contact], body: 'v=0' })
    const [reoffer] = await asked
    phone.request({ method: 'BYE', cseq: 3, toTag })
    await phone.hearResponse(200, 'BYE')
    await phone.hearResponse(487, 'INVITE')
    reoffer.accept(sdp('too late'))
    await settle()
    expect(statuses()).toEqual([])
  })

  it('a re-INVITE that meets ours gets 491, and ours goes on', async () => {
    const { dialog, toTag } = await established()
    const answer = dialog.reinvite(sdp('ours'))
    const ours = await phone.hearRequest('INVITE')
    phone.request({ method: 'INVITE', branch: 'z9hG4bK2', cseq: 2, toTag, lines: [phone.contact], body: 'v=0' })
    await phone.hearResponse(491, 'INVITE')
    phone.respond(ours, { status: 200, lines: [phone.contact], body: 'v=0 theirs' })
    expect(text(await answer)).toBe('v=0 theirs')
    expect((await phone.hearRequest('ACK')).headers.cseq.number).toBe(ours.headers.cseq.number)
  })

  it('ours is tried again after a 491', async () => {
    const { dialog } = await established()
    const answer = dialog.reinvite(sdp('ours'))
    phone.respond(await phone.hearRequest('INVITE'), { status: 491 })
    await phone.hearRequest('ACK')
    await settle()
    clock.advance(2000)
    const again = await phone.hearRequest('INVITE')
    phone.respond(again, { status: 200, lines: [phone.contact], body: 'v=0 theirs' })
    expect(text(await answer)).toBe('v=0 theirs')
  })

  it('a 481 to ours ends the call', async () => {
    const { dialog } = await established()
    const over = next(dialog, 'ended')
    const answer = dialog.reinvite(sdp('ours')).catch((cause: Error) => cause.message)
    phone.respond(await phone.hearRequest('INVITE'), { status: 481 })
    expect((await over)[0]).toEqual({ why: 'unreachable' })
    expect(await answer).toMatch(/481|over/)
    await phone.hearRequest('BYE')
  })
})

describe('ringing for certain (100rel)', () => {
  const rel = { lines: ['Require: 100rel'] }
  const prack = (response: { readonly headers: SipRequest['headers'] }, cseq: number): Head => ({
    method: 'PRACK',
    branch: `z9hG4bKp${cseq}`,
    cseq,
    toTag: String(response.headers.to.params.tag),
    lines: [`RAck: ${response.headers.get('RSeq')} 1 INVITE`],
  })

  it('repeats the response until its PRACK, and sends the next one after it', async () => {
    const dialog = await incoming(rel)
    dialog.progress(180)
    dialog.progress(183, sdp('early'))
    const ringing = await phone.hearResponse(180)
    expect(ringing.headers.tokens('Require')).toEqual(['100rel'])
    clock.advance(500)
    await phone.hearResponse(180)
    phone.request(prack(ringing, 2))
    await phone.hearResponse(200, 'PRACK')
    const early = await phone.hearResponse(183)
    expect(Number(early.headers.get('RSeq'))).toBe(Number(ringing.headers.get('RSeq')) + 1)
    phone.request(prack(ringing, 3))
    await phone.hearResponse(481, 'PRACK')
  })

  it('holds the 200 until the PRACK of the SDP before it', async () => {
    const dialog = await incoming(rel)
    dialog.progress(183, sdp('early'))
    const early = await phone.hearResponse(183)
    dialog.answer(sdp('answer'))
    await settle()
    expect(statuses()).toEqual([])
    phone.request(prack(early, 2))
    await phone.hearResponse(200, 'INVITE')
  })

  it('gives the call up when no PRACK comes', async () => {
    const dialog = await incoming(rel)
    dialog.progress(180)
    const over = next(dialog, 'ended')
    clock.advance(32_000)
    expect((await over)[0]).toEqual({ why: 'rejected', status: 504 })
    await phone.hearResponse(504)
  })
})

describe('a session timer', () => {
  it('refreshes by UPDATE a phone that allows it, and ends a call whose phone has gone', async () => {
    const { dialog } = await established({ lines: ['Allow: INVITE, UPDATE'] })
    clock.advance(900_000)
    const update = await phone.hearRequest('UPDATE')
    expect(update.headers.get('Session-Expires')).toBe('1800;refresher=uac')
    expect(update.body.length).toBe(0)
    phone.respond(update, { status: 200, lines: ['Session-Expires: 1800;refresher=uac'] })
    await settle()
    expect(dialog.state).toBe('confirmed')
    clock.advance(900_000)
    await phone.hearRequest('UPDATE')
    const over = next(dialog, 'ended')
    clock.advance(32_000)
    expect((await over)[0]).toEqual({ why: 'unreachable' })
  })

  it('refreshes by re-INVITE with the same SDP where UPDATE is unknown', async () => {
    const { dialog } = await established()
    clock.advance(900_000)
    const invite = await phone.hearRequest('INVITE')
    expect(text(invite.body)).toBe(text(sdp('answer')))
    phone.respond(invite, { status: 200, lines: [phone.contact], body: 'v=0' })
    await phone.hearRequest('ACK')
    expect(dialog.state).toBe('confirmed')
    clock.advance(899_999)
    await settle()
    expect(statuses()).toEqual([])
    clock.advance(1)
    await phone.hearRequest('INVITE')
  })

  it('ends a call whose phone should have refreshed and did not', async () => {
    const { dialog } = await established({ lines: ['Supported: timer', 'Session-Expires: 90'] })
    const over = next(dialog, 'ended')
    clock.advance(59_999)
    expect(dialog.state).toBe('confirmed')
    clock.advance(1)
    expect((await over)[0]).toEqual({ why: 'session-expired' })
    expect((await phone.hearRequest('BYE')).headers.get('Reason')).toContain('408')
  })
})

describe('a call that rings', () => {
  it('reminds of itself every minute', async () => {
    const dialog = await incoming()
    dialog.progress(180)
    await phone.hearResponse(180)
    clock.advance(60_000)
    await phone.hearResponse(180)
    dialog.reject(480)
    await phone.hearResponse(480)
    phone.request({ method: 'ACK', branch: 'z9hG4bKINVITE', toTag: 'x' })
    await settle()
    clock.advance(60_000)
    await settle()
    expect(statuses()).toEqual([])
  })

  it('is over when its Expires is', async () => {
    const dialog = await incoming({ lines: ['Expires: 20'] })
    const over = next(dialog, 'ended')
    clock.advance(20_000)
    expect((await over)[0]).toEqual({ why: 'remote-cancel' })
    await phone.hearResponse(487)
  })

  it('is over at a BYE, and the INVITE gets 487', async () => {
    const dialog = await incoming()
    dialog.progress(180)
    const { headers } = await phone.hearResponse(180)
    const over = next(dialog, 'ended')
    phone.request({ method: 'BYE', cseq: 2, toTag: String(headers.to.params.tag) })
    await phone.hearResponse(200, 'BYE')
    await phone.hearResponse(487, 'INVITE')
    expect((await over)[0]).toEqual({ why: 'remote-bye' })
  })
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
    phone.request({ method: 'BYE', callId: dialog.callId, fromTag: 'two', toTag: String(invite.headers.from.params.tag), cseq: 1 })
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
    await settle()
    expect(statuses()).toEqual([])
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
    await settle()
    expect(statuses()).toEqual([])
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
    const answered = endpoint.request({ method: 'REGISTER', to: uriAt(phone.address), from: alice, credentials: { username: 'a', password: 'b' } })
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

describe('closing', () => {
  it('leaves no timer behind, whatever the calls were doing', async () => {
    const { dialog } = await established({ lines: ['Supported: timer'] })
    dialog.end()
    await phone.hearRequest('BYE')
    const ringing = await incoming({ branch: 'z9hG4bKr', callId: 'ringing', lines: ['Expires: 60'] })
    ringing.progress(180)
    const sure = await incoming({ branch: 'z9hG4bKs', callId: 'sure', lines: ['Require: 100rel'] })
    sure.progress(180)
    const answered = await incoming({ branch: 'z9hG4bKa', callId: 'answered' })
    answered.answer(sdp('answer'))
    const hungUp = await incoming({ branch: 'z9hG4bKh', callId: 'hung-up' })
    hungUp.answer(sdp('answer'))
    hungUp.end()
    const ours = await endpoint.call({ to: uriAt(phone.address), from: alice, sdp: sdp('offer') })
    await phone.hearRequest('INVITE')
    ours.end()
    expect(clock.pending).toBeGreaterThan(10)
    await endpoint.close()
    expect(clock.pending).toBe(0)
  })
})
