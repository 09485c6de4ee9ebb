/** Pieces that the resources' schemas share: refusals by status, path and query parts. */
import { z } from 'zod'
import { problem } from '../../model/problem.ts'

type Refusal = 400 | 403 | 404 | 409 | 412 | 413 | 415 | 429

/** The refusals that a route documents, besides those that every route has. */
export function refusals<const Status extends Refusal>(...statuses: readonly Status[]): Refusals<Status> {
  const all = Object.fromEntries([...statuses, 401, 503].map((status) => [status, problem]))
  return all as Refusals<Status>
}

type Refusals<Status extends Refusal> = Record<Status | 401 | 503, typeof problem>

/** An answer without a body. */
export const nothing = z.undefined()

export const idPath = z.object({ id: z.string().min(1).max(100).meta({ description: 'Id of the record' }) })

export const searchQuery = z.object({
  search: z.string().max(100).optional().meta({ description: 'Part of a name or a number, in any case' }),
})

/** Header of a change that must not overwrite somebody else's. */
export const ifMatchHeaders = z.looseObject({
  'if-match': z.string().max(1000).optional().meta({ description: 'Entity tag of the version the change was made from' }),
})
