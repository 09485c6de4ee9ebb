import { describe, it, expect } from 'vitest'
import {
  DUPLICATE, JITTER_CAPACITY, KEEP, LATE, adjustedSamples, createJitterBuffer, cursorPosition, depthSamples, finishFrame,
  hasSurplus, insertPacket, isFlowing, jumpFrames, restartJitterBuffer, runLength, skipFrame, surplusStep,
} from './jitter-buffer.ts'

const FRAME = 160

type Packet = { readonly atMs: number; readonly sequence: number; readonly timestamp: number; readonly samples: number }

type Outcome = {
  /** Per tick: media time of the first sample played minus the tick's time, ms; null when nothing was there. */
  readonly delaysMs: (number | null)[]
  missing: number
  partial: number
  late: number
  duplicate: number
  /** Samples played that were not what belonged there. */
  wrong: number
  deepest: number
  readonly adjusted: number
}

/** Plays packets whose samples carry their own media time; ticks come each 20 ms, `phaseMs` after the first packet. */
type PlayOptions = { readonly maxDepthMs?: number; readonly phaseMs?: number; readonly loud?: boolean }

function play(packets: readonly Packet[], options: PlayOptions = {}): Outcome {
  const { maxDepthMs = 200, phaseMs = 10, loud = true } = options
  const buffer = createJitterBuffer({ maxDepthMs, frameSamples: FRAME })
  const ring = new Float64Array(JITTER_CAPACITY).fill(Number.NaN)
  const outcome = { delaysMs: [] as (number | null)[], missing: 0, partial: 0, late: 0, duplicate: 0, wrong: 0, deepest: 0 }
  const sorted = packets.toSorted((a, b) => a.atMs - b.atMs)
  const first = sorted[0] as Packet
  const zero = first.timestamp
  const endMs = (sorted.at(-1) as Packet).atMs + 100
  let next = 0
  for (let tickMs = first.atMs + phaseMs; tickMs < endMs; tickMs += 20) {
    for (; next < sorted.length && (sorted[next] as Packet).atMs <= tickMs; next++) {
      const { atMs, sequence, timestamp, samples } = sorted[next] as Packet
      const position = insertPacket(buffer, sequence & 0xffff, timestamp, samples, (tickMs - atMs) * 8)
      if (position === LATE) outcome.late++
      else if (position === DUPLICATE) outcome.duplicate++
      else for (let i = 0; i < samples; i++) ring[(position + i) & (JITTER_CAPACITY - 1)] = ((timestamp - zero) | 0) + i
    }
    if (hasSurplus(buffer) && surplusStep(buffer, !loud) !== KEEP) skipFrame(buffer)
    outcome.deepest = Math.max(outcome.deepest, depthSamples(buffer))
    let some = false
    let firstMedia: number | null = null
    let missing = 0
    for (let offset = 0; offset < FRAME; ) {
      const run = runLength(buffer, offset)
      if (run > 0) {
        some = true
        const start = ring[(cursorPosition(buffer) + offset) & (JITTER_CAPACITY - 1)] as number
        firstMedia ??= start - offset
        for (let i = 0; i < run; i++) {
          if (ring[(cursorPosition(buffer) + offset + i) & (JITTER_CAPACITY - 1)] !== start + i) outcome.wrong++
        }
      } else {
        missing -= run
      }
      offset += Math.abs(run)
    }
    if (isFlowing(buffer)) {
      if (missing === FRAME) outcome.missing++
      else if (missing > 0) outcome.partial++
    }
    outcome.delaysMs.push(firstMedia === null ? null : tickMs - first.atMs - firstMedia / 8)
    finishFrame(buffer, some)
  }
  return { ...outcome, adjusted: adjustedSamples(buffer) }
}

type Line = {
  readonly count: number
  readonly ptimeMs?: number
  readonly delayMs?: (index: number) => number
  readonly startSequence?: number
  readonly startTimestamp?: number
  /** Length of a sender's millisecond in ours. */
  readonly drift?: number
}

function line({ count, ptimeMs = 20, delayMs = () => 0, startSequence = 100, startTimestamp = 5000, drift = 1 }: Line): Packet[] {
  const packets: Packet[] = []
  for (let i = 0; i < count; i++) {
    packets.push({
      atMs: i * ptimeMs * drift + delayMs(i),
      sequence: startSequence + i,
      timestamp: (startTimestamp + i * ptimeMs * 8) >>> 0,
      samples: ptimeMs * 8,
    })
  }
  return packets
}

function random(seed: number): () => number {
  console.log(`seed ${seed}`)
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const last = (outcome: Outcome, count = 50) => outcome.delaysMs.slice(-count - 6, -6).filter((delay) => delay !== null)
const most = (values: readonly (number | null)[]) => Math.max(...values.map((value) => value ?? 0))

describe('a clean line', () => {
  it.each([0.1, 3, 10, 19.9])('keeps no frame in reserve, whatever the phase (tick %s ms after the packet)', (phaseMs) => {
    const outcome = play(line({ count: 500 }), { phaseMs })
    expect(outcome.missing).toBeLessThanOrEqual(5) // the end of the line
    expect(outcome.wrong).toBe(0)
    expect(outcome.late).toBe(0)
    for (const delay of last(outcome)) expect(delay).toBeCloseTo(phaseMs, 5)
  })

  it.each([10, 20, 30, 40, 60])('is played whole with packets of %s ms, sequence and timestamp wrapping', (ptimeMs) => {
    const outcome = play(line({ count: 600, ptimeMs, startSequence: 65300, startTimestamp: 0xffff0000 }), { phaseMs: 7 })
    expect(outcome.wrong).toBe(0)
    expect(outcome.partial).toBeLessThanOrEqual(2) // the beginning and the end
    expect(outcome.late).toBe(0)
    expect(most(last(outcome))).toBeLessThan(ptimeMs + 20)
  })

  it('is played whole when the packet length changes and when lengths are odd', () => {
    const packets: Packet[] = []
    let timestamp = 0
    for (let i = 0; i < 400; i++) {
      const samples = [80, 160, 240, 100, 300, 13][i % 6] as number
      packets.push({ atMs: timestamp / 8, sequence: i, timestamp, samples })
      timestamp += samples
    }
    const outcome = play(packets, { phaseMs: 3 })
    expect(outcome.wrong).toBe(0)
    expect(outcome.late).toBe(0)
    expect(outcome.missing + outcome.partial).toBeLessThanOrEqual(12) // until it has learnt of the longest packet, and the end
    expect(most(last(outcome))).toBeLessThan(80)
  })
})

describe('loss and disorder', () => {
  it('a lost packet is one missing frame, and nothing else moves', () => {
    const outcome = play(line({ count: 300 }).filter((_, i) => i % 50 !== 25))
    expect(outcome.missing).toBe(6 + 4)
    expect(outcome.wrong).toBe(0)
    for (const delay of last(outcome)) expect(delay).toBeCloseTo(10, 5)
  })

  it('a repeated packet is counted and changes nothing', () => {
    const packets = line({ count: 100 })
    const outcome = play([...packets, ...packets.map((packet) => ({ ...packet, atMs: packet.atMs + 1 }))])
    expect(outcome.duplicate).toBe(100)
    expect(outcome.wrong).toBe(0)
    for (const delay of last(outcome)) expect(delay).toBeCloseTo(10, 5)
  })

  it('packets that overtake one another within the depth are put in order', () => {
    const outcome = play(line({ count: 400, delayMs: (i) => (i % 10 === 5 ? 28 : 0) }))
    expect(outcome.wrong).toBe(0)
    expect(outcome.late).toBeLessThanOrEqual(3)
    expect(outcome.missing).toBeLessThanOrEqual(8)
  })

  it('a single straggler does not cost everybody a frame of delay', () => {
    const outcome = play(line({ count: 600, delayMs: (i) => (i === 300 ? 70 : 0) }))
    expect(outcome.late).toBe(1)
    for (const delay of last(outcome)) expect(delay).toBeCloseTo(10, 5)
  })
})

describe('jitter', () => {
  it('is followed: more depth while it lasts, and less when it is over', () => {
    const next = random(20260102)
    const jittery = line({ count: 3000, delayMs: (i) => (i > 500 && i < 1500 ? next() * 55 : 0) })
    const outcome = play(jittery, { phaseMs: 5 })
    const at = (index: number) => outcome.delaysMs[index] ?? 0
    expect(at(400)).toBeCloseTo(5, 5)
    expect(at(1400)).toBeGreaterThan(40)
    expect(at(1400)).toBeLessThan(90)
    expect(at(2900)).toBeCloseTo(5, 5)
    expect(outcome.late + outcome.missing).toBeLessThan(40)
    expect(outcome.wrong).toBe(0)
  })

  it.each([1, 2, 3, 4, 5])('of any shape never makes it hold more than the cap (run %s)', (run) => {
    const next = random(777 + run)
    const delayMs = (): number => (next() < 0.05 ? next() * 900 : next() * next() * 150)
    const wild = line({ count: 2000, delayMs }).filter(() => next() > 0.03)
    const outcome = play(wild, { maxDepthMs: 120 })
    expect(outcome.deepest).toBeLessThanOrEqual((120 + 20) * 8)
    expect(outcome.wrong).toBe(0)
  })

  it('of a line that delivers in clumps of three is bridged', () => {
    const outcome = play(line({ count: 1500, delayMs: (i) => (2 - (i % 3)) * 20 }))
    expect(outcome.missing).toBeLessThan(10)
    expect(most(last(outcome))).toBeLessThanOrEqual(70)
  })
})

describe('clocks that differ', () => {
  it.each([0.9999, 1.0001, 0.999, 1.001])('never run away (the sender at %s)', (drift) => {
    const outcome = play(line({ count: 30_000, drift }), { phaseMs: 10 })
    // Delay against the sender's own clock: the drift itself is not delay.
    const lastDelay = last(outcome).at(-1) ?? 0
    const driftedMs = 30_000 * 20 * (drift - 1)
    expect(lastDelay - driftedMs).toBeLessThan(45)
    expect(lastDelay - driftedMs).toBeGreaterThan(-5)
    // Each frame of drift is learnt by three late packets at most.
    expect(outcome.missing).toBeLessThanOrEqual((3 * Math.abs(driftedMs)) / 20 + 8)
    expect(outcome.late).toBeLessThanOrEqual(Math.abs(driftedMs) / 5 + 5)
    expect(outcome.deepest).toBeLessThan(500)
  })
})

describe('breaks', () => {
  it('a pause of the sender (timestamp running on) is followed without more delay', () => {
    const packets = line({ count: 600 }).filter((_, i) => i < 200 || i > 400)
    const outcome = play(packets)
    for (const delay of last(outcome)) expect(delay).toBeCloseTo(10, 5)
    expect(outcome.late).toBe(0)
  })

  it('a pause after which the timestamp goes on where it stood begins anew', () => {
    const packets = line({ count: 400 }).map((packet, i) => (i < 200 ? packet : { ...packet, atMs: packet.atMs + 3000 }))
    const outcome = play(packets)
    for (const delay of last(outcome)) expect(delay).toBeCloseTo(3010, 5)
    expect(outcome.late).toBe(0)
  })

  it.each([100_000, -100_000, 3000, -3000, 0x70000000])('a timestamp that jumps by %s is followed', (jump) => {
    const packets = line({ count: 400 }).map((packet, i) =>
      i < 200 ? packet : { ...packet, timestamp: (packet.timestamp + jump) >>> 0 },
    )
    const outcome = play(packets)
    expect(outcome.late).toBeLessThan(8)
    const expected = 10 - ((jump | 0) / 8)
    for (const delay of last(outcome)) expect(Math.abs((delay ?? 0) - expected)).toBeLessThan(45)
  })

  it('a jam on the line costs the sound of that time, not delay ever after', () => {
    const outcome = play(line({ count: 1500, delayMs: (i) => (i >= 500 && i < 520 ? (520 - i) * 20 : 0) }))
    for (const delay of last(outcome)) expect(delay).toBeLessThanOrEqual(31)
    expect(outcome.wrong).toBe(0)
  })

  it('a line that becomes longer for good is followed', () => {
    const outcome = play(line({ count: 1000, delayMs: (i) => (i > 500 ? 400 : 0) }))
    for (const delay of last(outcome)) expect(delay).toBeLessThanOrEqual(431)
    expect(outcome.late).toBeLessThan(12)
  })

  it('a line that becomes shorter for good is followed', () => {
    const outcome = play(line({ count: 2000, delayMs: (i) => (i > 500 ? 0 : 100) }))
    for (const delay of last(outcome)) expect(delay).toBeLessThanOrEqual(-100 + 31)
  })

  it('a new source begins anew with what is known of the line', () => {
    const buffer = createJitterBuffer({ maxDepthMs: 200, frameSamples: FRAME })
    expect(insertPacket(buffer, 10, 1000, FRAME, 40)).toBeGreaterThanOrEqual(0)
    restartJitterBuffer(buffer)
    expect(isFlowing(buffer)).toBe(false)
    expect(insertPacket(buffer, 10, 0x80001000, FRAME, 40)).toBeGreaterThanOrEqual(0)
    expect(runLength(buffer, 0)).toBe(FRAME)
  })

  it('frames that the clock left out are left out of every stream', () => {
    const buffer = createJitterBuffer({ maxDepthMs: 200, frameSamples: FRAME })
    for (let i = 0; i < 5; i++) insertPacket(buffer, i, i * FRAME, FRAME, 40)
    jumpFrames(buffer, 4)
    expect(runLength(buffer, 0)).toBe(FRAME)
    finishFrame(buffer, true)
    expect(runLength(buffer, 0)).toBe(-FRAME)
  })
})

describe('a pause', () => {
  it.each([3, 6, 20, 40])('of %s frames ends with the first packet after it', (frames) => {
    const buffer = createJitterBuffer({ maxDepthMs: 200, frameSamples: FRAME })
    let flowing: boolean[] = []
    for (let tick = 0; tick < 100; tick++) {
      if (tick < 30 || tick >= 30 + frames) insertPacket(buffer, tick, tick * FRAME, FRAME, 80)
      flowing = [...flowing, isFlowing(buffer)]
      if (tick >= 30 + frames) expect(runLength(buffer, 0)).toBe(FRAME)
      finishFrame(buffer, runLength(buffer, 0) > 0)
    }
    expect(flowing.slice(30 + frames).every(Boolean)).toBe(true)
    expect(flowing.slice(36, 30 + frames).some(Boolean)).toBe(false)
  })
})

describe('random packets', () => {
  it('never lead outside the ring and never hold more than the cap', () => {
    const next = random(31337)
    const buffer = createJitterBuffer({ maxDepthMs: 200, frameSamples: FRAME })
    for (let i = 0; i < 200_000; i++) {
      const timestamp = Math.floor(next() * 2 ** (1 + Math.floor(next() * 32)))
      const samples = 1 + Math.floor(next() * 800)
      const position = insertPacket(buffer, Math.floor(next() * 65536), timestamp, samples, next() * 160)
      if (position >= 0) expect(position).toBeLessThan(JITTER_CAPACITY)
      else expect([LATE, DUPLICATE]).toContain(position)
      expect(depthSamples(buffer)).toBeLessThanOrEqual(1600 + 2 * 800 + FRAME)
      if (next() < 0.3) {
        if (hasSurplus(buffer) && surplusStep(buffer, next() < 0.5) !== KEEP) skipFrame(buffer)
        finishFrame(buffer, runLength(buffer, 0) > 0)
      }
    }
  })
})
