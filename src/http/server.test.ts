import { describe, expect, it } from 'vitest'
import { startTrial } from './trial.ts'

describe('HttpServer', () => {
  it('a taken port is named with the setting that changes it', async () => {
    const trial = await startTrial()
    const port = Number(new URL(trial.url).port)
    const failure = await startTrial({ listen: { host: '127.0.0.1', port } }).catch((cause: unknown) => cause)
    expect(failure).toMatchObject({ code: 'port-taken', message: expect.stringContaining(`Port ${port}`) })
    expect(failure).toMatchObject({ message: expect.stringContaining('VECHE_HTTP') })
    await trial.close()
  })

  it('an address that this machine does not have is named', async () => {
    await expect(startTrial({ listen: { host: '192.0.2.1', port: 0 } })).rejects.toMatchObject({ code: 'address-missing' })
  })

  it('closing gives the port back, and leaves no timer behind', async () => {
    const trial = await startTrial()
    const port = Number(new URL(trial.url).port)
    await trial.close()
    expect(trial.clock.pending).toBe(0)
    const again = await startTrial({ listen: { host: '127.0.0.1', port } })
    await again.close()
  })

  it('health says when calls cannot be taken', async () => {
    const trial = await startTrial({ isReady: () => false })
    const answer = await trial.ask('GET', '/healthz', { anonymous: true })
    expect([answer.status, answer.body]).toEqual([503, { status: 'not-ready' }])
    await trial.close()
  })
})

describe('the description of the API', () => {
  it('is OpenAPI 3.1 with every resource, both ways to sign in, and the shape of refusals', async () => {
    const trial = await startTrial()
    const { body } = await trial.ask('GET', 'openapi.json')
    await trial.close()
    expect(body.openapi).toBe('3.1.0')
    expect(Object.keys(body.components.securitySchemes).toSorted()).toEqual(['apiKey', 'cookie'])
    const resources = new Set(Object.keys(body.paths).map((path) => path.split('/')[3]))
    const all = 'api-keys conferences employees events history me numbers phones rooms settings sign-in snapshot status'.split(' ')
    expect([...resources].toSorted()).toEqual(all)
    const { post } = body.paths['/api/v1/conferences']
    expect(post.requestBody.content['application/json'].schema).toEqual({ $ref: '#/components/schemas/ConferenceDraft' })
    expect(post.responses['201'].content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Conference' })
    expect(post.responses['409'].content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Problem' })
    expect(body.components.schemas.ConferenceDraft.properties.pin.description).toContain('digits only')
    expect(body.components.schemas.ConferenceDraft.additionalProperties).toBe(false)
    expect(body.components.schemas.Conference.additionalProperties).toBeUndefined()
    expect(Object.keys(body.components.schemas).filter((name) => name.endsWith('Input'))).toEqual([])
    expect(body.paths['/api/v1/sign-in'].post.security).toEqual([])
    expect(body.paths['/api/v1/conferences/{id}'].delete.responses['204'].content).toBeUndefined()
    for (const operations of Object.values<object>(body.paths)) {
      for (const operation of Object.values(operations)) expect(operation.summary).toMatch(/^[A-Z]/)
    }
    // Every reference leads somewhere.
    for (const [, name] of JSON.stringify(body).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(body.components.schemas).toHaveProperty(name ?? '')
    }
  })

  it('has a page for people, without scripts and without a network', async () => {
    const trial = await startTrial()
    const page = await trial.ask('GET', '/api/docs', { anonymous: true })
    const style = await trial.ask('GET', '/api/docs/style.css', { anonymous: true })
    await trial.close()
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.text).toContain('<code>/api/v1/conferences/{id}</code>')
    expect(page.text).toContain('href="#schema-Conference"')
    expect(page.text).not.toMatch(/<script|https?:\/\/|undefined|\[object|NaN/)
    for (const [, id] of page.text.matchAll(/href="#([^"]+)"/g)) expect(page.text).toContain(`id="${id}"`)
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
  })
})
