/** One clock for all phones of a test process: each sender is asked every few milliseconds and sends what is due. */

export interface Beating {
  /** When the next packet is due, in `performance.now()` milliseconds. */
  dueMs: number
  readonly periodMs: number
  beat(): void
}

const lookEveryMs = 4
/** Later than this, packets are left out rather than sent in a burst: the process was stopped, not the phone. */
const resyncAfterMs = 250

const beating = new Set<Beating>()
let timer: NodeJS.Timeout | null = null

export function startBeating(one: Beating): void {
  beating.add(one)
  timer ??= setInterval(look, lookEveryMs)
}

export function stopBeating(one: Beating): void {
  beating.delete(one)
  if (beating.size > 0 || timer === null) return
  clearInterval(timer)
  timer = null
}

function look(): void {
  const nowMs = performance.now()
  for (const one of beating) {
    if (nowMs - one.dueMs > resyncAfterMs) one.dueMs = nowMs
    while (one.dueMs <= nowMs) {
      one.dueMs += one.periodMs
      one.beat()
    }
  }
}
