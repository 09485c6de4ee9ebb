/** When the next frame is due, and how late frames have been. */

export const FRAME_MS = 20
/** Frames that are made up for after a delay; more than that is left out and time begins anew. */
const CATCH_UP_FRAMES = 3

const BUCKETS_PER_MS = 10
const BUCKETS = 1000
/** Lateness is told of this long, up to twice. */
const WINDOW_MS = 30_000

export class FrameClock {
  dueMs = 0
  ticks = 0
  caughtUp = 0
  resynchronised = 0
  #recent = new Uint32Array(BUCKETS + 1)
  #before = new Uint32Array(BUCKETS + 1)
  #recentMax = 0
  #beforeMax = 0
  #windowEndsMs = 0

  /** Time begins: the first frame is due a frame from now. */
  start(nowMs: number): void {
    this.dueMs = nowMs + FRAME_MS
  }

  /** How many frames must be left out now because too many were missed. */
  skipFrames(nowMs: number): number {
    const behind = Math.floor((nowMs - this.dueMs) / FRAME_MS)
    if (behind <= CATCH_UP_FRAMES) return 0
    this.dueMs += behind * FRAME_MS
    this.resynchronised++
    return behind
  }

  /** The frame that was due has left at `nowMs`. */
  done(nowMs: number): void {
    const lateMs = Math.max(0, nowMs - this.dueMs)
    const bucket = Math.min(BUCKETS, Math.floor(lateMs * BUCKETS_PER_MS))
    this.#recent[bucket] = (this.#recent[bucket] as number) + 1
    if (lateMs > this.#recentMax) this.#recentMax = lateMs
    if (lateMs >= FRAME_MS) this.caughtUp++
    this.ticks++
    this.dueMs += FRAME_MS
    if (nowMs < this.#windowEndsMs) return
    this.#windowEndsMs = nowMs + WINDOW_MS
    const swap = this.#before
    this.#before = this.#recent
    this.#beforeMax = this.#recentMax
    this.#recent = swap.fill(0)
    this.#recentMax = 0
  }

  get latenessMaxMs(): number {
    return Math.max(this.#recentMax, this.#beforeMax)
  }

  /** The lateness that `fraction` of the recent frames did not exceed. */
  latenessMs(fraction: number): number {
    let total = 0
    for (let i = 0; i <= BUCKETS; i++) total += (this.#recent[i] as number) + (this.#before[i] as number)
    let left = total * fraction
    for (let i = 0; i <= BUCKETS; i++) {
      left -= (this.#recent[i] as number) + (this.#before[i] as number)
      if (left <= 0) return total === 0 ? 0 : Math.min((i + 1) / BUCKETS_PER_MS, this.latenessMaxMs)
    }
    return this.latenessMaxMs
  }
}
