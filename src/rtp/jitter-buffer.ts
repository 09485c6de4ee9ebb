/**
 * Evens out the arrival of one stream's packets: samples are stored by timestamp and taken by the clock.
 *
 * It decides places and times only; the samples themselves lie with the caller in a ring of JITTER_CAPACITY samples, so that
 * any code whose samples can be addressed one by one fits, with any packet length, also mixed ones.
 *
 * Each tick takes `count` samples at the *cursor*. What matters of a packet is its *slack*: how long before the tick that
 * needs its first sample it came. Without jitter all slacks are alike, somewhere between nothing and one frame, according
 * to the phase of the sender; then no frame is kept in reserve at all.
 *
 * | seen | done |
 * |---|---|
 * | several packets late in a window | the cursor goes back by what was missing: more depth, up to the cap |
 * | every packet of two windows more than a frame early | frames are dropped: silent ones, else cross-faded |
 * | more waiting than the cap | the oldest is dropped at once |
 * | nothing came for a while, or all is late or far ahead | the next packet begins anew, as deep as the jitter asks for |
 *
 * Time is counted in samples as the clock goes (8 per ms), not in media time. Everything lies in flat arrays made at join.
 */

/** Samples of the caller's ring; a power of two. */
export const JITTER_CAPACITY = 4096
const POSITION_MASK = JITTER_CAPACITY - 1

/** Presence is known per block of samples. */
const BLOCK = 16
const BLOCK_SHIFT = 4
const BLOCKS_MASK = JITTER_CAPACITY / BLOCK - 1
const COUNT_BITS = 5
const BLOCK_NUMBER_MASK = 0x3ffffff

const SEEN_MASK = 63

/** Ticks per window of observation (2 s). */
const WINDOW_TICKS = 100
/** A window in which fewer packets than this were late teaches nothing: a stray packet is not worth a frame of delay. */
const LATE_LIMIT = 3
/** In the beginning there is nothing to lose by learning fast. */
const YOUNG_PACKETS = 100
/** Slack that must remain when a frame is dropped: 2 ms. */
const MARGIN = 16
/** Ticks without a single sample after which nothing flows any more. */
const STARVING_TICKS = 5
/** Ticks without a single sample after which the next packet begins anew. */
const FORGOTTEN_TICKS = 25
/** When nothing but late packets came for this many ticks, time itself has moved (a burst after a jam comes within one). */
const LATE_RUN_TICKS = 4
/** Ticks that a drop waits for a silent frame. */
const PATIENCE_TICKS = 50

/** Answers of {@link insertPacket} that are no position. */
export const LATE = -1
export const DUPLICATE = -2

export type JitterBuffer = {
  /** Numbers by the places below. */
  readonly state: Float64Array
  /** Per block of the ring: its number and how many of its samples are there. */
  readonly blocks: Int32Array
  /** Sequence number + 1 of recent packets, by its low bits. */
  readonly seen: Int32Array
  readonly maxDepth: number
}

const STARTED = 0
const BASE = 1 // timestamp of position 0
const CURSOR = 2 // next position to take
const END = 3 // behind the last sample that came
const COUNT = 4 // samples per tick
const STARVED = 5 // ticks without any sample
const WINDOW_TICK = 6
const TICK = 7
const LATE_SINCE = 8 // tick of the first of an unbroken run of late packets; -1: none
const PACKETS = 9
const LATE_IN_WINDOW = 10
const LOW_1 = 11 // the three smallest slacks of the window, ascending
const LOW_2 = 12
const LOW_3 = 13
const HIGH = 14 // the largest
const SURPLUS = 15 // samples to be dropped
const LOW_BEFORE = 16 // smallest of the window before
const SPAN = 17 // jitter of the window before: largest slack minus smallest but two
const PATIENCE = 18
const DROPPED = 19 // samples, in all
const INSERTED = 20
const FIELDS = 21

export const JITTER_STATE_FIELDS = FIELDS
export const JITTER_BLOCKS = BLOCKS_MASK + 1
export const JITTER_SEEN = SEEN_MASK + 1

/** `memory`: zeroed arrays of JITTER_STATE_FIELDS, JITTER_BLOCKS and JITTER_SEEN; made here when not given. */
export function createJitterBuffer(
  { maxDepthMs, frameSamples }: { readonly maxDepthMs: number; readonly frameSamples: number },
  memory?: Pick<JitterBuffer, 'state' | 'blocks' | 'seen'>,
): JitterBuffer {
  const buffer: JitterBuffer = {
    state: memory?.state ?? new Float64Array(FIELDS),
    blocks: memory?.blocks ?? new Int32Array(JITTER_BLOCKS),
    seen: memory?.seen ?? new Int32Array(JITTER_SEEN),
    // What waits and one long packet must always fit into the ring.
    maxDepth: Math.min(maxDepthMs * 8, JITTER_CAPACITY - 4 * frameSamples),
  }
  buffer.state[COUNT] = frameSamples
  restartJitterBuffer(buffer)
  return buffer
}

/** Forgets packets and timing (a new SSRC), keeps what was learnt about the line. */
export function restartJitterBuffer({ state, blocks, seen }: JitterBuffer): void {
  blocks.fill(-1)
  seen.fill(0)
  state[STARTED] = 0
  state[STARVED] = 0
  state[LATE_SINCE] = -1
  state[SURPLUS] = 0
  state[PACKETS] = 0
  openWindow(state, Number.POSITIVE_INFINITY)
}

/**
 * Takes note of a packet.
 * @param dueIn time from the packet's arrival to the next tick; not negative
 * @returns the position at which the caller writes its samples (`& JITTER_CAPACITY - 1`), or LATE or DUPLICATE.
 */
export function insertPacket(
  buffer: JitterBuffer,
  sequence: number,
  timestamp: number,
  samples: number,
  dueIn: number,
): number {
  const { state, seen } = buffer
  if (seen[sequence & SEEN_MASK] === sequence + 1) return DUPLICATE
  seen[sequence & SEEN_MASK] = sequence + 1
  if (state[STARTED] === 0) begin(state, timestamp)
  state[PACKETS] = at(state, PACKETS) + 1

  let position = (timestamp - at(state, BASE)) | 0
  let ahead = (position - at(state, CURSOR)) | 0
  const forgotten = at(state, STARVED) >= FORGOTTEN_TICKS
  if (forgotten || ahead > buffer.maxDepth + 2 * samples || ahead < -JITTER_CAPACITY * 4) {
    anchor(buffer, position, samples)
    ahead = (position - at(state, CURSOR)) | 0
  } else if (ahead < 0) {
    const count = at(state, COUNT)
    const slack = dueIn - Math.ceil(-ahead / count) * count
    lateness(buffer, slack)
    ahead = (position - at(state, CURSOR)) | 0
    if (ahead + samples <= 0) {
      if (at(state, LATE_SINCE) < 0) state[LATE_SINCE] = at(state, TICK)
      if (at(state, TICK) - at(state, LATE_SINCE) < LATE_RUN_TICKS) return LATE
      anchor(buffer, position, samples)
      ahead = (position - at(state, CURSOR)) | 0
    }
  }
  state[LATE_SINCE] = -1
  state[STARVED] = 0
  if (ahead >= 0) note(state, dueIn + Math.floor(ahead / at(state, COUNT)) * at(state, COUNT))

  const end = (position + samples) | 0
  if (((end - at(state, END)) | 0) > 0) state[END] = end
  const depth = (at(state, END) - at(state, CURSOR)) | 0
  if (depth > buffer.maxDepth + at(state, COUNT)) {
    const count = at(state, COUNT)
    shift(state, Math.ceil((depth - buffer.maxDepth - count) / count) * count)
  }
  if (!markPresent(buffer, position, samples)) return DUPLICATE
  return position & POSITION_MASK
}

/** Samples that wait for a later tick than the next. */
export function depthSamples({ state }: JitterBuffer): number {
  if (at(state, STARTED) === 0) return 0
  return Math.max(0, (at(state, END) - at(state, CURSOR)) | 0)
}

/** Samples dropped and inserted so far to follow the line. */
export function adjustedSamples({ state }: JitterBuffer): number {
  return at(state, DROPPED) + at(state, INSERTED)
}

/** Whether anything has come that has not run dry long ago. */
export function isFlowing({ state }: JitterBuffer): boolean {
  return at(state, STARTED) === 1 && at(state, STARVED) < STARVING_TICKS
}

/** Where in the ring the next frame begins. */
export function cursorPosition({ state }: JitterBuffer): number {
  return at(state, CURSOR) & POSITION_MASK
}

/** How many samples from `offset` behind the cursor on, up to the frame's end, are all there or (negative) all missing. */
export function runLength({ state, blocks }: JitterBuffer, offset: number): number {
  const count = at(state, COUNT)
  const cursor = at(state, CURSOR)
  let reached = offset
  let there = false
  while (reached < count) {
    const position = (cursor + reached) | 0
    const present = isPresent(blocks, position)
    if (reached === offset) there = present
    else if (present !== there) break
    reached += BLOCK - (position & (BLOCK - 1))
  }
  const length = Math.min(reached, count) - offset
  return there ? length : -length
}

/** Answers of {@link surplusStep}. */
export const KEEP = 0
/** The frame at the cursor is left out: the one behind it is played in its stead. */
export const SKIP = 1
/** As SKIP, and the caller cross-fades from the one into the other. */
export const CROSS_FADE = 2

/** Whether there is more than the line needs. */
export function hasSurplus({ state }: JitterBuffer): boolean {
  return at(state, SURPLUS) >= at(state, COUNT)
}

/** Whether a frame is to be dropped now; asked before taking. `silent`: the frame at the cursor carries nothing. */
export function surplusStep({ state }: JitterBuffer, silent: boolean): number {
  const count = at(state, COUNT)
  if (at(state, SURPLUS) < count) return KEEP
  if (((at(state, END) - at(state, CURSOR)) | 0) < 2 * count) return KEEP
  if (silent) return SKIP
  state[PATIENCE] = at(state, PATIENCE) - 1
  return at(state, PATIENCE) <= 0 ? CROSS_FADE : KEEP
}

/** Leaves out the frame at the cursor. */
export function skipFrame({ state, blocks }: JitterBuffer): void {
  const count = at(state, COUNT)
  forget(blocks, at(state, CURSOR), count)
  state[SURPLUS] = Math.max(0, at(state, SURPLUS) - count)
  state[PATIENCE] = PATIENCE_TICKS
  shift(state, count)
}

/** Moves on to the next frame. `some`: at least one sample of this one was there. */
export function finishFrame({ state, blocks }: JitterBuffer, some: boolean): void {
  if (at(state, STARTED) === 0) return
  const count = at(state, COUNT)
  const cursor = at(state, CURSOR)
  if (some) forget(blocks, cursor, count)
  state[CURSOR] = (cursor + count) | 0
  state[STARVED] = some ? 0 : at(state, STARVED) + 1
  state[TICK] = at(state, TICK) + 1
  state[WINDOW_TICK] = at(state, WINDOW_TICK) + 1
  if (at(state, WINDOW_TICK) >= WINDOW_TICKS) closeWindow(state)
}

/** The clock jumped over `frames` frames: what should have been played in them is left out. */
export function jumpFrames({ state }: JitterBuffer, frames: number): void {
  if (at(state, STARTED) === 1) state[CURSOR] = (at(state, CURSOR) + frames * at(state, COUNT)) | 0
}

function at(state: Float64Array, place: number): number {
  return state[place] as number
}

function begin(state: Float64Array, timestamp: number): void {
  state[STARTED] = 1
  state[BASE] = timestamp
  state[CURSOR] = 0
  state[END] = 0
  state[STARVED] = FORGOTTEN_TICKS // the first packet sets the cursor as after a gap
}

/**
 * The packet at `position` is played at the next tick, or as much later as the jitter of the line asks for. A packet shorter
 * than a frame is played at the frame's end: the one after it is not there yet.
 */
function anchor({ state, blocks, maxDepth }: JitterBuffer, position: number, samples: number): void {
  const count = at(state, COUNT)
  const lead = Math.max(0, count - samples)
  const reserve = Math.min(Math.floor(at(state, SPAN) / count) * count, Math.floor(maxDepth / 2))
  blocks.fill(-1)
  state[CURSOR] = (position - lead - reserve) | 0
  state[END] = position
  state[STARVED] = 0
  state[LATE_SINCE] = -1
  state[SURPLUS] = 0
  openWindow(state, Number.POSITIVE_INFINITY)
}

function note(state: Float64Array, slack: number): void {
  if (slack > at(state, HIGH)) state[HIGH] = slack
  if (slack >= at(state, LOW_3)) return
  if (slack >= at(state, LOW_2)) {
    state[LOW_3] = slack
    return
  }
  state[LOW_3] = at(state, LOW_2)
  if (slack >= at(state, LOW_1)) {
    state[LOW_2] = slack
    return
  }
  state[LOW_2] = at(state, LOW_1)
  state[LOW_1] = slack
}

/** A packet came too late by `-slack`: goes back when that happens too often. */
function lateness({ state, maxDepth }: JitterBuffer, slack: number): void {
  note(state, slack)
  state[LATE_IN_WINDOW] = at(state, LATE_IN_WINDOW) + 1
  const limit = at(state, PACKETS) < YOUNG_PACKETS ? 1 : LATE_LIMIT
  if (at(state, LATE_IN_WINDOW) < limit) return
  const count = at(state, COUNT)
  const step = Math.ceil(-slack / count) * count
  const earliest = at(state, HIGH) + step
  if (step <= 0 || earliest > maxDepth + count) return
  state[INSERTED] = at(state, INSERTED) + step
  state[SURPLUS] = 0
  state[LATE_IN_WINDOW] = 0
  shift(state, -step)
}

/** Moves the cursor: every slack of the window becomes smaller by the same amount. */
function shift(state: Float64Array, by: number): void {
  if (by > 0) state[DROPPED] = at(state, DROPPED) + by
  state[CURSOR] = (at(state, CURSOR) + by) | 0
  state[LOW_1] = at(state, LOW_1) - by
  state[LOW_2] = at(state, LOW_2) - by
  state[LOW_3] = at(state, LOW_3) - by
  state[HIGH] = at(state, HIGH) - by
  state[LOW_BEFORE] = at(state, LOW_BEFORE) - by
}

function openWindow(state: Float64Array, lowBefore: number): void {
  state[WINDOW_TICK] = 0
  state[LATE_IN_WINDOW] = 0
  state[LOW_1] = Number.POSITIVE_INFINITY
  state[LOW_2] = Number.POSITIVE_INFINITY
  state[LOW_3] = Number.POSITIVE_INFINITY
  state[HIGH] = Number.NEGATIVE_INFINITY
  state[LOW_BEFORE] = lowBefore
}

function closeWindow(state: Float64Array): void {
  const low = at(state, LOW_1)
  const spare = Math.min(low, at(state, LOW_BEFORE)) - MARGIN
  const count = at(state, COUNT)
  const full = at(state, LOW_3) < Number.POSITIVE_INFINITY
  if (full) state[SPAN] = at(state, HIGH) - at(state, LOW_3)
  // A window without packets before this one (`lowBefore` infinite) has shown nothing yet.
  if (full && at(state, LOW_BEFORE) < Number.POSITIVE_INFINITY && spare >= count && at(state, SURPLUS) < count) {
    state[SURPLUS] = Math.floor(spare / count) * count
    state[PATIENCE] = PATIENCE_TICKS
  }
  openWindow(state, full ? low : Number.POSITIVE_INFINITY)
}

function blockNumber(position: number): number {
  return (position >>> BLOCK_SHIFT) & BLOCK_NUMBER_MASK
}

function isPresent(blocks: Int32Array, position: number): boolean {
  return blocks[(position >>> BLOCK_SHIFT) & BLOCKS_MASK] === ((blockNumber(position) << COUNT_BITS) | BLOCK)
}

/** False when all of it was there already. */
function markPresent({ blocks }: JitterBuffer, position: number, samples: number): boolean {
  let fresh = false
  let done = 0
  while (done < samples) {
    const here = (position + done) | 0
    const inBlock = Math.min(BLOCK - (here & (BLOCK - 1)), samples - done)
    const number = blockNumber(here)
    const place = number & BLOCKS_MASK
    const mark = blocks[place] as number
    const before = mark >> COUNT_BITS === number ? mark & (2 * BLOCK - 1) : 0
    if (before < BLOCK) {
      fresh = true
      blocks[place] = (number << COUNT_BITS) | Math.min(BLOCK, before + inBlock)
    }
    done += inBlock
  }
  return fresh
}

/** What was played must not be met again when the cursor goes back. */
function forget(blocks: Int32Array, position: number, count: number): void {
  for (let done = 0; done < count; done += BLOCK) {
    const here = (position + done) | 0
    if (isPresent(blocks, here)) blocks[(here >>> BLOCK_SHIFT) & BLOCKS_MASK] = -1
  }
}
