/**
 * Pairs of ports (even RTP, odd RTCP), each shared by many calls.
 *
 * A call is given a pair on which no other call is still unproven and which no recently ended call of the same address used:
 * an unknown source on a port can then mean at most one call. When there is no such pair the pool grows; pairs that stood
 * empty for a while go again.
 */
import type { Clock } from '../../base/clock.ts'
import { isIpv4, parseAddress, sameAddress, type IpAddress } from '../../rtp/ip-address.ts'
import type { ListenAddress } from '../protocol.ts'
import type { Network } from './network.ts'
import type { StreamPorts, WorkerStream } from './worker-stream.ts'

/** Pairs of each listen address that stay open always. */
const KEPT_PAIRS = 8
/** Beyond this many pairs, an address whose earlier call ended a moment ago no longer makes the pool grow. */
const MODEST_PAIRS = 64
const MOST_PAIRS = 2048
const EMPTY_LIMIT_MS = 60_000
/** How long a call's source is remembered after its end. */
const ENDED_MEMORY_MS = 60_000
const ENDED_MOST = 512

/** Where a call that ended on a pair was sending from. */
export type EndedSource = { readonly address: IpAddress; readonly port: number; readonly ssrc: number; readonly untilMs: number }

export type PortPair = StreamPorts & {
  /** Which of the listen addresses. */
  readonly listen: number
  readonly streams: WorkerStream[]
  unproven: WorkerStream | null
  ended: EndedSource[]
  emptySinceMs: number
}

export class PortPool {
  readonly #network: Network
  readonly #time: Clock
  readonly #listen: readonly ListenAddress[]
  readonly #pairs: PortPair[] = []
  readonly #bySocket: (PortPair | null)[] = []
  /** Next port to try, by listen address. */
  readonly #next: number[]

  constructor(parts: { readonly network: Network; readonly listen: readonly ListenAddress[]; readonly time: Clock }) {
    this.#network = parts.network
    this.#time = parts.time
    this.#listen = parts.listen
    this.#next = parts.listen.map(({ port }) => port + (port & 1))
  }

  get pairs(): readonly PortPair[] {
    return this.#pairs
  }

  pairOf(socket: number): PortPair | null {
    return this.#bySocket[socket] ?? null
  }

  /** Opens the pairs that are always there; `done` gets the first error if one address has none at all. */
  open(done: (error: NodeJS.ErrnoException | null) => void): void {
    const fill = (listen: number, count: number): void => {
      if (listen === this.#listen.length) return done(null)
      if (count === KEPT_PAIRS) return fill(listen + 1, 0)
      this.#grow(listen, (result) => {
        if (result instanceof Error) return count === 0 ? done(result) : fill(listen + 1, 0)
        fill(listen, count + 1)
      })
    }
    fill(0, 0)
  }

  /** The pair for a call whose signalling comes from `remote`. */
  allot(listen: number, remote: IpAddress, nowMs: number, done: (result: PortPair | NodeJS.ErrnoException) => void): void {
    let best: PortPair | null = null
    let second: PortPair | null = null
    let count = 0
    for (const pair of this.#pairs) {
      if (pair.listen !== listen) continue
      count++
      if (pair.unproven) continue
      if (recentlyUsed(pair, remote, nowMs)) second = emptier(second, pair)
      else best = emptier(best, pair)
    }
    if (best) return done(best)
    if (second && count >= MODEST_PAIRS) return done(second)
    if (count >= MOST_PAIRS) {
      return done(second ?? Object.assign(new Error(`all ${count} port pairs are taken`), { code: 'EMFILE' }))
    }
    this.#grow(listen, (result) => done(result instanceof Error && second ? second : result))
  }

  /** Remembers where a call that ended was sending from. */
  remember(pair: PortPair, source: Omit<EndedSource, 'untilMs'>, nowMs: number): void {
    pair.ended.push({ ...source, untilMs: nowMs + ENDED_MEMORY_MS })
    if (pair.ended.length > ENDED_MOST) pair.ended.shift()
  }

  /** Whether a packet is one of a call that ended here. RTCP comes from another port of the same sender. */
  isOfEnded(pair: PortPair, address: IpAddress, port: number, ssrc: number, rtcp: boolean): boolean {
    for (const ended of pair.ended) {
      if (ended.ssrc === ssrc && (rtcp || ended.port === port) && sameAddress(ended.address, address)) return true
    }
    return false
  }

  /** Forgets what is over; closes pairs that stood empty. Called about once per second. */
  prune(nowMs: number): void {
    const kept: number[] = this.#listen.map(() => 0)
    for (let i = 0; i < this.#pairs.length; i++) {
      const pair = this.#pairs[i] as PortPair
      if (pair.ended.length > 0 && (pair.ended[0] as EndedSource).untilMs <= nowMs) {
        pair.ended = pair.ended.filter(({ untilMs }) => untilMs > nowMs)
      }
      if (pair.streams.length > 0) pair.emptySinceMs = nowMs
      const number = (kept[pair.listen] as number) + 1
      kept[pair.listen] = number
      if (number <= KEPT_PAIRS || pair.ended.length > 0 || nowMs - pair.emptySinceMs < EMPTY_LIMIT_MS) continue
      this.#network.close(pair.rtp)
      this.#network.close(pair.rtcp)
      this.#bySocket[pair.rtp] = null
      this.#bySocket[pair.rtcp] = null
      this.#next[pair.listen] = Math.min(this.#next[pair.listen] as number, pair.port)
      this.#pairs.splice(i--, 1)
    }
  }

  #grow(listen: number, done: (result: PortPair | NodeJS.ErrnoException) => void): void {
    const { host } = this.#listen[listen] as ListenAddress
    const port = this.#nextPort(listen)
    if (port > 65534) {
      this.#next[listen] = (this.#listen[listen] as ListenAddress).port
      return done(Object.assign(new Error(`no free port pair above ${this.#listen[listen]?.port}`), { code: 'EADDRINUSE' }))
    }
    this.#network.open(host, port, (rtp) => {
      if (rtp instanceof Error) return rtp.code === 'EADDRINUSE' ? this.#grow(listen, done) : done(rtp)
      this.#network.open(host, port + 1, (rtcp) => {
        if (rtcp instanceof Error) {
          this.#network.close(rtp)
          return rtcp.code === 'EADDRINUSE' ? this.#grow(listen, done) : done(rtcp)
        }
        const address = parseAddress(host)
        const pair: PortPair = {
          listen, port, rtp, rtcp,
          ipv4: address !== null && isIpv4(address),
          streams: [], unproven: null, ended: [], emptySinceMs: this.#time.nowMs(),
        }
        this.#pairs.push(pair)
        this.#bySocket[rtp] = pair
        this.#bySocket[rtcp] = pair
        done(pair)
      })
    })
  }

  #nextPort(listen: number): number {
    let port = this.#next[listen] as number
    while (this.#pairs.some((pair) => pair.listen === listen && pair.port === port)) port += 2
    this.#next[listen] = port + 2
    return port
  }
}

function recentlyUsed(pair: PortPair, remote: IpAddress, nowMs: number): boolean {
  return pair.ended.some(({ address, untilMs }) => untilMs > nowMs && sameAddress(address, remote))
}

function emptier(a: PortPair | null, b: PortPair): PortPair {
  return a && a.streams.length <= b.streams.length ? a : b
}
