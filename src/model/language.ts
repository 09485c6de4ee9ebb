/** The languages that prompts are spoken in and the panel is written in. */
import { z } from 'zod'

export const languages = ['ru', 'en'] as const
export const language = z.enum(languages).meta({ id: 'Language' })
export type Language = z.infer<typeof language>
