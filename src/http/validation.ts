/** Checks requests by the schemas of `model/`; a field that a schema does not know is an error, not silence. */
import type { FastifySchemaCompiler } from 'fastify'
import { z } from 'zod'
import type { Problem } from '../model/problem.ts'

/** A request that breaks the rules of its schema. */
export class BrokenRules extends Error {
  readonly issues: readonly z.core.$ZodIssue[]
  /** Which part of the request: set by the framework. */
  validationContext?: string

  constructor(issues: readonly z.core.$ZodIssue[]) {
    super('the request breaks the rules of its schema')
    this.issues = issues
  }
}

export const compileValidation: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const known = schema instanceof z.ZodObject && httpPart !== 'headers' ? schema.strict() : schema
  return (data: unknown) => {
    const result = known.safeParse(data)
    return result.success ? { value: result.data } : { error: new BrokenRules(result.error.issues) }
  }
}

/** One code per field: what the schema says for it, else what kind of rule it broke. */
export function problemOf({ issues, validationContext }: BrokenRules): Problem {
  const fields: Record<string, string> = {}
  for (const issue of issues) {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) fields[[...path, key].join('.')] ??= 'unknown-field'
    } else if (path.length === 0) {
      return { code: 'body-required', message: 'The body must be a JSON object.' }
    } else {
      fields[path.join('.')] ??= codeOf(issue)
    }
  }
  const list = Object.entries(fields).map(([field, code]) => `${field} (${code})`)
  return { code: 'invalid', message: `Not valid in the ${where(validationContext)}: ${list.join(', ')}.`, fields }
}

/** The schemas say codes instead of messages; a message of the library itself has spaces. */
function codeOf(issue: z.core.$ZodIssue): string {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? 'required' : 'wrong-type'
    case 'invalid_value':
    case 'invalid_union':
      return 'not-a-choice'
    case 'too_small':
    case 'too_big':
      return 'out-of-range'
    default:
      return 'invalid-format'
  }
}

function where(context: string | undefined): string {
  if (context === 'querystring') return 'query'
  return context === 'params' ? 'path' : 'body'
}
