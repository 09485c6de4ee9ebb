/** Session refreshes of ours, with a clock of ours: a call of a real endpoint over a real media engine. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { Call } from '../../src/call/call.ts'
import { Scene as Sound } from '../../src/media/testing/scene.ts'
import { TonePhone } from '../../src/media/testing/tone-phone.ts'
import { next, Opened } from '../../src/sip/testing/endpoints.ts'
import { Scene } from '../../src/sip/testing/scene.ts'
import { readSdp, writeSdp, type PhoneDirection } from '../kit/sdp.ts'
import { until } from '../kit/wait.ts'

const opened = new Opened()
let scene: Scene
let sound: Sound
let ears: TonePhone[]
beforeEach(async () => {
  scene = await Scene.open(opened)
  sound = new Sound()
  await sound.engine.start()
  ears = await Promise.all([440, 880].map((toneHz) => new TonePhone({ toneHz }).open()))
})
afterEach(async () => {
  for (const one of ears) one.close()
  await opened.close()
  await sound.close()
})

/** What the phone says of its sound; the keys' payload type is not the one that we would choose. */
function description(port: number, direction: PhoneDirection = 'sendrecv'): string {
  const audio = { address: '127.0.0.1', port, payloadTypes: [8], telephoneEvent: 96, ptimeMs: 20, direction }
  return new TextDecoder().decode(writeSdp({ ...audio, sessionId: 1, version: 1 }))
}

/** A call that is up, its sound at the first ear. */
async function answered(): Promise<Call> {
  const dialog = await scene.incoming({ body: description(ears[0]?.port ?? 0) })
  const call = new Call({
    dialog, media: sound.engine, clock: scene.clock, log: silentLog, mediaAddressFor: (address) => address,
  })
  const up = call.answer()
  const toTag = String((await scene.phone.hearResponse(200, 'INVITE')).headers.to.params.tag)
  scene.phone.request({ method: 'ACK', branch: 'z9hG4bKack', toTag })
  expect(await up).toBe(true)
  return call
}

/** Lets half the interval pass and answers the re-INVITE. */
async function refresh(call: Call, body: string): Promise<void> {
  const refreshed = next(call.dialog, 'refreshed')
  scene.clock.advance(900_000)
  const invite = await scene.phone.hearRequest('INVITE')
  expect(readSdp(invite.body)).toMatchObject({ port: call.stream.port, telephoneEvent: 96 })
  scene.phone.respond(invite, { status: 200, lines: [scene.phone.contact], body })
  await refreshed
}

describe('a session refresh', () => {
  it('is followed when the far end has moved its sound', async () => {
    const call = await answered()
    const [first, second] = ears
    await until(() => (first?.packets.length ?? 0) > 5, { what: 'sound at the first ear' })
    expect(second?.packets.length).toBe(0)
    await refresh(call, description(second?.port ?? 0))
    await until(() => (second?.packets.length ?? 0) > 5, { what: 'sound at the second ear' })
  })

  it('is followed when the far end holds us by it, and takes us back by the next', async () => {
    const call = await answered()
    await refresh(call, description(ears[0]?.port ?? 0, 'sendonly'))
    expect(call.held).toBe(true)
    await refresh(call, description(ears[0]?.port ?? 0))
    expect(call.held).toBe(false)
  })

  it('whose answer cannot be read changes nothing', async () => {
    const call = await answered()
    await refresh(call, 'v=0')
    expect([call.state, call.held]).toEqual(['up', false])
  })
})
