/** What a stranger's packet may cost: one answer, and no memory (RFC 3261 §8.2.7, §26.3.2.4). */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { addressOf, Opened } from './testing/endpoints.ts'
import { RawPhone } from './testing/raw-phone.ts'
import { Scene } from './testing/scene.ts'

const opened = new Opened()
afterEach(() => opened.close())

/** An endpoint that challenges every call and registration, as its owner would. */
async function guarded(): Promise<Scene> {
  const scene = await Scene.open(opened)
  scene.endpoint.on('invite', (dialog) => dialog.reject(401, { headers: [['WWW-Authenticate', 'Digest realm="veche"']] }))
  scene.endpoint.on('register', (open) => open.respond(401, { headers: [['WWW-Authenticate', 'Digest realm="veche"']] }))
  return scene
}

describe('a stranger', () => {
  it('is challenged once for an INVITE, however long he does not acknowledge it', async () => {
    const scene = await guarded()
    scene.phone.request({ method: 'INVITE', lines: [scene.phone.contact] })
    await scene.phone.hearResponse(401, 'INVITE')
    await scene.clock.advance(40_000)
    await scene.settle()
    expect(scene.statuses()).toEqual([])
  })

  it('is challenged again when he repeats his INVITE, since the challenge may be lost', async () => {
    const scene = await guarded()
    for (let times = 0; times < 2; times++) {
      scene.phone.request({ method: 'INVITE', lines: [scene.phone.contact] })
      await scene.phone.hearResponse(401, 'INVITE')
    }
  })

  it('may acknowledge the challenge', async () => {
    const scene = await guarded()
    scene.phone.request({ method: 'INVITE', lines: [scene.phone.contact] })
    const { headers } = await scene.phone.hearResponse(401, 'INVITE')
    scene.phone.request({ method: 'ACK', branch: 'z9hG4bKINVITE', toTag: String(headers.to.params.tag) })
    await scene.settle()
    expect(scene.statuses()).toEqual([])
  })

  it.each([
    ['INVITE', 401, undefined],
    ['REGISTER', 401, undefined],
    ['OPTIONS', 200, undefined],
    ['MESSAGE', 405, undefined],
    ['SUBSCRIBE', 489, undefined],
    ['JUMP', 501, undefined],
    ['CANCEL', 481, undefined],
    ['BYE', 481, 'nobody'],
    ['INVITE', 481, 'nobody'],
  ] as const)('leaves nothing behind with %s, answered %i', async (method, status, toTag) => {
    const { endpoint, phone } = await guarded()
    phone.request({ method, lines: [phone.contact], ...(toTag !== undefined && { toTag }) })
    await phone.hearResponse(status, method)
    await vi.waitFor(() => expect(endpoint.counts).toMatchObject({ transactions: 0, dialogs: 0 }))
  })

  it('cannot fill the house with requests that need no answer of ours but one', async () => {
    const endpoint = await opened.endpoint(undefined, { limits: { maxTransactions: 5 } })
    const phone = opened.add(await RawPhone.open(addressOf(endpoint)))
    for (let count = 0; count < 20; count++) {
      phone.request({ method: 'OPTIONS', branch: `z9hG4bK${count}`, callId: `flood-${count}` })
      await phone.hearResponse(200, 'OPTIONS')
    }
  })
})
