/**
 * The telephones of `media.ts`, in a process of their own: many sources behind one socket, each with an address of its own
 * in 127.16.0.0/12 (IP_PKTINFO). Each sends a packet every 20 ms, at a moment of its own within the frame.
 *
 * Talkers speak in bursts, one after another; a listener's first loud packet tells how long sound took. Reads `add <first>
 * <port,port,...>`, `measure` and `end` lines; writes one line of JSON at the end.
 */
import { createInterface } from 'node:readline'
import { Arena } from '../src/media/worker/arena.ts'
import { loadLibc } from '../src/media/worker/libc.ts'
import {
  CLOCK_MONOTONIC, EAGAIN, EINTR, IOVEC_BYTES, MESSAGE_BYTES, MESSAGE_IOV_AT, MESSAGE_IOV_COUNT_AT, MESSAGE_NAME_AT,
  MESSAGE_NAME_BYTES_AT, MSG_DONTWAIT, SCHED_RR, SOCK_DGRAM, SOCK_NONBLOCK, SOL_SOCKET, SO_RCVBUF, SO_RCVBUFFORCE, SO_SNDBUF,
  SO_SNDBUFFORCE,
} from '../src/media/worker/linux-layout.ts'
import { IPV4_BYTES, writeSocketAddress } from '../src/media/worker/socket-address.ts'
import { parseAddress, unspecifiedAddress } from '../src/rtp/ip-address.ts'

const [participants = 0, talkers = 0, port = 0] = process.argv.slice(2).map(Number)
const PHASES = 20
const PACKET_BYTES = 172
const SLOT_BYTES = 192
const BATCH = 512
const IP_PKTINFO = 8
const CONTROL_BYTES = 32
const MESSAGE_CONTROL_AT = 32
const MESSAGE_CONTROL_BYTES_AT = 40
const BURST_EVERY = 60
const BURST_FRAMES = 10

const { libc, reason } = loadLibc()
if (!libc) throw new Error(reason)
const arena = new Arena()
const { view, bytes } = arena
const base = libc.addressOf(arena.buffer)
const pointer = (at: number, to: number): void => view.setBigUint64(at, BigInt(base + to), true)
const scratch = arena.take(64)

const fd = libc.socket(2, SOCK_DGRAM | SOCK_NONBLOCK, 0)
const option = (name: number, value: number): number => {
  view.setInt32(scratch, value, true)
  return libc.setsockopt(fd, SOL_SOCKET, name, base + scratch, 4)
}
if (option(SO_RCVBUFFORCE, 32 << 20) < 0) option(SO_RCVBUF, 4 << 20)
if (option(SO_SNDBUFFORCE, 32 << 20) < 0) option(SO_SNDBUF, 4 << 20)
const any = unspecifiedAddress()
any[2] = 0xffff
writeSocketAddress(view, scratch, any, port)
if (libc.bind(fd, base + scratch, IPV4_BYTES) < 0) throw new Error(`bind ${port}: errno ${libc.errno()}`)

// Participants of one phase lie together: their packets are one system call.
const perPhase = Math.ceil(participants / PHASES)
const placeOf = (participant: number): number => (participant % PHASES) * perPhase + Math.floor(participant / PHASES)
const places = perPhase * PHASES
const messages = arena.take(places * MESSAGE_BYTES)
const vectors = arena.take(places * IOVEC_BYTES)
const packets = arena.take(places * SLOT_BYTES)
const names = arena.take(places * 32)
const controls = arena.take(places * CONTROL_BYTES)
const target = parseAddress('127.0.0.1') ?? any
const active = new Int32Array(PHASES)

function add(participant: number, toPort: number): void {
  const place = placeOf(participant)
  const message = messages + place * MESSAGE_BYTES
  const vector = vectors + place * IOVEC_BYTES
  const packet = packets + place * SLOT_BYTES
  const name = names + place * 32
  const control = controls + place * CONTROL_BYTES
  writeSocketAddress(view, name, target, toPort)
  pointer(message + MESSAGE_NAME_AT, name)
  view.setUint32(message + MESSAGE_NAME_BYTES_AT, IPV4_BYTES, true)
  pointer(message + MESSAGE_IOV_AT, vector)
  view.setUint32(message + MESSAGE_IOV_COUNT_AT, 1, true)
  pointer(message + MESSAGE_CONTROL_AT, control)
  view.setUint32(message + MESSAGE_CONTROL_BYTES_AT, CONTROL_BYTES, true)
  pointer(vector, packet)
  view.setUint32(vector + 8, PACKET_BYTES, true)
  view.setUint32(control, 28, true)
  view.setUint32(control + 8, 0, true)
  view.setUint32(control + 12, IP_PKTINFO, true)
  view.setUint32(control + 20, 0x7f100001 + participant)
  view.setUint16(packet, 0x8000)
  view.setUint32(packet + 8, 0x10000 + participant)
  bytes.fill(0xff, packet + 12, packet + PACKET_BYTES)
  const phase = participant % PHASES
  active[phase] = Math.max(active[phase] as number, Math.floor(participant / PHASES) + 1)
}

// Receiving.
const inMessages = arena.take(BATCH * MESSAGE_BYTES)
const inVectors = arena.take(BATCH * IOVEC_BYTES)
const inPackets = arena.take(BATCH * 256)
for (let i = 0; i < BATCH; i++) {
  pointer(inMessages + i * MESSAGE_BYTES + MESSAGE_IOV_AT, inVectors + i * IOVEC_BYTES)
  view.setUint32(inMessages + i * MESSAGE_BYTES + MESSAGE_IOV_COUNT_AT, 1, true)
  pointer(inVectors + i * IOVEC_BYTES, inPackets + i * 256)
  view.setUint32(inVectors + i * IOVEC_BYTES + 8, 256, true)
}

type Heard = { sequence: number; atMs: number; loud: boolean }
const heard = new Map<number, Heard>()
let measuring = false
let sent = 0
let received = 0
let gaps = 0
let unsent = 0
/** When the packet with the beginning of the newest burst was sent. */
let burstAtMs = 0
const delays: number[] = []
const intervals: number[] = []
const lateness: number[] = []
const perTalker = Math.floor(BURST_EVERY / Math.max(1, Math.min(3, talkers)))
const loud = Uint8Array.from({ length: 160 }, (_, i) => (i % 8 < 4 ? 0x90 : 0x10))

function speak(participant: number, frame: number): void {
  const packet = packets + placeOf(participant) * SLOT_BYTES
  const at = (frame + ((participant / 7) % 3) * perTalker) % BURST_EVERY
  if (at === 0) bytes.set(loud, packet + 12)
  else if (at === BURST_FRAMES) bytes.fill(0xff, packet + 12, packet + PACKET_BYTES)
}

function sendPhase(phase: number, frame: number): void {
  const count = active[phase] as number
  const first = phase * perPhase
  for (let i = 0; i < count; i++) {
    const packet = packets + (first + i) * SLOT_BYTES
    view.setUint16(packet + 2, frame)
    view.setUint32(packet + 4, frame * 160)
    const participant = i * PHASES + phase
    // Every seventh, so that talkers speak at different moments of the frame.
    if (participant % 7 === 0 && participant < talkers * 7) {
      speak(participant, frame)
      if ((frame + ((participant / 7) % 3) * perTalker) % BURST_EVERY === 0) burstAtMs = performance.now()
    }
  }
  let done = 0
  while (done < count) {
    const result = libc?.sendmmsg(fd, base + messages + (first + done) * MESSAGE_BYTES, count - done, MSG_DONTWAIT) ?? 0
    if (result > 0) done += result
    else if (libc?.errno() !== EINTR) {
      unsent += count - done
      break
    }
  }
  if (measuring) sent += done
}

function receive(): void {
  for (;;) {
    const count = libc?.recvmmsg(fd, base + inMessages, BATCH, MSG_DONTWAIT, 0) ?? 0
    if (count <= 0) {
      if (count < 0 && libc?.errno() !== EAGAIN) throw new Error(`recvmmsg: errno ${libc?.errno()}`)
      return
    }
    const now = performance.now()
    for (let i = 0; i < count; i++) {
      const packet = inPackets + i * 256
      if (view.getUint8(packet + 1) >= 200) continue
      const ssrc = view.getUint32(packet + 8)
      const sequence = view.getUint16(packet + 2)
      const isLoud = bytes[packet + 100] !== 0xff
      const before = heard.get(ssrc)
      if (!before) {
        heard.set(ssrc, { sequence, atMs: now, loud: isLoud })
        continue
      }
      if (measuring) {
        received++
        gaps += ((sequence - before.sequence - 1) << 16) >> 16
        if (received % 16 === 0) intervals.push(Math.abs(now - before.atMs - 20))
        if (isLoud && !before.loud && burstAtMs > 0 && now - burstAtMs < 300) delays.push(now - burstAtMs)
      }
      before.sequence = sequence
      before.atMs = now
      before.loud = isLoud
    }
    if (count < BATCH) return
  }
}

let ending = false
createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, first = '0', ports = ''] = line.split(' ')
  if (word === 'add') ports.split(',').forEach((toPort, i) => add(Number(first) + i, Number(toPort)))
  else if (word === 'measure') measuring = true
  else if (word === 'end') ending = true
})

const percentile = (values: number[], fraction: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? 0).toFixed(2))
}

const startMs = performance.now()
let step = 0
libc.control(29, 1000, 0, 0, 0)
// Late telephones would be measured as a late server.
view.setInt32(scratch, 1, true)
libc.setScheduler(0, SCHED_RR, base + scratch)
while (!ending) {
  const dueMs = startMs + step
  for (let left = dueMs - performance.now(); left > 0.02; left = dueMs - performance.now()) {
    view.setBigUint64(scratch, 0n, true)
    view.setBigUint64(scratch + 8, BigInt(Math.floor(left * 1e6)), true)
    libc.sleep(CLOCK_MONOTONIC, 0, base + scratch, 0)
  }
  if (measuring) lateness.push(performance.now() - dueMs)
  sendPhase(step % PHASES, Math.floor(step / PHASES))
  receive()
  step++
  if (step % PHASES === 0) await new Promise((resolve) => setImmediate(resolve))
}
process.stdout.write(`${JSON.stringify({
  sent, received, gaps, unsent,
  delayP50Ms: percentile(delays, 0.5), delayP99Ms: percentile(delays, 0.99), delays: delays.length,
  intervalErrorP50Ms: percentile(intervals, 0.5), intervalErrorP99Ms: percentile(intervals, 0.99),
  latenessP50Ms: percentile(lateness, 0.5), latenessP99Ms: percentile(lateness, 0.99), latenessMaxMs: percentile(lateness, 1),
  cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000,
})}\n`)
process.exit(0)
