/** What every refused request is answered with. */
import { z } from 'zod'

export const problem = z
  .object({
    /** Stable; the panel translates it. */
    code: z.string(),
    /** English, for people who read logs. */
    message: z.string(),
    /** Field path -> code. */
    fields: z.record(z.string(), z.string()).optional(),
    /** Facts that belong to the code: `number-taken` has `owner`, `room-is-live` has `participants`. */
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({
    id: 'Problem',
    description: 'What every refused request is answered with',
    examples: [{ code: 'number-taken', message: 'The number 1111 belongs to the conference "Planning".', fields: { number: 'number-taken' } }],
  })
export type Problem = z.infer<typeof problem>
