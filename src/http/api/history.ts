/** `/history`: past and present calls to conferences. */
import { z } from 'zod'
import { historyPage } from '../../model/history.ts'
import type { App } from '../app-type.ts'
import type { ApiParts } from '../live.ts'
import { refusals } from './answers.ts'

const query = z.object({
  before: z.string().max(200).optional().meta({ description: '`nextBefore` of the page before this one' }),
  limit: z.coerce.number().int().min(1).max(500).optional().default(50).meta({ description: 'How many stays at most' }),
  conferenceId: z.string().max(100).optional().meta({ description: 'Only stays in this conference' }),
  search: z.string().max(100).optional().meta({ description: "Part of a caller's or a conference's name or number" }),
})

export function historyRoutes(app: App, { store }: ApiParts): void {
  app.get('/history', {
    schema: {
      tags: ['History'],
      summary: 'Read the call history',
      description: 'Newest first, a page at a time.',
      querystring: query,
      response: { 200: historyPage, ...refusals(400) },
    },
    handler: (request) => store.history.page(request.query),
  })
}
