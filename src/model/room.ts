/** The live meeting of a conference, as the panel and the API see it. */
import { z } from 'zod'

export const callerKinds = ['employee', 'stranger', 'trunk'] as const

/** Who is calling, as proven by us; the name and number of a stranger are only what the phone says. */
export const caller = z
  .object({
    kind: z.enum(callerKinds),
    number: z.string(),
    name: z.string(),
    employeeId: z.string().nullable().meta({ description: 'Set for employees' }),
  })
  .meta({ id: 'Caller', description: 'Who is calling, as proven by the server' })
export type Caller = z.infer<typeof caller>

export const participant = z
  .object({
    id: z.string(),
    caller,
    source: z.string().meta({ description: "Where the call's signalling comes from", examples: ['udp:192.0.2.7:5060'] }),
    joinedAt: z.iso.datetime(),
    held: z.boolean(),
  })
  .meta({ id: 'Participant', description: 'A call that is in a room' })
export type Participant = z.infer<typeof participant>

export const room = z
  .object({
    id: z.string().meta({ description: 'One live meeting; the next one of the same conference has another id' }),
    conferenceId: z.string(),
    number: z.string(),
    name: z.string(),
    openedAt: z.iso.datetime(),
    participants: z.array(participant),
  })
  .meta({ id: 'Room', description: 'The live meeting of a conference' })
export type Room = z.infer<typeof room>
