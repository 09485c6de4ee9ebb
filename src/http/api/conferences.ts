/** `/conferences`: the saved rooms. */
import { z } from 'zod'
import { conference, conferenceChange, conferenceDraft } from '../../model/conference.ts'
import type { App } from '../app-type.ts'
import { entityTag, versionToMatch } from '../entity-tag.ts'
import { RoomIsLive } from '../errors.ts'
import type { ApiParts } from '../live.ts'
import { idPath, ifMatchHeaders, nothing, refusals, searchQuery } from './answers.ts'
import { readTagged, saveTagged } from './tagged.ts'

const tags = ['Conferences']
const removal = z.object({
  end: z.enum(['true', 'false']).optional().meta({ description: 'End the live room first, if there is one' }),
})

export function conferenceRoutes(app: App, { store, live }: ApiParts): void {
  const { conferences } = store

  app.get('/conferences', {
    schema: {
      tags,
      summary: 'List conferences',
      description: 'All of them, by name.',
      querystring: searchQuery,
      response: { 200: z.array(conference), ...refusals(400) },
    },
    handler: (request) => conferences.list({ search: request.query.search ?? '' }),
  })

  app.get('/conferences/:id', {
    schema: { tags, summary: 'Read a conference', params: idPath, response: { 200: conference, 304: nothing, ...refusals(404) } },
    handler: (request, reply) => readTagged(conferences, { request, reply }),
  })

  app.post('/conferences', {
    schema: {
      tags,
      summary: 'Make a conference',
      body: conferenceDraft,
      response: { 201: conference, ...refusals(400, 409, 413, 415) },
    },
    async handler(request, reply) {
      const made = await conferences.create(request.body)
      reply.code(201).header('location', `/api/v1/conferences/${made.id}`).header('etag', entityTag(made))
      return made
    },
  })

  app.patch('/conferences/:id', {
    schema: {
      tags,
      summary: 'Change some fields of a conference',
      description: 'A new PIN is asked from the next caller on; those inside stay.',
      params: idPath,
      headers: ifMatchHeaders,
      body: conferenceChange,
      response: { 200: conference, ...refusals(400, 404, 409, 412, 413, 415) },
    },
    handler: (request, reply) => saveTagged(conferences, { request, reply }),
  })

  app.put('/conferences/:id', {
    schema: {
      tags,
      summary: 'Replace a conference',
      description: 'Fields that are left out get their defaults; the id and the time of making stay.',
      params: idPath,
      headers: ifMatchHeaders,
      body: conferenceDraft,
      response: { 200: conference, ...refusals(400, 404, 409, 412, 413, 415) },
    },
    handler: (request, reply) => saveTagged(conferences, { request, reply }),
  })

  app.delete('/conferences/:id', {
    schema: {
      tags,
      summary: 'Delete a conference',
      description: 'Refused with `room-is-live` while people are in its room, unless `end` is true.',
      params: idPath,
      headers: ifMatchHeaders,
      querystring: removal,
      response: { 204: nothing, ...refusals(400, 404, 409, 412) },
    },
    async handler(request, reply) {
      const { id } = request.params
      const version = versionToMatch(request.headers['if-match'], await conferences.get(id))
      const room = live.ofConference(id)
      if (room && request.query.end !== 'true') throw new RoomIsLive(room.participants.length)
      if (room) await live.end(id)
      await conferences.remove(id, { version })
      return reply.code(204).send()
    },
  })
}
