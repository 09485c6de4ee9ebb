import type { z } from 'zod'

/** What the server's own schema says of a form, before it is sent: field -> code of the first thing wrong with it. */
export function fieldCodes(schema: z.ZodType, values: unknown): Record<string, string> {
  const checked = schema.safeParse(values)
  if (checked.success) return {}
  const codes: Record<string, string> = {}
  for (const issue of checked.error.issues) codes[issue.path.join('.')] ??= issue.message
  return codes
}
