/** What goes on inside a call, against a phone whose every letter is written here. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManualClock } from '../../base/clock.ts'
import type { SipEndpoint } from '../endpoint.ts'
import { alice, next, Opened, sdp, text, uriAt } from '../testing/endpoints.ts'
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

describe('a request inside a call', () => {
  it('out of turn is refused with 500, and the call goes on', async () => {
    const { dialog, toTag } = await scene.established({ cseq: 10 })
    for (const cseq of [9, 10]) {
      phone.request({ method: 'INFO', branch: `z9hG4bK${cseq}`, cseq, toTag })
      await phone.hearResponse(500, 'INFO')
    }
    expect(dialog.state).toBe('confirmed')
  })

  it('from another far end belongs to nothing', async () => {
    const { toTag } = await scene.established()
    phone.request({ method: 'BYE', cseq: 2, toTag, fromTag: 'stranger' })
    await phone.hearResponse(481, 'BYE')
  })

  it('INFO is answered and handed up', async () => {
    const { dialog, toTag } = await scene.established()
    const info = next(dialog, 'info')
    phone.request({ method: 'INFO', cseq: 2, toTag, lines: ['Content-Type: application/dtmf-relay'], body: 'Signal=5\r\n' })
    await phone.hearResponse(200, 'INFO')
    const [type, body] = await info
    expect([type, text(body)]).toEqual(['application/dtmf-relay', 'Signal=5\r\n'])
  })

  it('that nobody takes is not allowed, and REFER can be taken', async () => {
    const { dialog, toTag } = await scene.established()
    phone.request({ method: 'REFER', branch: 'z9hG4bKr1', cseq: 2, toTag })
    await phone.hearResponse(405, 'REFER')
    dialog.on('request', (request) => request.respond(202))
    phone.request({ method: 'REFER', branch: 'z9hG4bKr2', cseq: 3, toTag })
    await phone.hearResponse(202, 'REFER')
  })

  it('OPTIONS tells what we can', async () => {
    const { toTag } = await scene.established()
    phone.request({ method: 'OPTIONS', cseq: 2, toTag })
    expect((await phone.hearResponse(200, 'OPTIONS')).headers.tokens('Allow')).toContain('update')
  })

  it('UPDATE without an offer refreshes, with one it asks those above', async () => {
    const { dialog, toTag } = await scene.established()
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
    const { dialog, toTag } = await scene.established()
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

  it('an offer of theirs that meets ours in a 2xx gets 491 until the ACK has brought their answer', async () => {
    const { dialog, toTag } = await scene.established()
    const asked = next(dialog, 'reoffer')
    phone.request({ method: 'INVITE', branch: 'z9hG4bK2', cseq: 2, toTag, lines: [phone.contact] })
    const [reoffer] = await asked
    reoffer.accept(sdp('our offer'))
    await phone.hearResponse(200, 'INVITE')
    phone.request({ method: 'UPDATE', branch: 'z9hG4bK3', cseq: 3, toTag, lines: [phone.contact], body: 'v=0' })
    await phone.hearResponse(491, 'UPDATE')
    phone.request({ method: 'INVITE', branch: 'z9hG4bK4', cseq: 4, toTag, lines: [phone.contact], body: 'v=0' })
    await phone.hearResponse(491, 'INVITE')
    const answered = next(dialog, 'ack')
    phone.request({ method: 'ACK', branch: 'z9hG4bK5', cseq: 2, toTag, body: 'v=0 their answer' })
    expect(text((await answered)[0])).toBe('v=0 their answer')
    dialog.on('reoffer', (next) => next.accept(sdp('updated')))
    phone.request({ method: 'UPDATE', branch: 'z9hG4bK6', cseq: 5, toTag, lines: [phone.contact], body: 'v=0' })
    await phone.hearResponse(200, 'UPDATE')
  })

  it('an UPDATE with an offer gets 491 as long as our first offer has no answer', async () => {
    const dialog = await scene.incoming({ body: '' })
    dialog.answer(sdp('our offer'))
    const toTag = String((await phone.hearResponse(200, 'INVITE')).headers.to.params.tag)
    phone.request({ method: 'UPDATE', branch: 'z9hG4bK2', cseq: 2, toTag, lines: [phone.contact], body: 'v=0' })
    await phone.hearResponse(491, 'UPDATE')
    expect(dialog.state).toBe('answered')
  })

  it('a BYE ends it while a re-INVITE is open, which gets 487', async () => {
    const { dialog, toTag } = await scene.established()
    const asked = next(dialog, 'reoffer')
    phone.request({ method: 'INVITE', branch: 'z9hG4bK2', cseq: 2, toTag, lines: [phone.contact], body: 'v=0' })
    const [reoffer] = await asked
    phone.request({ method: 'BYE', cseq: 3, toTag })
    await phone.hearResponse(200, 'BYE')
    await phone.hearResponse(487, 'INVITE')
    reoffer.accept(sdp('too late'))
    await scene.settle()
    expect(scene.statuses()).toEqual([])
  })

  it('a re-INVITE that meets ours gets 491, and ours goes on', async () => {
    const { dialog, toTag } = await scene.established()
    const answer = dialog.reinvite(sdp('ours'))
    const ours = await phone.hearRequest('INVITE')
    phone.request({ method: 'INVITE', branch: 'z9hG4bK2', cseq: 2, toTag, lines: [phone.contact], body: 'v=0' })
    await phone.hearResponse(491, 'INVITE')
    phone.respond(ours, { status: 200, lines: [phone.contact], body: 'v=0 theirs' })
    expect(text(await answer)).toBe('v=0 theirs')
    expect((await phone.hearRequest('ACK')).headers.cseq.number).toBe(ours.headers.cseq.number)
  })

  it('ours is tried again after a 491', async () => {
    const { dialog } = await scene.established()
    const answer = dialog.reinvite(sdp('ours'))
    phone.respond(await phone.hearRequest('INVITE'), { status: 491 })
    await phone.hearRequest('ACK')
    await scene.settle()
    clock.advance(2000)
    const again = await phone.hearRequest('INVITE')
    phone.respond(again, { status: 200, lines: [phone.contact], body: 'v=0 theirs' })
    expect(text(await answer)).toBe('v=0 theirs')
  })

  it('a 481 to ours ends the call', async () => {
    const { dialog } = await scene.established()
    const over = next(dialog, 'ended')
    const answer = dialog.reinvite(sdp('ours')).catch((cause: Error) => cause.message)
    phone.respond(await phone.hearRequest('INVITE'), { status: 481 })
    expect((await over)[0]).toEqual({ why: 'unreachable' })
    expect(await answer).toMatch(/481|over/)
    await phone.hearRequest('BYE')
  })
})

describe('a session timer', () => {
  it('refreshes by UPDATE a phone that allows it, and ends a call whose phone has gone', async () => {
    const { dialog } = await scene.established({ lines: ['Allow: INVITE, UPDATE'] })
    clock.advance(900_000)
    const update = await phone.hearRequest('UPDATE')
    expect(update.headers.get('Session-Expires')).toBe('1800;refresher=uac')
    expect(update.body.length).toBe(0)
    phone.respond(update, { status: 200, lines: ['Session-Expires: 1800;refresher=uac'] })
    await scene.settle()
    expect(dialog.state).toBe('confirmed')
    clock.advance(900_000)
    await phone.hearRequest('UPDATE')
    const over = next(dialog, 'ended')
    clock.advance(32_000)
    expect((await over)[0]).toEqual({ why: 'unreachable' })
  })

  it('refreshes by re-INVITE with the same SDP where UPDATE is unknown', async () => {
    const { dialog } = await scene.established()
    clock.advance(900_000)
    const invite = await phone.hearRequest('INVITE')
    expect(text(invite.body)).toBe(text(sdp('answer')))
    phone.respond(invite, { status: 200, lines: [phone.contact], body: 'v=0' })
    await phone.hearRequest('ACK')
    expect(dialog.state).toBe('confirmed')
    clock.advance(899_999)
    await scene.settle()
    expect(scene.statuses()).toEqual([])
    clock.advance(1)
    await phone.hearRequest('INVITE')
  })

  it('asks a phone that was busy with an offer of its own again after a moment', async () => {
    const { dialog } = await scene.established({ lines: ['Allow: INVITE, UPDATE'] })
    clock.advance(900_000)
    phone.respond(await phone.hearRequest('UPDATE'), { status: 491 })
    await scene.settle()
    clock.advance(2000)
    phone.respond(await phone.hearRequest('UPDATE'), { status: 200, lines: ['Session-Expires: 1800;refresher=uac'] })
    await scene.settle()
    clock.advance(899_999)
    await scene.settle()
    expect(scene.statuses()).toEqual([])
    clock.advance(1)
    await phone.hearRequest('UPDATE')
    expect(dialog.state).toBe('confirmed')
  })

  it.each([
    ['UPDATE', 500, ['Allow: INVITE, UPDATE']],
    ['INVITE', 500, []],
    ['UPDATE', 491, ['Allow: INVITE, UPDATE']],
  ] as const)('asks by %s again before the phone gives up when it says %i, and not for ever', async (method, status, lines) => {
    const timer = ['Supported: timer', 'Session-Expires: 90;refresher=uas']
    const { dialog } = await scene.established({ lines: [...lines, ...timer] })
    clock.advance(45_000)
    let beforeTheEnd = 0
    let all = 0
    for (let second = 45; second < 105; second++) {
      await scene.settle()
      for (const one of phone.heard.splice(0)) {
        if (one.kind !== 'request' || one.method !== method) continue
        all++
        if (second < 60) beforeTheEnd++
        phone.respond(one, { status })
      }
      await scene.settle()
      clock.advance(1000)
    }
    expect(beforeTheEnd).toBeGreaterThan(1)
    expect(all).toBeLessThan(80)
    expect(dialog.state).toBe('confirmed')
  })

  it('leaves the next refresh to a phone that refreshed while it refused ours', async () => {
    const timer = ['Supported: timer', 'Session-Expires: 90;refresher=uas']
    const { dialog, toTag } = await scene.established({ lines: ['Allow: INVITE, UPDATE', ...timer] })
    clock.advance(45_000)
    const ours = await phone.hearRequest('UPDATE')
    const theirs = ['Supported: timer', 'Session-Expires: 90;refresher=uac']
    phone.request({ method: 'UPDATE', cseq: 2, toTag, lines: [phone.contact, ...theirs] })
    await phone.hearResponse(200, 'UPDATE')
    clock.advance(5000)
    phone.respond(ours, { status: 500 })
    await scene.settle()
    phone.heard.splice(0)
    clock.advance(54_999)
    await scene.settle()
    expect([dialog.state, scene.statuses()]).toEqual(['confirmed', []])
    clock.advance(1)
    expect(dialog.state).toBe('ended')
  })

  it('tells what the phone answered to a refresh, and what it had been offered', async () => {
    const { dialog } = await scene.established()
    const refreshed = next(dialog, 'refreshed')
    clock.advance(900_000)
    phone.respond(await phone.hearRequest('INVITE'), { status: 200, lines: [phone.contact], body: 'v=0 moved' })
    expect((await refreshed).map(text)).toEqual(['v=0 moved', text(sdp('answer'))])
  })

  it('refreshes with what we said last, though that was while an offer of theirs was waited out', async () => {
    const { dialog, toTag } = await scene.established()
    dialog.on('reoffer', (reoffer) => reoffer.accept(sdp('newer')))
    clock.advance(900_000)
    phone.respond(await phone.hearRequest('INVITE'), { status: 491 })
    phone.request({ method: 'INVITE', branch: 'z9hG4bK2', cseq: 2, toTag, lines: [phone.contact], body: 'v=0' })
    await phone.hearResponse(200, 'INVITE')
    phone.request({ method: 'ACK', branch: 'z9hG4bK3', cseq: 2, toTag })
    await scene.settle()
    clock.advance(2000)
    expect(text((await phone.hearRequest('INVITE')).body)).toBe(text(sdp('newer')))
  })

  it('begins anew when the phone refreshes', async () => {
    const timer = ['Supported: timer', 'Session-Expires: 90;refresher=uac']
    const { dialog, toTag } = await scene.established({ lines: timer })
    clock.advance(50_000)
    phone.request({ method: 'UPDATE', cseq: 2, toTag, lines: [phone.contact, ...timer] })
    expect((await phone.hearResponse(200, 'UPDATE')).headers.get('Session-Expires')).toBe('90;refresher=uac')
    clock.advance(59_999)
    expect(dialog.state).toBe('confirmed')
    clock.advance(1)
    expect(dialog.state).toBe('ended')
  })

  it('ends a call whose phone should have refreshed and did not', async () => {
    const { dialog } = await scene.established({ lines: ['Supported: timer', 'Session-Expires: 90'] })
    const over = next(dialog, 'ended')
    clock.advance(59_999)
    expect(dialog.state).toBe('confirmed')
    clock.advance(1)
    expect((await over)[0]).toEqual({ why: 'session-expired' })
    expect((await phone.hearRequest('BYE')).headers.get('Reason')).toContain('408')
  })
})

describe('closing', () => {
  it('leaves no timer behind, whatever the calls were doing', async () => {
    const { dialog } = await scene.established({ lines: ['Supported: timer'] })
    dialog.end()
    await phone.hearRequest('BYE')
    const ringing = await scene.incoming({ branch: 'z9hG4bKr', callId: 'ringing', lines: ['Expires: 60'] })
    ringing.progress(180)
    const sure = await scene.incoming({ branch: 'z9hG4bKs', callId: 'sure', lines: ['Require: 100rel'] })
    sure.progress(180)
    const answered = await scene.incoming({ branch: 'z9hG4bKa', callId: 'answered' })
    answered.answer(sdp('answer'))
    const hungUp = await scene.incoming({ branch: 'z9hG4bKh', callId: 'hung-up' })
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
