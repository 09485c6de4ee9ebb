/** Settings that an administrator changes while the server runs. One schema: default, range, form, check, documentation. */
import { z } from 'zod'
import { language } from './language.ts'

export const settings = z
  .object({
    /** Spoken language of rooms that name none. */
    language: language.default('ru'),
    /** Whether a caller without an account may enter a room. */
    strangersMayCall: z.boolean().default(false),
    /** The realm of SIP digest challenges. */
    sipRealm: z.string().trim().min(1, { error: 'realm-required' }).max(64, { error: 'realm-too-long' }).regex(/^[A-Za-z0-9._-]+$/, { error: 'realm-format' }).default('veche'),
    /** A line that sends nothing for so long is taken out of its room, seconds. */
    silentLineSeconds: z.int().min(10, { error: 'silent-line-range' }).max(3600, { error: 'silent-line-range' }).default(120),
  })
  .meta({ id: 'Settings' })
export type Settings = z.output<typeof settings>

export const settingsChange = settings.partial().meta({ id: 'SettingsChange' })
export type SettingsChange = Partial<Settings>

export const defaultSettings: Settings = settings.parse({})
