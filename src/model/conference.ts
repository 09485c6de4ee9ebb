/** A conference: the saved thing that makes a number a room. */
import { z } from 'zod'
import { name } from './name.ts'
import { internalNumber } from './number.ts'
import { language } from './language.ts'

export const pinPattern = /^[0-9]+$/
export const maxPinLength = 20

/** Digits, kept as text: `0000` and `0` are PINs. An empty text means none. */
export const pin = z
  .string()
  .trim()
  .max(maxPinLength, { error: 'pin-too-long' })
  .regex(/^[0-9]*$/, { error: 'pin-format' })
  .transform((text) => (text === '' ? null : text))
  .nullable()
  .meta({ description: 'PIN asked at the door: digits only, up to 20; null or an empty text: none', examples: ['0000'] })

const fields = {
  name: name.meta({ examples: ['Planning'] }),
  number: internalNumber,
  pin,
  language: language.nullable().meta({ description: "What the room's prompts are spoken in; null: the server's setting" }),
  joinTone: z.boolean().meta({ description: 'A short tone when somebody joins or leaves' }),
}

export const conferenceDraft = z
  .object({
    name: fields.name,
    number: fields.number,
    pin: fields.pin.optional().default(null),
    language: fields.language.optional().default(null),
    joinTone: fields.joinTone.optional().default(false),
  })
  .meta({
    id: 'ConferenceDraft',
    description: 'A conference to be made, or what an existing one becomes',
    examples: [{ name: 'Planning', number: '1111', pin: '0000' }],
  })
export type ConferenceDraft = z.output<typeof conferenceDraft>
export type ConferenceDraftInput = z.input<typeof conferenceDraft>

/** Only what is given changes. */
export const conferenceChange = z
  .object(fields)
  .partial()
  .meta({ id: 'ConferenceChange', description: 'The fields to change; the others stay' })
export type ConferenceChange = z.output<typeof conferenceChange>

export const conference = z
  .object({
    id: z.string(),
    name: z.string(),
    number: z.string(),
    pin: z.string().nullable(),
    language: language.nullable(),
    joinTone: z.boolean(),
    version: z.int().meta({ description: 'Grows by one at every save; quoted, the entity tag of `If-Match`' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Conference', description: 'The saved thing that makes a number a room' })
export type Conference = z.infer<typeof conference>
