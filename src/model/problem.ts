/** What every refused request is answered with. */
import { z } from 'zod'

export const problem = z
  .object({
    code: z.string().meta({ description: 'Stable; the panel translates it' }),
    message: z.string().meta({ description: 'English, for people who read logs' }),
    fields: z.record(z.string(), z.string()).optional().meta({ description: 'Path of a field -> code of what is wrong with it' }),
    details: z.record(z.string(), z.unknown()).optional().meta({
      description: 'Facts that belong to the code: `number-taken` has `owner`, `room-is-live` has `participants`',
    }),
  })
  .meta({
    id: 'Problem',
    description: 'What every refused request is answered with',
    examples: [{ code: 'number-taken', message: 'The number 1111 belongs to the conference "Planning".', fields: { number: 'number-taken' } }],
  })
export type Problem = z.infer<typeof problem>
