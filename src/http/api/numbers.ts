/** `/numbers`: who has a number, and which is free. */
import { z } from 'zod'
import { internalNumberPattern, numberCheck, numberKinds, numberSuggestion } from '../../model/number.ts'
import type { App } from '../app-type.ts'
import type { ApiParts } from '../live.ts'
import { refusals } from './answers.ts'

const tags = ['Numbers']

export function numberRoutes(app: App, { store }: ApiParts): void {
  app.get('/numbers/suggestion', {
    schema: {
      tags,
      summary: 'Suggest a free number',
      querystring: z.object({ kind: z.enum(numberKinds).meta({ description: 'What the number is for' }) }),
      response: { 200: numberSuggestion, ...refusals(400, 409) },
    },
    handler: async (request) => ({ number: await store.numbers.suggest(request.query.kind) }),
  })

  app.get('/numbers/:number', {
    schema: {
      tags,
      summary: 'Look a number up',
      description: '`valid` says whether it has the form of an internal number, `owner` who has it.',
      params: z.object({ number: z.string().max(100) }),
      response: { 200: numberCheck, ...refusals(400) },
    },
    async handler(request) {
      const { number } = request.params
      return { number, valid: internalNumberPattern.test(number), owner: await store.numbers.ownerOf(number) }
    },
  })
}
