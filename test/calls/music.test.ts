/** One who is alone hears music; from the moment that a second one is there nobody does. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loudness, toneSet } from '../kit/ears.ts'
import { samplesOf, type HeardPacket } from '../kit/recording.ts'
import { expectHears, expectMusic, expectSilence, Scene } from '../kit/scene.ts'
import { pause, until } from '../kit/wait.ts'

/** Louder than the idle code of a line by far; music fading out is still above it. */
const quietDb = -60
const frameMs = 20

let scene: Scene

beforeAll(async () => {
  scene = await Scene.begin()
})
afterEach(() => scene.clear())
afterAll(() => scene.end())

const isLoud = (packet: HeardPacket | undefined): boolean => packet !== undefined && loudness(samplesOf(packet)) > quietDb

describe('music for one alone', () => {
  it('plays, ends within a frame of the second one coming, and returns', async () => {
    const { number } = await scene.room()
    const [first] = await scene.meeting(number, [null])
    await expectMusic(first)
    await until(() => isLoud(first.sound.recording.last), { what: 'a loud moment of the music' })
    const second = await (await scene.person()).call(number)
    await pause(500)
    // What left the server before the second one's ACK had come may still arrive; a frame is on its way, one is due.
    const late = first.sound.recording.since(second.acknowledgedAtMs + frameMs + 40).filter(isLoud)
    expect(late).toHaveLength(0)
    expect(first.sound.recording.since(second.acknowledgedAtMs - 400).filter(isLoud).length).toBeGreaterThan(10)
    await expectSilence(first)
    await expectSilence(second)

    await first.hangUp()
    const leftAtMs = performance.now()
    await until(() => second.sound.recording.since(leftAtMs).some(isLoud), { what: 'the music to return', limitMs: 400 })
    await expectMusic(second)
  })

  it('is not mixed into what two people say', async () => {
    const { number } = await scene.room()
    const tones = toneSet(2)
    const [one = 0, two = 0] = tones
    const [a, b] = await scene.meeting(number, [one, two])
    await expectHears(a, [two], tones)
    await expectHears(b, [one], tones)
  })

  it('flows without a gap from the moment of the answer', async () => {
    const { number } = await scene.room()
    const [call] = await scene.meeting(number, [null])
    await call.sound.listen(600)
    const packets = call.sound.recording.since(0)
    const gaps = packets.slice(1).filter((packet, index) => ((packet.sequence - (packets[index]?.sequence ?? 0)) & 0xffff) !== 1)
    expect(gaps).toHaveLength(0)
    const steps = new Set(packets.slice(1).map((packet, index) => (packet.timestamp - (packets[index]?.timestamp ?? 0)) >>> 0))
    expect([...steps]).toEqual([160])
    expect(call.sound.recording.ssrcs.size).toBe(1)
  })
})
