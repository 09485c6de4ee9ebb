/** What the server says of itself, for the panel's Status and for people who set up phones. */
import { z } from 'zod'

export const serverStatus = z
  .object({
    version: z.string(),
    startedAt: z.iso.datetime(),
    /** Where phones register: `host:port`, one per listening address. */
    sip: z.array(z.object({ transport: z.enum(['udp', 'tcp']), host: z.string(), port: z.int() })),
    publicAddress: z.string().nullable(),
    mediaDriver: z.enum(['batched', 'portable']),
    mediaDriverReason: z.string().nullable(),
    calls: z.int(),
    rooms: z.int(),
    participants: z.int(),
    phones: z.int(),
  })
  .meta({ id: 'ServerStatus' })
export type ServerStatus = z.infer<typeof serverStatus>
