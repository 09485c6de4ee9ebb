/** The streams and mixes of a worker: opened, configured and closed here, with their places in the table of sources. */
import { bug } from '../../base/errors.ts'
import { isIpv4, parseAddress, unspecifiedAddress } from '../../rtp/ip-address.ts'
import {
  isGuarded, mediaTarget, openLatch, rtcpTarget, step, type LatchSetup, type LatchVerdict, type Source,
} from '../../rtp/latch.ts'
import { clearStreamFields, streamFields } from '../shared-stats.ts'
import type { FromWorker, ToWorker } from '../protocol.ts'
import type { StreamFormat } from '../format.ts'
import type { Arena } from './arena.ts'
import type { Mix, Mixer } from './mixer.ts'
import type { PortPair, PortPool } from './port-pool.ts'
import { writeSocketAddress } from './socket-address.ts'
import type { SourceTable } from './source-table.ts'
import { WorkerStream } from './worker-stream.ts'

/** In the table a stream stands under its row; this bit says that the source is only named by the SDP, not proven. */
export const NAMED = 1

type OpenOrder = Extract<ToWorker, { type: 'open' }>

export type RosterParts = {
  readonly arena: Arena
  readonly pool: PortPool
  readonly sources: SourceTable
  readonly mixer: Mixer
  readonly stats: SharedArrayBuffer
  readonly maxDepthMs: number
  readonly tell: (message: FromWorker) => void
}

export class Roster {
  /** By row. */
  readonly rows: (WorkerStream | null)[] = []
  readonly streams = new Map<number, WorkerStream>()
  readonly mixes = new Map<number, Mix>()
  readonly #parts: RosterParts
  readonly #rowOf = new Map<WorkerStream, number>()
  readonly #entered = new Map<WorkerStream, { readonly socket: number; readonly source: Source; readonly value: number }[]>()
  /** Orders to close what is still being opened. */
  readonly #unwanted = new Set<number>()
  readonly #opening = new Set<number>()

  constructor(parts: RosterParts) {
    this.#parts = parts
  }

  open(order: OpenOrder, nowMs: number): void {
    const signalling = parseAddress(order.signalling) ?? unspecifiedAddress()
    this.#opening.add(order.stream)
    this.#parts.pool.allot(order.listen, signalling, nowMs, (result) => {
      this.#opening.delete(order.stream)
      if (this.#unwanted.delete(order.stream)) return
      if (result instanceof Error) return this.#refuse(order, result)
      try {
        this.#admit(order, result, signalling)
      } catch (error) {
        this.#refuse(order, error as NodeJS.ErrnoException) // the arena is full
      }
    })
  }

  configure(stream: WorkerStream, format: StreamFormat, nowMs: number): void {
    stream.accept(format)
    stream.aliveAtMs = nowMs
    stream.silenceTold = false
    const address = parseAddress(format.remote.address)
    const rtcpPort = format.remote.rtcpMux ? format.remote.port : format.remote.rtcpPort
    const setup: LatchSetup = {
      remote: address && { address, port: format.remote.port, rtcpPort },
      signalling: stream.signalling,
      anyAddress: stream.anyAddress,
    }
    if (stream.latch) {
      const { latch, verdict } = step(stream.latch, { type: 'negotiated', setup }, nowMs)
      stream.latch = latch
      this.latched(stream, verdict)
    } else {
      stream.latch = openLatch(setup)
      this.latched(stream, 'restarted')
    }
  }

  /** After each move of a stream's latch: the table, the targets, and who may claim a strange source. */
  latched(stream: WorkerStream, verdict: LatchVerdict): void {
    const { latch } = stream
    if (!latch) return
    if (verdict === 'restarted') stream.hasSource = false
    if (verdict === 'proven' || verdict === 're-latched') stream.hasSource = true
    this.#index(stream)
    this.aim(stream)
    this.#settleClaim(stream.pair.rtp)
  }

  /** Writes down where sound and reports go now. */
  aim(stream: WorkerStream): void {
    const { latch, guardedMs } = stream
    if (!latch) return
    const { view } = this.#parts.arena
    const target = this.#reachable(stream, mediaTarget(latch, guardedMs))
    stream.hasTarget = target !== null
    if (target) writeSocketAddress(view, stream.address, target.address, target.port)
    const reports = this.#reachable(stream, rtcpTarget(latch, guardedMs))
    stream.hasRtcpTarget = reports !== null
    if (reports) writeSocketAddress(view, stream.rtcpAddress, reports.address, reports.port)
    stream.guarded = isGuarded(latch)
  }

  enter(stream: WorkerStream, mix: Mix | null): void {
    if (stream.mix === mix) return
    const before = stream.mix && this.mixes.get(stream.mix.id)
    if (before) before.members.splice(before.members.indexOf(stream), 1)
    if (mix) mix.members.push(stream)
    stream.mix = mix
  }

  close(id: number, nowMs: number): void {
    if (this.#opening.has(id)) this.#unwanted.add(id)
    const stream = this.streams.get(id)
    if (!stream) return
    if (stream.player) this.#parts.tell({ type: 'played', playback: stream.player.playback, end: 'closed' })
    this.enter(stream, null)
    this.#forget(stream)
    const pair = this.#parts.pool.pairOf(stream.pair.rtp) ?? bug('a pair with streams was closed')
    if (stream.latch?.kind === 'proven') {
      const { address, port } = stream.latch.source
      this.#parts.pool.remember(pair, { address, port, ssrc: stream.sourceSsrc }, nowMs)
    }
    pair.streams.splice(pair.streams.indexOf(stream), 1)
    this.#settleClaim(pair.rtp)
    this.streams.delete(id)
    this.rows[this.#rowOf.get(stream) as number] = null
    this.#rowOf.delete(stream)
    stream.free(this.#parts.arena)
  }

  closeMix(id: number): void {
    const mix = this.mixes.get(id)
    if (!mix) return
    for (const { playback } of mix.announcements) this.#parts.tell({ type: 'played', playback, end: 'closed' })
    for (let member = mix.members.at(-1); member; member = mix.members.at(-1)) this.enter(member, null)
    this.mixes.delete(id)
    this.#parts.mixer.closeMix(mix)
  }

  #admit(order: OpenOrder, pair: PortPair, signalling: Uint32Array): void {
    const { arena, stats, maxDepthMs, tell } = this.#parts
    const statistics = streamFields(stats, order.row)
    const { stream: id, anyAddress } = order
    const stream = new WorkerStream(arena, { id, pair, signalling, anyAddress, statistics, maxDepthMs })
    clearStreamFields(statistics)
    this.streams.set(order.stream, stream)
    this.rows[order.row] = stream
    this.#rowOf.set(stream, order.row)
    pair.streams.push(stream)
    pair.unproven ??= stream
    tell({ type: 'opened', stream: order.stream, port: pair.port })
  }

  /** The one stream of a pair that a source nobody knows may belong to. */
  #settleClaim(rtp: number): void {
    const pair = this.#parts.pool.pairOf(rtp)
    if (pair) pair.unproven = pair.streams.find(({ hasSource }) => !hasSource) ?? null
  }

  #refuse(order: OpenOrder, error: NodeJS.ErrnoException): void {
    this.#parts.tell({ type: 'refused', stream: order.stream, message: error.message, code: error.code ?? 'unavailable' })
  }

  #reachable(stream: WorkerStream, target: Source | null): Source | null {
    return target && isIpv4(target.address) === stream.pair.ipv4 ? target : null
  }

  #index(stream: WorkerStream): void {
    this.#forget(stream)
    const { latch, pair } = stream
    const row = this.#rowOf.get(stream)
    if (!latch || row === undefined) return
    const { remote } = latch.setup
    if (latch.kind === 'proven') this.#put(stream, { socket: pair.rtp, source: latch.source, value: row << 1 })
    if (remote) {
      const muxed = remote.rtcpPort === remote.port
      this.#put(stream, { socket: pair.rtp, source: remote, value: (row << 1) | NAMED })
      const reports = { address: remote.address, port: remote.rtcpPort }
      if (!muxed) this.#put(stream, { socket: pair.rtcp, source: reports, value: (row << 1) | NAMED })
    }
    if (latch.rtcp) this.#put(stream, { socket: pair.rtcp, source: latch.rtcp, value: (row << 1) | NAMED })
  }

  /** A source that is only named never displaces anybody: two calls may name the same private address. */
  #put(stream: WorkerStream, entry: { readonly socket: number; readonly source: Source; readonly value: number }): void {
    const { socket, source, value } = entry
    const { sources } = this.#parts
    if (value & NAMED && sources.find(socket, source.address, source.port) >= 0) return
    sources.put(socket, source.address, source.port, value)
    const list = this.#entered.get(stream)
    if (list) list.push(entry)
    else this.#entered.set(stream, [entry])
  }

  #forget(stream: WorkerStream): void {
    for (const { socket, source, value } of this.#entered.get(stream) ?? []) {
      this.#parts.sources.remove(socket, source.address, source.port, value)
    }
    this.#entered.delete(stream)
  }
}
