/** `/events` and `/snapshot`: the live feed, and the state it starts from. */
import { z } from 'zod'
import { snapshot } from '../../model/event.ts'
import type { App } from '../app-type.ts'
import { askerOf, isStillKnown } from '../asker.ts'
import type { EventStreams } from '../event-streams.ts'
import type { ApiParts } from '../live.ts'
import { refusals } from './answers.ts'

const tags = ['Live']
const query = z.object({
  after: z.string().max(100).optional().meta({ description: 'Position after which to begin, `<epoch>-<seq>`; left out: now' }),
})

export function eventRoutes(app: App, { store, live, phones, feed }: ApiParts, streams: EventStreams): void {
  app.get('/snapshot', {
    schema: {
      tags,
      summary: 'Take a snapshot',
      description: 'The live state and its place in the feed. With every event after `<epoch>-<seq>`, a client is never behind.',
      response: { 200: snapshot, ...refusals() },
    },
    handler: () => ({ seq: feed.seq, epoch: feed.epoch, rooms: [...live.list()], phones: [...phones.list()] }),
  })

  app.get('/events', {
    exposeHeadRoute: false, // a head without a body would still be a stream without an end
    schema: {
      tags,
      summary: 'Listen to the live feed',
      description:
        'Server-sent events. Each `data` is one Event; its `id` is the position `<epoch>-<seq>`. ' +
        'Goes on after `Last-Event-ID`, or after `after`. `event: reset` says that the position is gone: take a snapshot.',
      querystring: query,
      response: {
        200: { description: 'A stream that does not end', content: { 'text/event-stream': { schema: z.string() } } },
        ...refusals(400),
      },
    },
    handler(request, reply) {
      streams.admit()
      const asker = askerOf(request)
      const last = request.headers['last-event-id']
      const position = (typeof last === 'string' && last !== '' ? last : request.query.after) ?? null
      const headers = Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]))
      reply.hijack()
      streams.serve(reply.raw, { position, headers, mayStay: () => isStillKnown(asker, store) })
    },
  })
}
