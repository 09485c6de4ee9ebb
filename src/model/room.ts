/** The live meeting of a conference, as the panel and the API see it. */
import { z } from 'zod'

export const callerKinds = ['employee', 'stranger', 'trunk'] as const

/** Who is calling, as proven by us; the name and number of a stranger are only what the phone says. */
export const caller = z
  .object({
    kind: z.enum(callerKinds),
    number: z.string(),
    name: z.string(),
    /** Set for employees. */
    employeeId: z.string().nullable(),
  })
  .meta({ id: 'Caller' })
export type Caller = z.infer<typeof caller>

export const participant = z
  .object({
    id: z.string(),
    caller,
    /** Where the call's signalling comes from: `udp:192.0.2.7:5060`. */
    source: z.string(),
    joinedAt: z.iso.datetime(),
    held: z.boolean(),
  })
  .meta({ id: 'Participant' })
export type Participant = z.infer<typeof participant>

export const room = z
  .object({
    /** One live meeting; the next one of the same conference has another id. */
    id: z.string(),
    conferenceId: z.string(),
    number: z.string(),
    name: z.string(),
    openedAt: z.iso.datetime(),
    participants: z.array(participant),
  })
  .meta({ id: 'Room' })
export type Room = z.infer<typeof room>
