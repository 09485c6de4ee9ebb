/** Every refusal as `{ code, message, fields?, details? }` with its HTTP status (RFC 9110 §15.5). */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Conflict, Denied, Invalid, NotFound, OutsideError, Unavailable } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Problem } from '../model/problem.ts'
import { NumberTaken } from '../store/number-taken.ts'
import { BrokenRules, problemOf } from './validation.ts'

/** Refused because people are in the room that would go. */
export class RoomIsLive extends Conflict {
  readonly participants: number

  constructor(participants: number) {
    super(`There is a live room with ${participants} participants; add ?end=true to end it first.`, { code: 'room-is-live' })
    this.participants = participants
  }
}

/** Refused for a while, because it was tried too often. */
export class TooManyAttempts extends Denied {
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super(`Too many attempts; the next one is looked at in ${retryAfterSeconds} s.`, { code: 'too-many-attempts' })
    this.retryAfterSeconds = retryAfterSeconds
  }
}

type Answer = { readonly status: number; readonly problem: Problem; readonly retryAfterSeconds?: number }

/** Answers what a handler or a hook threw. Our own mistakes are logged in full and answered without a word of their inside. */
export function createErrorHandler(log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const answer = outside(error) ?? framework(error as FastifyError) ?? inside(error, request, log)
    if (answer.retryAfterSeconds !== undefined) void reply.header('retry-after', String(answer.retryAfterSeconds))
    void reply.code(answer.status).type('application/json; charset=utf-8').send(answer.problem)
  }
}

function outside(error: unknown): Answer | null {
  if (!(error instanceof OutsideError)) return null
  const { code, message } = error
  const problem: Problem = { code, message }
  if (error instanceof Invalid) return { status: 400, problem: { ...problem, fields: { ...error.fields } } }
  if (error instanceof NotFound) return { status: 404, problem }
  if (error instanceof TooManyAttempts) return { status: 429, problem, retryAfterSeconds: error.retryAfterSeconds }
  if (error instanceof Denied) return { status: code === 'not-signed-in' || code === 'wrong-credentials' ? 401 : 403, problem }
  if (error instanceof Conflict) return { status: code === 'changed-meanwhile' ? 412 : 409, problem: conflict(error) }
  if (error instanceof Unavailable) return { status: 503, problem }
  return { status: 400, problem }
}

function conflict(error: Conflict): Problem {
  const problem: Problem = { code: error.code, message: error.message }
  if (Object.keys(error.fields).length > 0) problem.fields = { ...error.fields }
  if (error instanceof NumberTaken) return { ...problem, details: { owner: error.owner } }
  if (error instanceof RoomIsLive) return { ...problem, details: { participants: error.participants } }
  return problem
}

/** What was wrong with the request before a handler saw it. */
function framework(error: FastifyError): Answer | null {
  if (error instanceof BrokenRules) return { status: 400, problem: problemOf(error) }
  const message = error.message
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { status: 415, problem: { code: 'unsupported-media-type', message: 'The body must be application/json.' } }
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { status: 413, problem: { code: 'body-too-large', message } }
    case 'FST_ERR_BAD_URL':
      return { status: 400, problem: { code: 'invalid-url', message } }
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return { status: error.statusCode, problem: { code: 'invalid', message } }
  }
  return null
}

function inside(error: unknown, request: FastifyRequest, log: Log): Answer {
  const { method, routeOptions } = request
  log.error({ err: error, method, route: routeOptions.url ?? null }, 'a request failed by our own mistake')
  return { status: 500, problem: { code: 'internal', message: 'The server failed; its log says why.' } }
}
