/**
 * `/api/docs`: the description of the API as one page for people. It is made here, as plain HTML with one style sheet, so
 * that it works without a network, without scripts, and under the same strict policy as everything else.
 */
import type { App } from './app-type.ts'
import type { JsonSchema, OpenApiDocument, OpenApiOperation } from './openapi.ts'
import { referenceStyle } from './reference-style.ts'
import { html, prose, raw } from './html.ts'
import type { Html } from './html.ts'

const stylePath = '/api/docs/style.css'

export function referenceRoutes(app: App): void {
  let page: string | null = null // the description does not change while the server runs
  app.get('/api/docs', { schema: { hide: true } as object }, (_, reply) => {
    page ??= referencePage(app.swagger() as unknown as OpenApiDocument)
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
  })
  app.get(stylePath, { schema: { hide: true } as object }, (_, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(referenceStyle),
  )
}

function referencePage(document: OpenApiDocument): string {
  const { info, tags = [], components } = document
  const operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ path, method, operation })),
  )
  const sections = tags.map((tag) => {
    return { ...tag, operations: operations.filter(({ operation }) => operation.tags?.[0] === tag.name) }
  })
  const schemas = Object.entries(components.schemas)
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${stylePath}" />
      </head>
      <body>
        <nav>
          <a class="top" href="#top">${info.title}</a>
          ${sections.map((tag) => html`<a href="#${tag.name}">${tag.name}</a>`)}
          <a href="#Schemas">Schemas</a>
        </nav>
        <main id="top">
          <h1>${info.title} <small>${info.version}</small></h1>
          ${prose(info.description ?? '')}
          <p>
            The same for programs: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a> (OpenAPI 3.1; asks for a sign-in).
          </p>
          ${sections.map(
            (tag) => html`<h2 id="${tag.name}">${tag.name}</h2>
              ${prose(tag.description ?? '')} ${tag.operations.map(operationBlock)}`,
          )}
          <h2 id="Schemas">Schemas</h2>
          ${schemas.map(([name, schema]) => schemaBlock(name, schema))}
        </main>
      </body>
    </html>`
  return page.text
}

type Operation = { readonly path: string; readonly method: string; readonly operation: OpenApiOperation }

function operationBlock({ path, method, operation }: Operation): Html {
  const { parameters = [], requestBody, responses, security } = operation
  const body = requestBody?.content['application/json']?.schema
  return html`<details class="operation">
    <summary><b class="method ${method}">${method}</b> <code>${path}</code> <span>${operation.summary ?? ''}</span></summary>
    ${prose(operation.description ?? '')}
    ${security?.length === 0 ? html`<p>Needs no sign-in.</p>` : null}
    ${parameters.length === 0
      ? null
      : html`<table>
          <caption>Parameters</caption>
          ${parameters.map(
            (parameter) => html`<tr>
              <th><code>${parameter.name}</code>${parameter.required ? html`<i>required</i>` : null}</th>
              <td>${parameter.in}, ${typeOf(parameter.schema ?? {})}</td>
              <td>${prose(parameter.description ?? '')}</td>
            </tr>`,
          )}
        </table>`}
    ${body ? html`<p>Body: ${typeOf(body)}</p>` : null}
    <table>
      <caption>Answers</caption>
      ${Object.entries(responses).map(([status, response]) => {
        const [type, content] = Object.entries(response.content ?? {})[0] ?? []
        return html`<tr>
          <th><b class="status s${status.slice(0, 1)}">${status}</b></th>
          <td>${content ? typeOf(content.schema) : '-'}${type && type !== 'application/json' ? html` as ${type}` : null}</td>
          <td>${prose(response.description)}</td>
        </tr>`
      })}
    </table>
  </details>`
}

function schemaBlock(name: string, schema: JsonSchema): Html {
  const required = (schema['required'] ?? []) as string[]
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)
  const examples = (schema['examples'] ?? []) as unknown[]
  return html`<details class="schema" id="schema-${name}">
    <summary><code>${name}</code></summary>
    ${prose(String(schema['description'] ?? ''))}
    ${properties.length === 0
      ? html`<p>${typeOf(schema)}</p>`
      : html`<table>
          ${properties.map(
            ([field, of]) => html`<tr>
              <th><code>${field}</code>${required.includes(field) ? html`<i>required</i>` : null}</th>
              <td>${typeOf(of)}${rulesOf(of)}</td>
              <td>${prose(String(of['description'] ?? ''))}</td>
            </tr>`,
          )}
        </table>`}
    ${examples.map((example) => html`<pre>${JSON.stringify(example, null, 2)}</pre>`)}
  </details>`
}

/** The type in words: `Conference`, `list of Room`, `string or null`, `"ru" or "en"`. */
function typeOf(schema: JsonSchema): Html {
  const reference = schema['$ref']
  if (typeof reference === 'string') {
    const name = reference.slice(reference.lastIndexOf('/') + 1)
    return html`<a href="#schema-${name}">${name}</a>`
  }
  for (const [key, word] of [['anyOf', ' or '], ['oneOf', ' or '], ['allOf', ' and ']] as const) {
    const parts = schema[key]
    if (!Array.isArray(parts)) continue
    return html`${parts.map((part: JsonSchema, index) => html`${index > 0 ? word : ''}${typeOf(part)}`)}`
  }
  if (Array.isArray(schema['enum'])) return html`${schema['enum'].map((value) => JSON.stringify(value)).join(' or ')}`
  if (schema['const'] !== undefined) return html`${JSON.stringify(schema['const'])}`
  const { type, items } = schema
  if (type === 'array' && items) return html`list of ${typeOf(items as JsonSchema)}`
  if (type === 'object' && schema['properties']) {
    const fields = Object.entries(schema['properties'] as Record<string, JsonSchema>)
    return html`{ ${fields.map(([name, of], index) => html`${index > 0 ? ', ' : ''}<code>${name}</code>: ${typeOf(of)}`)} }`
  }
  return html`${Array.isArray(type) ? type.join(' or ') : String(type ?? 'anything')}`
}

function rulesOf(schema: JsonSchema): Html | null {
  const rules = ['minLength', 'maxLength', 'minimum', 'maximum', 'pattern', 'format', 'default'] as const
  const shown = rules.filter((rule) => schema[rule] !== undefined)
  if (shown.length === 0) return null
  return html`<small>${shown.map((rule) => html`${raw(' ')}${rule} ${String(schema[rule])}`)}</small>`
}
