/** How a server ends, dies, and starts again; and what it says when it cannot start. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toneSet } from '../kit/ears.ts'
import { freePorts } from '../kit/ports.ts'
import { expectHears, Scene } from '../kit/scene.ts'
import { Server } from '../kit/server.ts'
import { until } from '../kit/wait.ts'

const slow = { timeout: 40_000 }
const [one = 0, two = 0] = toneSet(2)

async function failure(server: Server): Promise<{ code: number | null; output: string }> {
  const child = server.spawn()
  await once(child, 'exit')
  return { code: child.exitCode, output: server.output }
}

describe('a server that is stopped', () => {
  it('says BYE to every call, those at the door too, and ends with 0', slow, async () => {
    const scene = await Scene.begin()
    const [open, locked] = [await scene.room(), await scene.room({ pin: '12' })]
    const calls = [...(await scene.meeting(open.number, [null, null])), ...(await scene.meeting(locked.number, [null]))]
    await scene.untilInside(open.number, 2)
    const stopped = scene.server.stop()
    for (const call of calls) expect((await call.untilEnded()).reason).toContain('server-stopped')
    expect(await stopped).toBe(0)
    await scene.server.run()
    for (const call of calls) expect(await scene.endReason(call.callId)).toBe('server-stopped')
    await scene.end()
  })

  it('ends though a phone never answers its BYE', slow, async () => {
    const scene = await Scene.begin()
    const { number } = await scene.room()
    const [call] = await scene.meeting(number, [null])
    call.phone.vanish()
    const beganMs = performance.now()
    expect(await scene.server.stop()).toBe(0)
    expect(performance.now() - beganMs).toBeLessThan(8000)
    await scene.end()
  })
})

describe('a server that is killed', () => {
  it('leaves finished rows as they were, and finds the others at the next start', slow, async () => {
    const scene = await Scene.begin()
    const { number } = await scene.room()
    const [staying, leaving] = await scene.meeting(number, [null, null])
    await leaving.hangUp()
    expect(await scene.endReason(leaving.callId)).toBe('hung-up')
    const before = await scene.server.api.stay(leaving.callId)
    await scene.server.kill()
    await scene.server.run()
    expect(await scene.server.api.stay(leaving.callId)).toEqual(before)
    const cut = await scene.server.api.stay(staying.callId)
    expect(cut).toMatchObject({ endReason: 'server-crashed' })
    expect(cut?.endedAt).not.toBeNull()
    expect(Date.parse(cut?.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(cut?.enteredAt ?? ''))
    // The old call is unknown to the new server; a new one works.
    expect((await staying.send('BYE')).status).toBe(481)
    const again = await staying.phone.call(number)
    await scene.untilInside(number, 1)
    await again.hangUp()
    await scene.end()
  })
})

describe('a second start', () => {
  it('makes nothing anew and forgets nothing', slow, async () => {
    const scene = await Scene.begin()
    const { api } = scene.server
    const [example] = await api.conferences()
    expect(example).toMatchObject({ number: '1111' })
    await api.deleteConference(example?.id ?? '')
    const made = await scene.room({ name: 'Kept', pin: '0000' })
    const phone = await scene.person()
    const employees = await api.employees()
    await api.changeSettings({ language: 'en' })
    expect(await scene.server.stop()).toBe(0)
    await scene.server.run()
    expect(await api.conferences()).toEqual([made])
    expect(await api.employees()).toEqual(employees)
    expect(await api.must('GET', '/settings')).toMatchObject({ language: 'en' })
    expect(scene.server.output.split('First start:')).toHaveLength(2)
    const call = await phone.call(made.number)
    await call.sound.press('0000')
    await scene.untilInside(made.number, 1)
    await scene.end()
  })
})

describe('a server that cannot start', () => {
  for (const taken of ['sip', 'http'] as const) {
    it(`names the ${taken.toUpperCase()} port that is taken`, slow, async () => {
      const first = await Server.start()
      const ports = { ...(await freePorts('127.0.0.1')), [taken]: first.ports[taken] }
      const second = await Server.prepare({ ports })
      const { code, output } = await failure(second)
      expect(code).toBe(1)
      expect(output).toContain(String(first.ports[taken]))
      expect(output).toMatch(/in use|busy|taken/i)
      expect(output).not.toMatch(/^ {4}at /m)
      await rm(second.dataFolder, { recursive: true })
      await first.discard()
    })
  }

  it('takes other ports for sound when the first are taken, and carries calls by them', slow, async () => {
    const first = await Server.start()
    const scene = await Scene.begin({ ports: { ...(await freePorts('127.0.0.1')), media: first.ports.media } })
    const { number } = await scene.room()
    const [a, b] = await scene.meeting(number, [one, two])
    await expectHears(a, [two], [one, two])
    await expectHears(b, [one], [one, two])
    await scene.end()
    await first.discard()
  })

  it('names the folder that cannot be written', slow, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'veche-calls-'))
    const file = join(folder, 'file')
    await writeFile(file, '')
    const server = await Server.prepare({ dataFolder: join(file, 'data') })
    const { code, output } = await failure(server)
    expect(code).toBe(1)
    expect(output).toContain(join(file, 'data'))
    expect(output).not.toMatch(/^ {4}at /m)
    await rm(folder, { recursive: true })
  })

  it('does not take a data folder that another one runs on', slow, async () => {
    const first = await Server.start()
    const second = await Server.prepare({ dataFolder: first.dataFolder })
    const { code, output } = await failure(second)
    expect(code).toBe(1)
    expect(output).toContain(first.dataFolder)
    await until(() => first.api.isReady(), { what: 'the first one to be unharmed' })
    await first.discard()
  })
})
