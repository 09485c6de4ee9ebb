/** Call history: one row per participant per stay. */
import { z } from 'zod'
import { caller } from './room.ts'

/** Why a stay ended. */
export const endReasons = [
  'hung-up', // the caller ended the call
  'cancelled', // the caller gave up before the answer
  'wrong-pin', // three wrong PINs
  'no-pin', // hung up or fell silent while the PIN was asked
  'line-lost', // no sound and no signalling from the phone any more
  'conference-ended', // the administrator ended or deleted the conference
  'server-stopped', // the server was closed
  'server-crashed', // found unfinished at the next start
  'refused', // never answered: see `sipStatus`
  'failed', // something broke on our side
] as const
export type EndReason = (typeof endReasons)[number]

export const stay = z
  .object({
    id: z.string(),
    callId: z.string().meta({ description: 'SIP Call-ID' }),
    caller,
    source: z.string(),
    conferenceId: z.string(),
    conferenceName: z.string(),
    conferenceNumber: z.string(),
    roomId: z.string().nullable(),
    startedAt: z.iso.datetime(),
    answeredAt: z.iso.datetime().nullable(),
    enteredAt: z.iso.datetime().nullable().meta({ description: 'When the caller passed the door (PIN given) and could be heard' }),
    endedAt: z.iso.datetime().nullable().meta({ description: 'Null while the call lasts' }),
    endReason: z.enum(endReasons).nullable(),
  })
  .meta({ id: 'Stay', description: 'One call to a conference, from INVITE to BYE' })
export type Stay = z.infer<typeof stay>

export const historyPage = z
  .object({ stays: z.array(stay), nextBefore: z.string().nullable() })
  .meta({ id: 'HistoryPage', description: 'Newest first; give `nextBefore` as `before` for the next page' })
export type HistoryPage = z.infer<typeof historyPage>
