/** Words for the codes that the server answers with: the code's own translation, otherwise the server's English message. */
import i18next from 'i18next'
import { RequestProblem } from '../api/request.ts'

/** Whose field an error is about: each kind may say the same code in its own words. */
export type FieldOwner = 'conference' | 'employee' | 'apiKey' | 'settings' | 'account'

const exists = (key: string): boolean => i18next.exists(key)
// Codes come from outside, so no key type can hold them; `exists` was asked before.
const say = (key: string, values: Record<string, unknown> = {}): string => i18next.t(key as 'error.unknown', values)

export function problemText(error: unknown): string {
  if (!(error instanceof RequestProblem)) return say('error.unknown')
  if (error.code === 'too-many-attempts' && error.retryAfterSeconds !== null) {
    return say('error.too-many-attempts-wait', { count: error.retryAfterSeconds })
  }
  const key = `error.${error.code}`
  return exists(key) ? say(key) : error.message
}

/** What to write under a field whose check said `code`. */
export function fieldText(owner: FieldOwner, code: string): string {
  for (const key of [`fieldError.${owner}.${code}`, `error.${code}`]) if (exists(key)) return say(key)
  return code
}
