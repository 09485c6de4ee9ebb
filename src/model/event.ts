/** Every change of state, as the live feed tells it: numbered without gaps, so that nobody has to poll or to guess. */
import { z } from 'zod'
import { conference } from './conference.ts'
import { employee, phone } from './employee.ts'
import { stay } from './history.ts'
import { participant, room } from './room.ts'
import { settings } from './settings.ts'

const changes = [
  z.object({ type: z.literal('conference-saved'), conference }),
  z.object({ type: z.literal('conference-deleted'), conferenceId: z.string() }),
  z.object({ type: z.literal('employee-saved'), employee }),
  z.object({ type: z.literal('employee-deleted'), employeeId: z.string() }),
  z.object({ type: z.literal('settings-saved'), settings }),
  z.object({ type: z.literal('phone-registered'), phone }),
  z.object({ type: z.literal('phone-unregistered'), employeeId: z.string(), contact: z.string() }),
  z.object({ type: z.literal('room-opened'), room }),
  z.object({ type: z.literal('room-closed'), roomId: z.string(), conferenceId: z.string() }),
  z.object({ type: z.literal('participant-joined'), roomId: z.string(), conferenceId: z.string(), participant }),
  z.object({ type: z.literal('participant-changed'), roomId: z.string(), conferenceId: z.string(), participant }),
  z.object({ type: z.literal('participant-left'), roomId: z.string(), conferenceId: z.string(), participantId: z.string() }),
  z.object({ type: z.literal('call-ended'), stay }),
] as const

export const change = z.discriminatedUnion('type', changes).meta({ id: 'Change', description: 'What happened; `type` says which' })
/** What happened, not yet numbered. */
export type Change = z.infer<typeof change>

const stamp = z.object({
  seq: z.int().meta({ description: 'Grows by one with every event since this server started' }),
  at: z.iso.datetime(),
})
export const event = z.intersection(stamp, change).meta({ id: 'Event', description: 'One `data` of the live feed: what happened, when, and its number' })
export type Event = Change & z.infer<typeof stamp>

/** The live state at `seq`: with every event after it, a client is never behind. */
export const snapshot = z
  .object({
    seq: z.int().meta({ description: 'The newest event that is contained' }),
    epoch: z.string().meta({ description: 'Another value: the server was started anew, older sequence numbers mean nothing' }),
    rooms: z.array(room),
    phones: z.array(phone),
  })
  .meta({ id: 'Snapshot', description: 'The live state and its place in the feed' })
export type Snapshot = z.infer<typeof snapshot>
