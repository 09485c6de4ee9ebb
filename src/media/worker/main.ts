/** The first module of a media worker: builds its parts and lets the network drive its loop. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../base/clock.ts'
import { bug } from '../../base/errors.ts'
import type { FromWorker, ToWorker, WorkerSetup } from '../protocol.ts'
import { Arena } from './arena.ts'
import { Attendant } from './attendant.ts'
import { BatchedNetwork } from './batched-network.ts'
import { FrameClock } from './frame-clock.ts'
import { Inbound } from './inbound.ts'
import { loadLibc, type Libc } from './libc.ts'
import { PRIO_PROCESS, SCHED_RESET_ON_FORK, SCHED_RR, systemError } from './linux-layout.ts'
import { Mixer } from './mixer.ts'
import type { Network, PacketSink } from './network.ts'
import { Orders } from './orders.ts'
import { PortableNetwork } from './portable-network.ts'
import { PortPool } from './port-pool.ts'
import { Reports } from './reports.ts'
import { Roster } from './roster.ts'
import { SourceTable } from './source-table.ts'
import { WorkerLoop } from './worker-loop.ts'

const NICE = -10
const REAL_TIME_PRIORITY = 1

const port = parentPort ?? bug('a media worker is started by the engine')
const setup = workerData as WorkerSetup
const tell = (message: FromWorker): void => port.postMessage(message)

type Chosen = { readonly network: Network; readonly driverReason: string | null; readonly priorityReason: string | null }

function chooseNetwork(arena: Arena, sink: PacketSink): Chosen {
  const { libc, reason } = setup.driver === 'portable' ? { libc: null, reason: 'the configuration asks for it' } : loadLibc()
  if (!libc) {
    return { network: new PortableNetwork({ arena, sink }), driverReason: reason, priorityReason: 'needs the batched driver' }
  }
  return { network: new BatchedNetwork({ arena, libc, sink }), driverReason: null, priorityReason: raisePriority(arena, libc) }
}

/**
 * Where the system permits it, media goes before everything else on the machine: in the real-time class a frame is 1-2 ms
 * late beside a main thread that computes, up to 50 ms in the ordinary one. @returns why not, or null
 */
function raisePriority(arena: Arena, libc: Libc): string | null {
  const at = arena.take(64)
  arena.view.setInt32(at, REAL_TIME_PRIORITY, true)
  if (libc.setScheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, libc.addressOf(arena.buffer) + at) === 0) return null
  if (libc.setPriority(PRIO_PROCESS, 0, NICE) === 0) return null
  return systemError(libc.errno(), 'setpriority').message
}

async function run(): Promise<void> {
  const arena = new Arena()
  // The network hands packets to a part that is built on it.
  let inbound: Inbound | null = null
  const sink: PacketSink = {
    received: (socket, at, size, sourceAt) => inbound?.received(socket, at, size, sourceAt),
  }
  const { network, driverReason, priorityReason } = chooseNetwork(arena, sink)
  if (setup.driver === 'batched' && network.kind !== 'batched') {
    return tell({ type: 'failed', message: driverReason ?? 'the batched driver is missing', code: 'driver-missing' })
  }
  const pool = new PortPool({ network, listen: setup.listen, time: systemClock })
  const error = await new Promise<NodeJS.ErrnoException | null>((done) => pool.open(done))
  if (error) return tell({ type: 'failed', message: error.message, code: error.code ?? 'unavailable' })

  const sources = new SourceTable()
  const clock = new FrameClock()
  const mixer = new Mixer({ arena, ended: (playback) => playback > 0 && tell({ type: 'played', playback, end: 'finished' }) })
  const roster = new Roster({ arena, pool, sources, mixer, stats: setup.stats, maxDepthMs: setup.maxDepthMs, tell })
  const reports = new Reports({ arena, network, time: systemClock, cname: setup.cname })
  const attendant = new Attendant({ setup, network, clock, pool, roster, reports, tell })
  inbound = new Inbound({
    arena, pool, sources, tell,
    streams: roster.rows,
    latched: (stream, verdict) => roster.latched(stream, verdict),
    report: (stream, at, size) => reports.hear(stream, at, size, systemClock.nowMs()),
  })
  const counters = inbound.counters
  const orders = new Orders({
    roster, mixer, tell,
    farewell: (id) => {
      const stream = roster.streams.get(id)
      if (stream) reports.sayGoodbye(stream, systemClock.nowMs())
    },
  })
  const loop = new WorkerLoop({
    arena, clock, network, inbound, mixer, orders, pool, roster,
    time: systemClock,
    wake: new Int32Array(setup.wake),
    receive: () => receiveMessageOnPort(port)?.message as ToWorker | undefined,
    attend: (stream, nowMs) => attendant.attend(stream, nowMs),
    publish: () => attendant.publish(counters),
  })
  tell({ type: 'ready', driver: network.kind, driverReason, priorityReason })
  await network.run(loop)
}

await run()
port.close()
