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

const SAMPLE_BYTES = 2

export function playOut(stream: WorkerStream, arena: Arena, nowMs: number): void {
  const { jitter } = stream
  if (!isFlowing(jitter)) {
    finishFrame(jitter, false)
    hush(stream)
    return
  }
  if (hasSurplus(jitter)) shorten(stream, arena)
  const first = runLength(jitter, 0)
  let energy: number
  if (first === FRAME_SAMPLES) {
    copyFromRing(stream, arena, 0, FRAME_SAMPLES)
    energy = received(stream, arena)
  } else if (first === -FRAME_SAMPLES) {
    finishFrame(jitter, false)
    if (nowMs < stream.keysUntilMs) {
      hush(stream)
      return
    }
    conceal(stream)
    energy = arena.kernel.energy(stream.said, FRAME_SAMPLES)
  } else {
    patch(stream, arena)
    finishFrame(jitter, true)
    energy = arena.kernel.energy(stream.said, FRAME_SAMPLES)
  }
  if (nowMs < stream.keysUntilMs) {
    hush(stream)
    return
  }
  stream.saidEnergy = energy
  stream.energySum += energy
  stream.energyFrames++
  if (energy > FAINT) stream.speakingTicks = HANGOVER_TICKS
  else if (stream.speakingTicks > 0) stream.speakingTicks--
  stream.speaking = stream.speakingTicks > 0
}

function hush(stream: WorkerStream): void {
  stream.saidEnergy = 0
  stream.energyFrames++
  stream.speaking = false
  stream.speakingTicks = 0
}

function received(stream: WorkerStream, arena: Arena): number {
  finishFrame(stream.jitter, true)
  stream.concealment.good(stream.saidFrame)
  stream.missingRun = 0
  return arena.kernel.energy(stream.said, FRAME_SAMPLES)
}

function conceal(stream: WorkerStream): void {
  stream.framesConcealed++
  if (++stream.missingRun > CONCEALED_FRAMES) stream.saidFrame.fill(0)
  else stream.concealment.missing(stream.saidFrame)
}

/** A frame of which only parts have come (packets of another length): each part by itself. */
function patch(stream: WorkerStream, arena: Arena): void {
  let offset = 0
  while (offset < FRAME_SAMPLES) {
    const run = runLength(stream.jitter, offset)
    const count = Math.abs(run)
    const part = stream.saidFrame.subarray(offset, offset + count)
    if (run > 0) {
      copyFromRing(stream, arena, offset, count)
      stream.concealment.good(part)
    } else {
      stream.concealment.missing(part)
    }
    offset += count
  }
  stream.framesConcealed++
  stream.missingRun = 0
}

/** One frame less waits after this, if that can be done without being heard. */
function shorten(stream: WorkerStream, arena: Arena): void {
  const { jitter, said } = stream
  let silent = false
  if (runLength(jitter, 0) === FRAME_SAMPLES) {
    copyFromRing(stream, arena, 0, FRAME_SAMPLES)
    silent = arena.kernel.energy(said, FRAME_SAMPLES) <= FAINT
  } else {
    silent = true // a frame that is missing is best left out
  }
  const step = surplusStep(jitter, silent)
  if (step === KEEP) return
  skipFrame(jitter)
  if (step !== CROSS_FADE || runLength(jitter, 0) !== FRAME_SAMPLES) return
  // The frame that is left out stands at `said`: fades into the next one, whose place in the ring takes the result.
  const from = cursorPosition(jitter)
  const ring = stream.ring / SAMPLE_BYTES
  for (let i = 0; i < FRAME_SAMPLES; i++) {
    const place = ring + ((from + i) & (JITTER_CAPACITY - 1))
    const before = stream.saidFrame[i] as number
    arena.pcm[place] = before + (((arena.pcm[place] as number) - before) * i) / FRAME_SAMPLES
  }
}

function copyFromRing(stream: WorkerStream, arena: Arena, offset: number, count: number): void {
  const from = (cursorPosition(stream.jitter) + offset) & (JITTER_CAPACITY - 1)
  const to = stream.said + offset * SAMPLE_BYTES
  const untilEnd = Math.min(count, JITTER_CAPACITY - from)
  arena.kernel.copy(to, stream.ring + from * SAMPLE_BYTES, untilEnd * SAMPLE_BYTES)
  if (untilEnd < count) arena.kernel.copy(to + untilEnd * SAMPLE_BYTES, stream.ring, (count - untilEnd) * SAMPLE_BYTES)
}
