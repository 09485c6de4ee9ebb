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
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof problem>
