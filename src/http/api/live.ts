/** What is going on now: `/rooms`, `/phones`, `/status`. */
import { z } from 'zod'
import { NotFound } from '../../base/errors.ts'
import { phone } from '../../model/employee.ts'
import { room } from '../../model/room.ts'
import { serverStatus } from '../../model/status.ts'
import type { App } from '../app-type.ts'
import type { ApiParts } from '../live.ts'
import { idPath, refusals } from './answers.ts'

const tags = ['Live']

export function liveRoutes(app: App, { live, phones, status }: ApiParts): void {
  app.get('/rooms', {
    schema: { tags, summary: 'List live rooms', response: { 200: z.array(room), ...refusals() } },
    handler: () => [...live.list()],
  })

  app.get('/rooms/:id', {
    schema: { tags, summary: 'Read a live room', params: idPath, response: { 200: room, ...refusals(404) } },
    handler(request) {
      const { id } = request.params
      const found = live.list().find((one) => one.id === id)
      if (!found) throw new NotFound(`There is no live room ${id}.`)
      return found
    },
  })

  app.get('/phones', {
    schema: { tags, summary: 'List registered phones', response: { 200: z.array(phone), ...refusals() } },
    handler: () => [...phones.list()],
  })

  app.get('/status', {
    schema: { tags, summary: 'Ask how the server is', response: { 200: serverStatus, ...refusals() } },
    handler: () => status(),
  })
}
