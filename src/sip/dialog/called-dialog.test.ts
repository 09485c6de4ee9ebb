/** The called side of a dialog, against a phone whose every letter is written here. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ManualClock } from '../../base/clock.ts'
import type { SipEndpoint } from '../endpoint.ts'
import type { SipRequest } from '../message.ts'
import { addressOf, next, Opened, sdp, text } from '../testing/endpoints.ts'
import { RawPhone, type Head } from '../testing/raw-phone.ts'
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

describe('an answered call', () => {
  it('repeats its 200 with doubled pauses up to T2 until the ACK', async () => {
    const dialog = await scene.incoming()
    dialog.answer(sdp('answer'))
    await scene.settle()
    const heard = [scene.statuses().length]
    for (const pauseMs of [500, 1000, 2000, 4000, 4000]) {
      clock.advance(pauseMs - 1)
      await scene.settle()
      const before = phone.heard.length
      clock.advance(1)
      await scene.settle()
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
    await scene.settle()
    expect(scene.statuses()).toEqual([])
  })

  it('takes the answer from the ACK when the INVITE had no offer', async () => {
    const dialog = await scene.incoming({ body: '' })
    expect(dialog.offer).toBeNull()
    const acknowledged = next(dialog, 'ack')
    dialog.answer(sdp('our offer'))
    const { headers } = await phone.hearResponse(200, 'INVITE')
    phone.request({ method: 'ACK', branch: 'z9hG4bKack', toTag: String(headers.to.params.tag), body: 'v=0 their answer' })
    expect(text((await acknowledged)[0])).toBe('v=0 their answer')
  })

  it('sends no BYE before the ACK, though it is over for those above', async () => {
    const dialog = await scene.incoming()
    dialog.answer(sdp('answer'))
    const { headers } = await phone.hearResponse(200, 'INVITE')
    const over = next(dialog, 'ended')
    dialog.end()
    expect(await over).toEqual([{ why: 'local-bye' }])
    await scene.settle()
    expect(scene.statuses()).toEqual([])
    phone.request({ method: 'ACK', branch: 'z9hG4bKack', toTag: String(headers.to.params.tag) })
    phone.respond(await phone.hearRequest('BYE'), { status: 200 })
    await vi.waitFor(() => expect(endpoint.counts.dialogs).toBe(0))
  })

  it('is over when the caller says BYE before his ACK', async () => {
    const dialog = await scene.incoming()
    dialog.answer(sdp('answer'))
    const { headers } = await phone.hearResponse(200, 'INVITE')
    const over = next(dialog, 'ended')
    phone.request({ method: 'BYE', cseq: 2, toTag: String(headers.to.params.tag) })
    await phone.hearResponse(200, 'BYE')
    expect((await over)[0]).toEqual({ why: 'remote-bye' })
    clock.advance(8000)
    await scene.settle()
    expect(scene.statuses()).toEqual([])
  })

  it('follows the recorded route back, and tells it in its responses', async () => {
    const route = `Record-Route: <sip:127.0.0.1:${phone.port};lr>, <sip:second.example.com;lr>`
    const dialog = await scene.incoming({ lines: [route] })
    dialog.progress(180)
    expect((await phone.hearResponse(180)).headers.recordRoutes.length).toBe(2)
    dialog.answer(sdp('answer'))
    const { headers } = await phone.hearResponse(200, 'INVITE')
    expect(headers.recordRoutes.map(({ uri }) => uri.host)).toEqual(['127.0.0.1', 'second.example.com'])
    phone.request({ method: 'ACK', branch: 'z9hG4bKack', toTag: String(headers.to.params.tag) })
    await scene.settle()
    dialog.end()
    const bye = await phone.hearRequest('BYE')
    expect(bye.headers.routes.map(({ uri }) => uri.host)).toEqual(['127.0.0.1', 'second.example.com'])
    expect(bye.uri).toMatchObject({ user: 'phone', port: phone.port })
    expect(bye.headers.get('From')).toContain('1111@example.com')
    expect(bye.headers.to.params.tag).toBe('raw')
  })

  it('puts a strict router into the Request-URI and the target behind the route', async () => {
    const { dialog } = await scene.established({ lines: [`Record-Route: <sip:127.0.0.1:${phone.port}>`] })
    dialog.end()
    const bye = await phone.hearRequest('BYE')
    expect(bye.uri.user).toBeUndefined()
    expect(bye.headers.routes.map(({ uri }) => uri.user)).toEqual(['phone'])
  })

  it('follows the phone to a new Contact', async () => {
    const { dialog, toTag } = await scene.established()
    const other = opened.add(await RawPhone.open(addressOf(endpoint)))
    dialog.on('reoffer', (reoffer) => reoffer.accept(sdp('again')))
    phone.request({ method: 'INVITE', branch: 'z9hG4bKre', cseq: 2, toTag, lines: [other.contact], body: 'v=0' })
    await phone.hearResponse(200, 'INVITE')
    phone.request({ method: 'ACK', branch: 'z9hG4bKack2', cseq: 2, toTag })
    await scene.settle()
    dialog.end()
    await other.hearRequest('BYE')
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
    const dialog = await scene.incoming(rel)
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
    const dialog = await scene.incoming(rel)
    dialog.progress(183, sdp('early'))
    const early = await phone.hearResponse(183)
    dialog.answer(sdp('answer'))
    await scene.settle()
    expect(scene.statuses()).toEqual([])
    phone.request(prack(early, 2))
    await phone.hearResponse(200, 'INVITE')
  })

  it('gives the call up when no PRACK comes', async () => {
    const dialog = await scene.incoming(rel)
    dialog.progress(180)
    const over = next(dialog, 'ended')
    clock.advance(32_000)
    expect((await over)[0]).toEqual({ why: 'rejected', status: 504 })
    await phone.hearResponse(504)
  })
})

describe('a dialog that somebody else names', () => {
  it('is found by Call-ID and both tags while it lives', async () => {
    const { dialog, toTag } = await scene.established()
    const { callId } = dialog
    expect(endpoint.dialogOf({ callId, toTag, fromTag: 'raw' })).toBe(dialog)
    expect(endpoint.dialogOf({ callId, toTag, fromTag: 'stranger' })).toBeUndefined()
    expect(endpoint.dialogOf({ callId, toTag: 'raw', fromTag: toTag })).toBeUndefined()
    dialog.end()
    expect(endpoint.dialogOf({ callId, toTag, fromTag: 'raw' })).toBeUndefined()
  })
})

describe('a call that rings', () => {
  it('reminds of itself every minute', async () => {
    const dialog = await scene.incoming()
    dialog.progress(180)
    await phone.hearResponse(180)
    clock.advance(60_000)
    await phone.hearResponse(180)
    dialog.reject(480)
    await phone.hearResponse(480)
    phone.request({ method: 'ACK', branch: 'z9hG4bKINVITE', toTag: 'x' })
    await scene.settle()
    clock.advance(60_000)
    await scene.settle()
    expect(scene.statuses()).toEqual([])
  })

  it('is over when its Expires is', async () => {
    const dialog = await scene.incoming({ lines: ['Expires: 20'] })
    const over = next(dialog, 'ended')
    clock.advance(20_000)
    expect((await over)[0]).toEqual({ why: 'remote-cancel' })
    await phone.hearResponse(487)
  })

  it('is over at a BYE, and the INVITE gets 487', async () => {
    const dialog = await scene.incoming()
    dialog.progress(180)
    const { headers } = await phone.hearResponse(180)
    const over = next(dialog, 'ended')
    phone.request({ method: 'BYE', cseq: 2, toTag: String(headers.to.params.tag) })
    await phone.hearResponse(200, 'BYE')
    await phone.hearResponse(487, 'INVITE')
    expect((await over)[0]).toEqual({ why: 'remote-bye' })
  })
})
