/** `/employees`: people with a number, and the secrets of their SIP accounts. */
import { z } from 'zod'
import { employee, employeeChange, employeeDraft, employeeWithSecret } from '../../model/employee.ts'
import type { App } from '../app-type.ts'
import { entityTag, versionToMatch } from '../entity-tag.ts'
import type { ApiParts } from '../live.ts'
import { idPath, ifMatchHeaders, nothing, refusals, searchQuery } from './answers.ts'
import { readTagged, saveTagged } from './tagged.ts'

const tags = ['Employees']
const secretAnswer = z.object({ secret: z.string() }).meta({ id: 'Secret', description: 'The SIP password of an employee' })

export function employeeRoutes(app: App, { store }: ApiParts): void {
  const { employees } = store

  app.get('/employees', {
    schema: {
      tags,
      summary: 'List employees',
      description: 'All of them, by name.',
      querystring: searchQuery,
      response: { 200: z.array(employee), ...refusals(400) },
    },
    handler: (request) => employees.list({ search: request.query.search ?? '' }),
  })

  app.get('/employees/:id', {
    schema: { tags, summary: 'Read an employee', params: idPath, response: { 200: employee, 304: nothing, ...refusals(404) } },
    handler: (request, reply) => readTagged(employees, { request, reply }),
  })

  app.post('/employees', {
    schema: {
      tags,
      summary: 'Make an employee',
      description: 'Answers with the SIP password, so that a phone can be set up at once. It is made at random when left out.',
      body: employeeDraft,
      response: { 201: employeeWithSecret, ...refusals(400, 409, 413, 415) },
    },
    async handler(request, reply) {
      const made = await employees.create(request.body)
      reply.code(201).header('location', `/api/v1/employees/${made.id}`).header('etag', entityTag(made))
      return made
    },
  })

  app.patch('/employees/:id', {
    schema: {
      tags,
      summary: 'Change some fields of an employee',
      params: idPath,
      headers: ifMatchHeaders,
      body: employeeChange,
      response: { 200: employee, ...refusals(400, 404, 409, 412, 413, 415) },
    },
    handler: (request, reply) => saveTagged(employees, { request, reply }),
  })

  app.put('/employees/:id', {
    schema: {
      tags,
      summary: 'Replace an employee',
      description: 'A secret that is left out stays as it is.',
      params: idPath,
      headers: ifMatchHeaders,
      body: employeeDraft,
      response: { 200: employee, ...refusals(400, 404, 409, 412, 413, 415) },
    },
    handler: (request, reply) => saveTagged(employees, { request, reply }),
  })

  app.delete('/employees/:id', {
    schema: {
      tags,
      summary: 'Delete an employee',
      params: idPath,
      headers: ifMatchHeaders,
      response: { 204: nothing, ...refusals(404, 412) },
    },
    async handler(request, reply) {
      const { id } = request.params
      const version = versionToMatch(request.headers['if-match'], await employees.get(id))
      await employees.remove(id, { version })
      return reply.code(204).send()
    },
  })

  app.get('/employees/:id/secret', {
    schema: { tags, summary: 'Read the SIP password', params: idPath, response: { 200: secretAnswer, ...refusals(404) } },
    handler: async (request) => ({ secret: await employees.secretOf(request.params.id) }),
  })

  app.post('/employees/:id/secret', {
    schema: {
      tags,
      summary: 'Make a new SIP password',
      description: 'Phones with the old one are refused at their next registration.',
      params: idPath,
      response: { 200: secretAnswer, ...refusals(404) },
    },
    handler: async (request) => ({ secret: (await employees.renewSecret(request.params.id)).secret }),
  })
}
