/** Waiting with a limit: no part of the house waits for ever. */
import { Unavailable } from './errors.ts'

/**
 * Resolves as `promise` does, within `limitMs`.
 * @throws Unavailable when the time is over; `what` says what was waited for.
 */
export async function within<T>(
  promise: Promise<T>,
  { limitMs, what }: { readonly limitMs: number; readonly what: string },
): Promise<T> {
  let handle: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    handle = setTimeout(() => reject(new Unavailable(`waited ${limitMs} ms for ${what}`, { code: 'timed-out' })), limitMs)
  })
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(handle)
  }
}
