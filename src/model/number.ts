/** Numbers that can be dialled; one number has one owner, whatever its kind. */
import { z } from 'zod'

export const internalNumberPattern = /^[0-9]{2,8}$/

/** An internal number: 2 to 8 digits. */
export const internalNumber = z
  .string()
  .trim()
  .min(1, { error: 'number-required' })
  .regex(internalNumberPattern, { error: 'number-format' })
  .meta({ description: 'Internal number, 2 to 8 digits', examples: ['1111'] })

export const numberKinds = ['conference', 'employee'] as const
export type NumberKind = (typeof numberKinds)[number]

/** Who has a number, for "this number is busy". */
export const numberOwner = z
  .object({ kind: z.enum(numberKinds), id: z.string(), name: z.string() })
  .meta({ id: 'NumberOwner' })
export type NumberOwner = z.infer<typeof numberOwner>

export const numberCheck = z
  .object({
    number: z.string(),
    valid: z.boolean().meta({ description: 'Whether it has the form of an internal number' }),
    owner: numberOwner.nullable(),
  })
  .meta({ id: 'NumberCheck', description: 'What is known of a number: something new may have it when it is `valid` and nobody is its `owner`' })
export type NumberCheck = z.infer<typeof numberCheck>

export const numberSuggestion = z.object({ number: z.string() }).meta({ id: 'NumberSuggestion' })
export type NumberSuggestion = z.infer<typeof numberSuggestion>
