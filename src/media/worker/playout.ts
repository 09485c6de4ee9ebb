/**
 * What a stream says in this tick: the next frame of its jitter buffer, concealed where it is missing, silent while a key
 * is down. The result stands at `stream.said`; `speaking` says whether it is worth adding.
 */
import { FRAME_SAMPLES } from '../../audio/frame.ts'
import {
  CROSS_FADE, JITTER_CAPACITY, KEEP, cursorPosition, finishFrame, hasSurplus, isFlowing, runLength, skipFrame, surplusStep,
} from '../../rtp/jitter-buffer.ts'
import type { Arena } from './arena.ts'
import type { WorkerStream } from './worker-stream.ts'

/** Energy of a frame whose root mean square is about -66 dBov: below it a frame is nobody talking. */
const FAINT = FRAME_SAMPLES * 16 * 16
/** Ticks that a talker stays one in a pause: the ends of words are faint. */
const HANGOVER_TICKS = 15
/** Frames after which concealment has faded to nothing. */
const CONCEALED_FRAMES = 5
/** Frames that concealment wants to have seen. */
const HISTORY_FRAMES = 4

const SAMPLE_BYTES = 2

export function playOut(stream: WorkerStream, arena: Arena, nowMs: number): void {
  const { jitter } = stream
  if (!isFlowing(jitter)) {
    finishFrame(jitter, false)
    hush(stream)
    stream.wholeRun = 0
    return
  }
  if (hasSurplus(jitter)) shorten(stream, arena)
  const run = runLength(jitter, 0)
  if (run === FRAME_SAMPLES) receive(stream, arena)
  else if (run === -FRAME_SAMPLES) conceal(stream, arena, nowMs)
  else patch(stream, arena)
  finishFrame(jitter, run !== -FRAME_SAMPLES)
  if (nowMs < stream.keysUntilMs) {
    hush(stream)
    return
  }
  const energy = arena.kernel.energy(stream.said, FRAME_SAMPLES)
  stream.energySum += energy
  stream.energyFrames++
  if (energy > FAINT) stream.speakingTicks = HANGOVER_TICKS
  else if (stream.speakingTicks > 0) stream.speakingTicks--
  stream.speaking = stream.speakingTicks > 0
}

function hush(stream: WorkerStream): void {
  stream.energyFrames++
  stream.speaking = false
  stream.speakingTicks = 0
}

/** The usual frame: it is heard where it lies, and concealment need not see it as long as the ring remembers it. */
function receive(stream: WorkerStream, arena: Arena): void {
  const from = cursorPosition(stream.jitter)
  const merging = stream.wholeRun < HISTORY_FRAMES
  if (!merging && from <= JITTER_CAPACITY - FRAME_SAMPLES) {
    stream.said = stream.ring + from * SAMPLE_BYTES
    return
  }
  copyFromRing(stream, arena, from, 0, FRAME_SAMPLES)
  stream.said = stream.patched
  if (!merging) return
  stream.concealment.good(stream.patchedFrame)
  stream.missingRun = 0
  stream.wholeRun++
}

function conceal(stream: WorkerStream, arena: Arena, nowMs: number): void {
  stream.said = stream.patched
  remind(stream, arena)
  if (nowMs < stream.keysUntilMs) return
  stream.framesConcealed++
  if (++stream.missingRun > CONCEALED_FRAMES) stream.patchedFrame.fill(0)
  else stream.concealment.missing(stream.patchedFrame)
}

/** A frame of which only parts have come (packets of another length): each part by itself. */
function patch(stream: WorkerStream, arena: Arena): void {
  stream.said = stream.patched
  remind(stream, arena)
  let offset = 0
  while (offset < FRAME_SAMPLES) {
    const run = runLength(stream.jitter, offset)
    const count = Math.abs(run)
    const part = stream.patchedFrame.subarray(offset, offset + count)
    if (run > 0) {
      copyFromRing(stream, arena, (cursorPosition(stream.jitter) + offset) & (JITTER_CAPACITY - 1), offset, count)
      stream.concealment.good(part)
    } else {
      stream.concealment.missing(part)
    }
    offset += count
  }
  stream.framesConcealed++
  stream.missingRun = 0
}

/** A loss begins: concealment is shown what was heard before it, which it has not seen. */
function remind(stream: WorkerStream, arena: Arena): void {
  if (stream.wholeRun >= HISTORY_FRAMES) {
    const cursor = cursorPosition(stream.jitter)
    for (let back = HISTORY_FRAMES; back > 0; back--) {
      copyFromRing(stream, arena, (cursor - back * FRAME_SAMPLES) & (JITTER_CAPACITY - 1), 0, FRAME_SAMPLES)
      stream.concealment.good(stream.patchedFrame)
    }
  }
  stream.wholeRun = 0
}

/** One frame less waits after this, if that can be done without being heard. */
function shorten(stream: WorkerStream, arena: Arena): void {
  const { jitter } = stream
  let silent = false
  if (runLength(jitter, 0) === FRAME_SAMPLES) {
    copyFromRing(stream, arena, cursorPosition(jitter), 0, FRAME_SAMPLES)
    silent = arena.kernel.energy(stream.patched, FRAME_SAMPLES) <= FAINT
  } else {
    silent = true // a frame that is missing is best left out
  }
  const step = surplusStep(jitter, silent)
  if (step === KEEP) return
  skipFrame(jitter)
  if (step !== CROSS_FADE || runLength(jitter, 0) !== FRAME_SAMPLES) return
  // The frame that is left out stands at `patched`: fades into the next one, whose place in the ring takes the result.
  const from = cursorPosition(jitter)
  const ring = stream.ring / SAMPLE_BYTES
  for (let i = 0; i < FRAME_SAMPLES; i++) {
    const place = ring + ((from + i) & (JITTER_CAPACITY - 1))
    const before = stream.patchedFrame[i] as number
    arena.pcm[place] = before + (((arena.pcm[place] as number) - before) * i) / FRAME_SAMPLES
  }
}

/** Copies samples from place `from` of the ring to `offset` of the frame that is put together. */
function copyFromRing(stream: WorkerStream, arena: Arena, from: number, offset: number, count: number): void {
  const to = stream.patched + offset * SAMPLE_BYTES
  const untilEnd = Math.min(count, JITTER_CAPACITY - from)
  arena.kernel.copy(to, stream.ring + from * SAMPLE_BYTES, untilEnd * SAMPLE_BYTES)
  if (untilEnd < count) arena.kernel.copy(to + untilEnd * SAMPLE_BYTES, stream.ring, (count - untilEnd) * SAMPLE_BYTES)
}
