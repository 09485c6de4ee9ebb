import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Room } from '../../model/room.ts'
import { startTrial } from '../trial.ts'
import type { Trial } from '../trial.ts'

describe('the resources of the API', () => {
  let trial: Trial
  const ask: Trial['ask'] = (...parts) => trial.ask(...parts)

  beforeEach(async () => {
    trial = await startTrial()
  })
  afterEach(() => trial.close())

  const planning = { name: 'Planning', number: '1111' }

  it('a conference is made, read, listed, changed, replaced and deleted', async () => {
    const made = await ask('POST', 'conferences', { body: { ...planning, pin: '0000' } })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ ...planning, pin: '0000', language: null, joinTone: false, version: 1 })
    const path = `/api/v1/conferences/${made.body.id}`
    expect(made.headers.get('location')).toBe(path)
    expect((await ask('GET', path)).body).toEqual(made.body)
    expect((await ask('GET', 'conferences')).body).toEqual([made.body])
    expect((await ask('GET', 'conferences?search=plan')).body).toHaveLength(1)
    expect((await ask('GET', 'conferences?search=none')).body).toEqual([])
    expect((await ask('PATCH', path, { body: { name: 'Plans' } })).body).toMatchObject({ name: 'Plans', pin: '0000', version: 2 })
    expect((await ask('PUT', path, { body: planning })).body).toMatchObject({ ...planning, pin: null, version: 3 })
    const gone = await ask('DELETE', path)
    expect([gone.status, gone.text]).toEqual([204, ''])
    expect((await ask('GET', path)).body).toMatchObject({ code: 'not-found' })
    for (const method of ['GET', 'DELETE']) expect((await ask(method, path)).status).toBe(404)
    expect((await ask('PATCH', path, { body: {} })).status).toBe(404)
  })

  it('a change of what was changed meanwhile is refused with 412', async () => {
    const made = await ask('POST', 'conferences', { body: planning })
    const path = `conferences/${made.body.id}`
    const tag = made.headers.get('etag')
    expect(tag).toBe('"1"')
    const first = await ask('PATCH', path, { body: { name: 'First' }, headers: { 'if-match': '"1"' } })
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"'])
    for (const [method, body] of [['PATCH', { name: 'Second' }], ['PUT', planning], ['DELETE', undefined]] as const) {
      const late = await ask(method, path, { body, headers: { 'if-match': '"1"' } })
      expect([late.status, late.body.code]).toEqual([412, 'changed-meanwhile'])
    }
    expect((await ask('PATCH', path, { body: { name: 'Third' }, headers: { 'if-match': '"1", W/"2"' } })).status).toBe(200)
    expect((await ask('PATCH', path, { body: { name: 'Fourth' }, headers: { 'if-match': '*' } })).body.version).toBe(4)
    expect((await ask('GET', path, { headers: { 'if-none-match': '"4"' } })).status).toBe(304)
    expect((await ask('GET', path, { headers: { 'if-none-match': '"3"' } })).status).toBe(200)
  })

  it('of two changes of the same version at once, one wins', async () => {
    const made = await ask('POST', 'conferences', { body: planning })
    const change = (name: string) => ask('PATCH', `conferences/${made.body.id}`, { body: { name }, headers: { 'if-match': '"1"' } })
    const statuses = (await Promise.all(['a', 'b', 'c', 'd'].map(change))).map((answer) => answer.status)
    expect(statuses.toSorted()).toEqual([200, 412, 412, 412])
  })

  it('a taken number is refused with its owner', async () => {
    const made = await ask('POST', 'conferences', { body: planning })
    const refused = await ask('POST', 'employees', { body: { name: 'Anna', number: '1111' } })
    expect(refused.status).toBe(409)
    expect(refused.body).toEqual({
      code: 'number-taken',
      message: 'The number 1111 belongs to the conference "Planning".',
      fields: { number: 'number-taken' },
      details: { owner: { kind: 'conference', id: made.body.id, name: 'Planning' } },
    })
  })

  it('every broken rule is told by field and code', async () => {
    const cases = [
      [{}, { name: 'required', number: 'required' }],
      [{ name: ' ', number: '' }, { name: 'name-required', number: 'number-required' }],
      [{ name: 'x', number: '1' }, { number: 'number-format' }],
      [{ name: 'x', number: '123456789' }, { number: 'number-format' }],
      [{ ...planning, pin: '12a' }, { pin: 'pin-format' }],
      [{ ...planning, pin: '1'.repeat(21) }, { pin: 'pin-too-long' }],
      [{ ...planning, pin: 1234 }, { pin: 'wrong-type' }],
      [{ ...planning, language: 'de' }, { language: 'not-a-choice' }],
      [{ ...planning, pins: '1', other: 2 }, { pins: 'unknown-field', other: 'unknown-field' }],
    ] as const
    for (const [body, fields] of cases) {
      const answer = await ask('POST', 'conferences', { body })
      expect([answer.status, answer.body.code, answer.body.fields]).toEqual([400, 'invalid', fields])
    }
    expect((await ask('GET', 'conferences?serach=x')).body.fields).toEqual({ serach: 'unknown-field' })
    expect((await ask('GET', 'history?limit=0')).body.fields).toEqual({ limit: 'out-of-range' })
    expect((await ask('GET', 'conferences')).body).toEqual([])
  })

  it('a conference whose room is live is deleted only with its room', async () => {
    const { body: conference } = await ask('POST', 'conferences', { body: planning })
    trial.rooms.push(liveRoom(conference.id))
    expect((await ask('GET', 'rooms')).body).toEqual(trial.rooms)
    expect((await ask('GET', 'rooms/room-1')).body).toEqual(trial.rooms[0])
    expect((await ask('GET', 'rooms/room-2')).status).toBe(404)
    const refused = await ask('DELETE', `conferences/${conference.id}`)
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({ code: 'room-is-live', details: { participants: 1 } })
    expect((await ask('DELETE', `conferences/${conference.id}?end=true`, { headers: { 'if-match': '"7"' } })).status).toBe(412)
    expect(trial.ended).toEqual([])
    expect((await ask('DELETE', `conferences/${conference.id}?end=true`)).status).toBe(204)
    expect(trial.ended).toEqual([conference.id])
    expect((await ask('GET', 'conferences')).body).toEqual([])
  })

  it('an employee is made with a secret, which only its own address tells', async () => {
    const made = await ask('POST', 'employees', { body: { name: 'Anna', number: '201' } })
    expect(made.status).toBe(201)
    expect(made.body.secret).toMatch(/^[a-z2-9]{20}$/)
    const path = `employees/${made.body.id}`
    for (const answer of [await ask('GET', 'employees'), await ask('GET', path), await ask('PATCH', path, { body: { name: 'Anne' } })]) {
      expect(answer.status).toBe(200)
      expect(answer.text).not.toContain('secret')
    }
    expect((await ask('GET', `${path}/secret`)).body).toEqual({ secret: made.body.secret })
    const renewed = await ask('POST', `${path}/secret`)
    expect(renewed.body.secret).not.toBe(made.body.secret)
    expect((await ask('GET', `${path}/secret`)).body).toEqual(renewed.body)
    expect((await ask('PUT', path, { body: { name: 'Anna', number: '202' } })).body).toMatchObject({ number: '202' })
    expect((await ask('GET', `${path}/secret`)).body).toEqual(renewed.body)
    expect((await ask('PATCH', path, { body: { secret: 'short' } })).body.fields).toEqual({ secret: 'secret-too-short' })
    expect((await ask('DELETE', path)).status).toBe(204)
    expect((await ask('GET', `${path}/secret`)).status).toBe(404)
  })

  it('numbers are looked up and suggested', async () => {
    await ask('POST', 'conferences', { body: planning })
    expect((await ask('GET', 'numbers/1111')).body).toMatchObject({ valid: true, owner: { kind: 'conference', name: 'Planning' } })
    expect((await ask('GET', 'numbers/1112')).body).toEqual({ number: '1112', valid: true, owner: null })
    expect((await ask('GET', 'numbers/1')).body).toEqual({ number: '1', valid: false, owner: null })
    expect((await ask('GET', 'numbers/suggestion?kind=conference')).body).toEqual({ number: '1112' })
    expect((await ask('GET', 'numbers/suggestion?kind=employee')).body).toEqual({ number: '201' })
    expect((await ask('GET', 'numbers/suggestion')).body.fields).toEqual({ kind: 'not-a-choice' })
  })

  it('a change of settings keeps what it leaves out', async () => {
    expect((await ask('PATCH', 'settings', { body: { silentLineSeconds: 30 } })).body).toMatchObject({ silentLineSeconds: 30, language: 'ru' })
    expect((await ask('PATCH', 'settings', { body: { language: 'en' } })).body).toMatchObject({ silentLineSeconds: 30, language: 'en' })
    expect((await ask('GET', 'settings')).body).toEqual(trial.store.settings.current)
    expect((await ask('PATCH', 'settings', { body: { silentLineSeconds: 1 } })).body.fields).toEqual({ silentLineSeconds: 'silent-line-range' })
  })

  it('the history is read page by page', async () => {
    for (let i = 0; i < 3; i++) {
      await trial.store.history.begin({
        id: `stay-${i}`,
        callId: 'c',
        caller: { kind: 'employee', number: '201', name: 'Anna', employeeId: 'e' },
        source: 'udp:192.0.2.7:5060',
        conferenceId: 'conference-a',
        conferenceName: 'Planning',
        conferenceNumber: '1111',
        startedAt: `2026-01-01T00:00:0${i}.000Z`,
      })
    }
    const first = await ask('GET', 'history?limit=2&conferenceId=conference-a&search=ann')
    expect(first.body.stays.map((stay: { id: string }) => stay.id)).toEqual(['stay-2', 'stay-1'])
    const second = await ask('GET', `history?limit=2&before=${encodeURIComponent(first.body.nextBefore)}`)
    expect(second.body).toMatchObject({ stays: [{ id: 'stay-0', endedAt: null, endReason: null }], nextBefore: null })
    expect((await ask('GET', 'history?before=x')).body.fields).toEqual({ before: 'before-format' })
  })

  it('phones, status and health are told', async () => {
    expect((await ask('GET', 'phones')).body).toEqual([])
    expect((await ask('GET', 'status')).body).toMatchObject({ version: '0.0.0', rooms: 0 })
    expect((await ask('GET', '/healthz', { anonymous: true })).body).toEqual({ status: 'ok' })
  })

  it('API keys are made, used, listed without their token, and removed', async () => {
    const made = await ask('POST', 'api-keys', { body: { name: 'script' } })
    expect(made.status).toBe(201)
    const authorization = `Bearer ${made.body.token}`
    expect((await ask('GET', 'me', { headers: { authorization } })).body).toEqual({ kind: 'api-key', name: 'script' })
    const list = await ask('GET', 'api-keys')
    expect(list.body.map((key: { name: string }) => key.name).toSorted()).toEqual(['script', 'trial'])
    expect(list.text).not.toContain(made.body.token)
    expect((await ask('DELETE', `api-keys/${made.body.id}`)).status).toBe(204)
    expect((await ask('GET', 'me', { headers: { authorization } })).status).toBe(401)
  })
})

function liveRoom(conferenceId: string): Room {
  return {
    id: 'room-1',
    conferenceId,
    number: '1111',
    name: 'Planning',
    openedAt: '2026-01-01T00:00:00.000Z',
    participants: [
      {
        id: 'participant-1',
        caller: { kind: 'stranger', number: '7', name: '', employeeId: null },
        source: 'udp:192.0.2.7:5060',
        joinedAt: '2026-01-01T00:00:00.000Z',
        held: false,
      },
    ],
  }
}
