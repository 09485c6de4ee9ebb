/** Settings that an administrator changes while the server runs. One schema: default, range, form, check, documentation. */
import { z } from 'zod'
import { language } from './language.ts'

export const sipDigests = ['both', 'md5', 'sha-256'] as const
export type SipDigest = (typeof sipDigests)[number]

const fields = {
  language: language.meta({ description: 'Spoken language of rooms that name none' }),
  strangersMayCall: z.boolean().meta({ description: 'Whether a caller without an account may enter a room' }),
  sipRealm: z
    .string()
    .trim()
    .min(1, { error: 'realm-required' })
    .max(64, { error: 'realm-too-long' })
    .regex(/^[A-Za-z0-9._-]+$/, { error: 'realm-format' })
    .meta({ description: 'Realm of SIP digest challenges' }),
  sipDigest: z
    .enum(sipDigests, { error: 'sip-digest-unknown' })
    .meta({ description: 'Digest algorithms offered to phones (RFC 8760): both, MD5 first; md5; sha-256' }),
  silentLineSeconds: z
    .int({ error: 'silent-line-range' })
    .min(10, { error: 'silent-line-range' })
    .max(3600, { error: 'silent-line-range' })
    .meta({ description: 'A line that sends nothing for so long is taken out of its room, seconds' }),
}

export const settings = z.object(fields).meta({ id: 'Settings' })
export type Settings = z.output<typeof settings>

/** Only what is given changes. Made from fields without defaults: a default inside would reset whatever is left out. */
export const settingsChange = z
  .object(fields)
  .partial()
  .meta({ id: 'SettingsChange', description: 'The settings to change; the others stay' })
export type SettingsChange = z.output<typeof settingsChange>

export const defaultSettings: Settings = {
  language: 'ru',
  strangersMayCall: false,
  sipRealm: 'veche',
  sipDigest: 'both',
  silentLineSeconds: 120,
}
