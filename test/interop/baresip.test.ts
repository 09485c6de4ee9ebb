/** A real phone that others wrote: baresip over UDP and TCP, in a room with a phone of our own. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Baresip, baresipMissing } from '../kit/baresip.ts'
import { hasOtherSound, judge, toneSet } from '../kit/ears.ts'
import { expectHears, expectMusic, Scene } from '../kit/scene.ts'
import { until } from '../kit/wait.ts'

if (baresipMissing !== null) process.stdout.write(`skipped: ${baresipMissing}\n`)

const tones = toneSet(3)
const [one = 0, two = 0, three = 0] = tones

describe.skipIf(baresipMissing !== null)('baresip', { timeout: 40_000 }, () => {
  let scene: Scene
  const started: Baresip[] = []

  beforeAll(async () => {
    scene = await Scene.begin()
  })
  afterEach(async () => {
    await Promise.all(started.splice(0).map((phone) => phone.stop()))
    await scene.clear()
  })
  afterAll(() => scene.end())

  async function baresip(
    toneHz: number,
    { transport = 'udp', codec = 'pcma' }: { readonly transport?: 'udp' | 'tcp'; readonly codec?: 'pcma' | 'pcmu' } = {},
  ): Promise<Baresip> {
    const number = String(300 + started.length + Math.floor(Math.random() * 10_000))
    const { secret } = await scene.server.api.createEmployee({ name: `baresip ${transport}`, number })
    const phone = await Baresip.start({ target: scene.server.sip(transport), number, secret, toneHz, codec })
    started.push(phone)
    return phone
  }

  /** Waits until the last 400 ms of its recording hold exactly `wanted`. */
  async function expectRecords(phone: Baresip, wanted: readonly number[]): Promise<void> {
    let heard: readonly number[] = []
    let other = true
    await until(
      async () => {
        const samples = await phone.heard(400)
        heard = judge(samples, tones).tones
        other = hasOtherSound(samples, tones)
        return !other && heard.length === wanted.length && wanted.every((tone) => heard.includes(tone))
      },
      { what: `the recording of ${wanted.join(', ')}`, limitMs: 8000 },
    ).catch(() => {})
    expect({ heard: heard.toSorted((a, b) => a - b), other }).toEqual({ heard: wanted.toSorted((a, b) => a - b), other: false })
  }

  it('registers and meets others over UDP and TCP, in both laws, and hears all but itself', async () => {
    const { number } = await scene.room()
    const [ours] = await scene.meeting(number, [one])
    const [overUdp, overTcp] = [await baresip(two), await baresip(three, { transport: 'tcp', codec: 'pcmu' })]
    await overUdp.call(number)
    await overTcp.call(number)
    await scene.untilInside(number, 3)
    await expectHears(ours, [two, three], tones)
    await expectRecords(overUdp, [one, three])
    await expectRecords(overTcp, [one, two])
  })

  it('gives the PIN by its keys', async () => {
    const { number } = await scene.room({ pin: '507' })
    const phone = await baresip(two)
    await phone.call(number)
    for (const digit of '507') await phone.press(digit)
    await scene.untilInside(number, 1)
  })

  it('holds and resumes', async () => {
    const { number } = await scene.room()
    const [a, b] = await scene.meeting(number, [one, three])
    const phone = await baresip(two)
    await phone.call(number)
    await expectHears(a, [two, three], tones)
    await phone.command('hold')
    await expectHears(a, [three], tones)
    await phone.command('resume')
    await expectHears(a, [two, three], tones)
    await expectHears(b, [one, two], tones)
  })

  it('hangs up, and obeys when it is hung up on', async () => {
    const room = await scene.room()
    const [ours] = await scene.meeting(room.number, [one])
    const phone = await baresip(two)
    await phone.call(room.number)
    await scene.untilInside(room.number, 2)
    await phone.command('hangup')
    await scene.untilInside(room.number, 1)
    await expectMusic(ours)
    const second = await baresip(three)
    await second.call(room.number)
    await scene.untilInside(room.number, 2)
    await scene.server.api.deleteConference(room.id, '?end=true')
    await until(() => second.callIsOver, { what: 'baresip to see the end of its call' })
  })
})
