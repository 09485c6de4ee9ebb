/** One request to `/api/v1`; every refusal becomes a `RequestProblem` with the server's stable code. */
import type { Problem } from '../../src/model/problem.ts'

const base = '/api/v1'

export class RequestProblem extends Error {
  readonly code: string
  readonly status: number
  readonly fields: Readonly<Record<string, string>>
  /** Facts that belong to the code. */
  readonly details: Readonly<Record<string, unknown>>
  /** From `Retry-After`; null when the server did not say. */
  readonly retryAfterSeconds: number | null

  constructor(problem: Problem, answer: { readonly status: number; readonly retryAfterSeconds: number | null }) {
    super(problem.message)
    this.name = 'RequestProblem'
    this.code = problem.code
    this.fields = problem.fields ?? {}
    this.details = problem.details ?? {}
    this.status = answer.status
    this.retryAfterSeconds = answer.retryAfterSeconds
  }
}

export type RequestOptions = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  /** The version the change is based on; the server refuses with 412 when it is not the newest. */
  readonly version?: number
  readonly signal?: AbortSignal
}

/** @throws RequestProblem; its code is `offline` when no answer came at all. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (options.version !== undefined) headers['if-match'] = `"${options.version}"`
  let answer: Response
  try {
    answer = await fetch(base + path, {
      method: options.method ?? 'GET',
      credentials: 'same-origin',
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
    })
  } catch (cause) {
    if (options.signal?.aborted === true) throw cause
    throw new RequestProblem({ code: 'offline', message: 'No answer from the server' }, { status: 0, retryAfterSeconds: null })
  }
  const content: unknown = await answer.json().catch(() => undefined)
  // The server is the same build as this panel: its answers are taken to have the shape that the schemas promise.
  if (answer.ok) return content as T
  throw new RequestProblem(asProblem(content, answer.status), {
    status: answer.status,
    retryAfterSeconds: asSeconds(answer.headers.get('retry-after')),
  })
}

function asProblem(content: unknown, status: number): Problem {
  if (typeof content === 'object' && content !== null && 'code' in content && typeof content.code === 'string') {
    return content as Problem
  }
  return { code: status >= 500 ? 'unavailable' : 'unknown', message: `The server answered ${status}` }
}

function asSeconds(header: string | null): number | null {
  const seconds = Number.parseInt(header ?? '', 10)
  return Number.isFinite(seconds) ? Math.max(seconds, 1) : null
}
