/** The OpenAPI 3.1 description of the API, made from the same schemas that check requests and answers. */
import swagger from '@fastify/swagger'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { App } from './app-type.ts'
import { cookieName } from './asker.ts'

/** As much of an OpenAPI document as is looked into here. */
export type OpenApiDocument = {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly tags?: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

export type OpenApiOperation = {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly OpenApiParameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }
  readonly responses: Readonly<Record<string, OpenApiResponse>>
  readonly security?: readonly unknown[]
}

export type OpenApiParameter = {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema?: JsonSchema
}

export type OpenApiResponse = { description: string; content?: Record<string, { schema: JsonSchema }> }

export type JsonSchema = Readonly<Record<string, unknown>>

const config = { target: 'draft-2020-12' } as const

const meanings: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Made; `Location` says where it is',
  204: 'Done, nothing to say',
  304: 'You have this version already',
  400: 'The request breaks a rule; `fields` says which field breaks which',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'There is no such thing',
  409: 'Clashes with what is there',
  412: 'Changed meanwhile: the record is not the version of `If-Match`',
  413: 'The body is too large',
  415: 'The body is not application/json',
  429: 'Too many attempts; `Retry-After` says when to come back',
  503: 'Not now: the server is starting, closing, or its disk fails',
}

const description = [
  'Everything that the panel does, for programs.',
  'Sign in with an API key (`Authorization: Bearer veche_...`), or as a browser with the cookie of `POST /sign-in`.\n\n' +
    'Refusals are `{ code, message, fields?, details? }`: compare `code`, read `message`.',
  'Fields that are not known are refused. New fields may be added to answers; ignore those you do not know.',
].join(' ')

export async function describeApi(app: App, { version }: { readonly version: string }): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'veche API', version, description },
      servers: [{ url: '/' }],
      tags: [
        { name: 'Conferences', description: 'Numbers that are rooms' },
        { name: 'Employees', description: 'People with a number, and their SIP accounts' },
        { name: 'Numbers', description: 'Who has which number' },
        { name: 'Live', description: 'What is going on now' },
        { name: 'History', description: 'Calls to conferences' },
        { name: 'Settings', description: 'What an administrator changes while the server runs' },
        { name: 'Access', description: 'Sign-in and API keys' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `veche_...`' },
          cookie: { type: 'apiKey', in: 'cookie', name: cookieName, description: 'The cookie of a browser that is signed in' },
        },
      },
      security: [{ apiKey: [] }, { cookie: [] }],
    },
    transform: (document) => {
      const { schema, url } = createJsonSchemaTransform({ zodToJsonConfig: config })(document as never)
      const isPublic = (document.route.config as { public?: boolean } | undefined)?.public === true
      return { schema: isPublic && schema ? { ...schema, security: [] } : schema, url }
    },
    transformObject: (document) => {
      const described: unknown = createJsonSchemaTransformObject({ zodToJsonConfig: config })(document as never)
      return finished(described as OpenApiDocument) as never
    },
  })
}

/** Says what each status means, and leaves out bodies that are not there and schemas that nothing uses. */
function finished(document: OpenApiDocument): OpenApiDocument {
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) {
      for (const [status, response] of Object.entries(operation.responses)) {
        if (response.description === 'Default Response') response.description = meanings[status] ?? status
        if (status === '204' || status === '304') delete response.content
      }
    }
  }
  return withPlainNames({ ...document, components: { ...document.components, schemas: usedSchemas(document) } })
}

const reference = /"#\/components\/schemas\/([^"]+)"/g

function usedSchemas({ paths, components }: OpenApiDocument): Record<string, JsonSchema> {
  const used: Record<string, JsonSchema> = {}
  const visit = (part: unknown): void => {
    for (const [, name] of JSON.stringify(part).matchAll(reference)) {
      const schema = name === undefined ? undefined : components.schemas[name]
      if (!name || !schema || used[name]) continue
      used[name] = schema
      visit(schema)
    }
  }
  visit(paths)
  visit({ $ref: '#/components/schemas/Event' }) // what the live feed sends: no route answers with it
  return Object.fromEntries(Object.entries(used).toSorted(([one], [other]) => one.localeCompare(other)))
}

/**
 * Schemas come in two forms, as sent to us (`XInput`) and as answered (`X`). Where one of them is not used, or both are the
 * same, the plain name is enough. What is sent to us may have no other fields; what we answer may get new ones.
 */
function withPlainNames(document: OpenApiDocument): OpenApiDocument {
  const schemas = new Map<string, JsonSchema>()
  const renamed = new Set<string>()
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    const base = name.replace(/Input$/, '')
    const twin = document.components.schemas[base]
    const isInput = base !== name
    if (isInput && (twin === undefined || JSON.stringify(twin) === JSON.stringify(schema))) renamed.add(name)
    schemas.set(renamed.has(name) ? base : name, isInput ? closed(schema) : open(schema))
  }
  const sorted = Object.fromEntries([...schemas].toSorted(([one], [other]) => one.localeCompare(other)))
  const text = JSON.stringify({ ...document, components: { ...document.components, schemas: sorted } })
  const plain = text.replaceAll(reference, (all, name: string) => (renamed.has(name) ? all.replace(/Input"$/, '"') : all))
  return JSON.parse(plain, withoutNoise) as OpenApiDocument
}

function closed(schema: JsonSchema): JsonSchema {
  return schema['properties'] ? { ...schema, additionalProperties: false } : schema
}

function open(schema: JsonSchema): JsonSchema {
  const isLock = (key: string, value: unknown): boolean => key === 'additionalProperties' && value === false
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => (isLock(key, value) ? undefined : value)) as JsonSchema
}

/** Leaves out limits that only say "an integer", and patterns that only spell out a format. */
function withoutNoise(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { minimum, maximum, pattern, format } = value as JsonSchema
  const rest: Record<string, unknown> = { ...value }
  if (minimum === Number.MIN_SAFE_INTEGER) delete rest['minimum']
  if (maximum === Number.MAX_SAFE_INTEGER) delete rest['maximum']
  if (typeof pattern === 'string' && format === 'date-time') delete rest['pattern']
  return rest
}
