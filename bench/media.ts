/**
 * What a participant costs the media plane, and how late it is: one room, everybody sending, a few talking.
 *
 * `node bench/media.ts [participants ...]`. The telephones are another process on the same machine (`media-load.ts`), whose
 * own lateness is told too: delays are never better known than that.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { silentLog } from '../src/base/log.ts'
import { systemClock } from '../src/base/clock.ts'
import { MediaEngine } from '../src/media/engine.ts'
import type { Stream } from '../src/media/stream.ts'

export type MediaBenchOptions = {
  readonly participants: number
  readonly seconds: number
  /** How many of them speak, in turns. */
  readonly talkers?: number
  readonly driver?: 'auto' | 'batched' | 'portable'
}

export type MediaBenchResult = {
  readonly participants: number
  readonly driver: string
  /** Of the media thread, microseconds per participant and second. */
  readonly cpuPerParticipantUs: number
  /** Of one core. */
  readonly cpuPercent: number
  readonly latenessP50Ms: number
  readonly latenessP99Ms: number
  readonly latenessMaxMs: number
  readonly framesCaughtUp: number
  readonly resynchronised: number
  /** Of the packets that the telephones should have got. */
  readonly lossPercent: number
  readonly concealedFrames: number
  /** From the sending of a talker's packet to the arrival of its sound at a listener. */
  readonly delayP50Ms: number
  readonly delayP99Ms: number
  readonly residentPerStreamKib: number
  readonly portPairs: number
  /** How honest the telephones were. */
  readonly load: {
    readonly latenessP50Ms: number
    readonly latenessP99Ms: number
    readonly latenessMaxMs: number
    readonly cpuPercent: number
    readonly unsent: number
  }
}

const LOAD_PORT = 9000
/** Calls that come at the same moment; the next ones when these are connected. */
const WAVE = 8

export async function runMediaBench(options: MediaBenchOptions): Promise<MediaBenchResult> {
  const { participants, seconds, talkers = 3, driver = 'auto' } = options
  const engine = new MediaEngine({
    log: silentLog,
    clock: systemClock,
    listen: [{ host: '127.0.0.1', port: 16_000 }],
    workers: 1,
    driver,
    maxDepthMs: 200,
    silenceLimitMs: 0,
  })
  await engine.start()
  const program = fileURLToPath(new URL('media-load.ts', import.meta.url))
  const load = spawn(process.execPath, [program, ...[participants, talkers, LOAD_PORT].map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const residentBefore = process.memoryUsage().rss
    const mix = engine.openMix({ label: 'bench' })
    const streams: Stream[] = []
    while (streams.length < participants) {
      const first = streams.length
      const wave = await Promise.all(
        Array.from({ length: Math.min(WAVE, participants - first) }, (_, i) => join(engine, first + i)),
      )
      const proven = Promise.all(wave.map((stream) => new Promise<void>((resolve) => stream.on('proven', () => resolve()))))
      for (const stream of wave) stream.enter(mix)
      load.stdin.write(`add ${first} ${wave.map(({ port }) => port).join(',')}\n`)
      await proven
      streams.push(...wave)
    }
    await pause(3000) // what was learnt of the lines at the start is over, and the time of the start is out of the figures
    const concealed = (): number => streams.reduce((sum, stream) => sum + stream.stats().framesConcealed, 0)
    const before = { cpuMs: engine.stats()[0]?.cpuMs ?? 0, ticks: engine.stats()[0]?.ticks ?? 0, concealed: concealed() }
    load.stdin.write('measure\n')
    const resident = process.memoryUsage().rss
    await pause(seconds * 1000)
    const [after] = engine.stats()
    if (!after) throw new Error('the engine has no worker')
    load.stdin.write('end\n')
    const [line] = (await once(createInterface({ input: load.stdout }), 'line')) as [string]
    const told = JSON.parse(line) as Record<string, number>
    const measuredSeconds = (after.ticks - before.ticks) / 50
    const cpuMs = after.cpuMs - before.cpuMs
    return {
      participants,
      driver: engine.driver,
      cpuPerParticipantUs: Math.round((cpuMs * 1000) / measuredSeconds / participants),
      cpuPercent: round(cpuMs / measuredSeconds / 10),
      latenessP50Ms: after.latenessP50Ms,
      latenessP99Ms: after.latenessP99Ms,
      latenessMaxMs: round(after.latenessMaxMs),
      framesCaughtUp: after.framesCaughtUp,
      resynchronised: after.resynchronised,
      lossPercent: round((100 * (told['gaps'] ?? 0)) / Math.max(1, (told['received'] ?? 0) + (told['gaps'] ?? 0))),
      concealedFrames: concealed() - before.concealed,
      delayP50Ms: told['delayP50Ms'] ?? 0,
      delayP99Ms: told['delayP99Ms'] ?? 0,
      residentPerStreamKib: round((resident - residentBefore) / 1024 / participants),
      portPairs: after.portPairs,
      load: {
        latenessP50Ms: told['latenessP50Ms'] ?? 0,
        latenessP99Ms: told['latenessP99Ms'] ?? 0,
        latenessMaxMs: told['latenessMaxMs'] ?? 0,
        cpuPercent: round((told['cpuMs'] ?? 0) / (seconds * 10)),
        unsent: told['unsent'] ?? 0,
      },
    }
  } finally {
    load.kill()
    await engine.close()
  }
}

async function join(engine: MediaEngine, participant: number): Promise<Stream> {
  const number = 0x10_0001 + participant
  const address = `127.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`
  const stream = await engine.openStream({ localAddress: '127.0.0.1', signallingAddress: address, label: 'bench' })
  stream.configure({
    remote: { address, port: LOAD_PORT, rtcpPort: LOAD_PORT, rtcpMux: true },
    send: { codec: 'PCMU', payloadType: 0, ptimeMs: 20 },
    receive: [{ codec: 'PCMU', payloadType: 0 }],
    telephoneEvent: 101,
    sending: true,
    receiving: true,
  })
  return stream
}

function pause(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs))
}

function round(value: number): number {
  return Number(value.toFixed(2))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const numbers = process.argv.slice(2).map(Number)
  for (const participants of numbers.length ? numbers : [100, 500, 1000]) {
    console.log(JSON.stringify(await runMediaBench({ participants, seconds: 10 })))
  }
}
