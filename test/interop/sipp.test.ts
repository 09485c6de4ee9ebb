/** SIPp, the field's own test tool: its scenarios in `sipp/` against the server, over UDP and TCP. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Conference } from '../../src/model/conference.ts'
import { freePorts } from '../kit/ports.ts'
import { Scene } from '../kit/scene.ts'

const missing = spawnSync('which', ['sipp']).status === 0 ? null : 'SIPp is not installed (Debian package sip-tester)'
if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
const rawSockets = process.getuid?.() === 0

describe.skipIf(missing !== null)('SIPp', { timeout: 30_000 }, () => {
  let scene: Scene
  let room: Conference
  let locked: Conference
  let account: { readonly number: string; readonly secret: string }

  beforeAll(async () => {
    scene = await Scene.begin()
    room = await scene.room()
    locked = await scene.room({ pin: '42' })
    account = await scene.server.api.createEmployee({ name: 'SIPp', number: '808' })
  })
  afterAll(() => scene.end())

  /** Runs a scenario `calls` times; resolves when SIPp has ended, with what it complains of. */
  async function run(
    scenario: string,
    {
      number = room.number,
      transport = 'udp',
      calls = 1,
      atOnce = 1,
    }: { readonly number?: string; readonly transport?: 'udp' | 'tcp'; readonly calls?: number; readonly atOnce?: number } = {},
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'veche-sipp-'))
    try {
      const { sip, media } = await freePorts('127.0.0.1')
      await writeFile(
        join(folder, 'accounts.csv'),
        `SEQUENTIAL\n${account.number};[authentication username=${account.number} password=${account.secret}]\n`,
      )
      const { address, ports } = scene.server
      const flags = [
        '-sf',
        fileURLToPath(new URL(`./sipp/${scenario}.xml`, import.meta.url)),
        '-inf',
        join(folder, 'accounts.csv'),
        '-s',
        number,
      ]
      const ways = ['-i', '127.0.0.1', '-p', String(sip), '-mp', String(media), '-t', transport === 'udp' ? 'u1' : 't1']
      const limits = [
        '-m',
        String(calls),
        '-r',
        '50',
        '-l',
        String(atOnce),
        '-timeout',
        '20s',
        '-timeout_error',
        '-nostdin',
        '-trace_err',
      ]
      const child = spawn('sipp', [`${address}:${ports.sip}`, ...flags, ...ways, ...limits], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'ignore'],
      })
      await once(child, 'exit')
      const errors = (await readdir(folder)).filter((name) => name.endsWith('errors.log'))
      const complaints = await Promise.all(errors.map((name) => readFile(join(folder, name), 'utf8')))
      expect(child.exitCode, complaints.join('\n').slice(0, 3000)).toBe(0)
    } finally {
      await rm(folder, { recursive: true })
    }
  }

  async function newest(): Promise<{ entered: boolean; endReason: string | null }> {
    const [stay] = await scene.server.api.history()
    return { entered: stay?.enteredAt != null, endReason: stay?.endReason ?? null }
  }

  for (const transport of ['udp', 'tcp'] as const) {
    for (const scenario of ['call', 'late-offer', 'hold'] as const) {
      it(`plays "${scenario}" over ${transport.toUpperCase()}`, async () => {
        await run(scenario, { transport })
        expect(await newest()).toEqual({ entered: true, endReason: 'hung-up' })
      })
    }

    it(`makes a hundred calls over ${transport.toUpperCase()}, twenty at a time`, async () => {
      await run('call', { transport, calls: 100, atOnce: 20 })
      expect(await scene.server.api.rooms()).toEqual([])
    })
  }

  it('gives the PIN by INFO', async () => {
    await run('pin-by-info', { number: locked.number })
    expect(await newest()).toEqual({ entered: true, endReason: 'hung-up' })
  })

  // It plays key presses by a raw socket.
  it.skipIf(!rawSockets)('gives the PIN by telephone-events', async () => {
    await run('pin-by-keys', { number: locked.number })
    expect(await newest()).toEqual({ entered: true, endReason: 'hung-up' })
  })

  for (const scenario of ['options', 'unknown-method', 'bad-require', 'malformed', 'stray'] as const) {
    it(`is answered as it should be: "${scenario}"`, async () => {
      await run(scenario)
      if (scenario !== 'malformed') await run(scenario, { transport: 'tcp' })
    })
  }
})
