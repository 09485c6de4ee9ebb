/** Administrators, their sign-in, and keys for programs. */
import { z } from 'zod'
import { name } from './name.ts'

export const signIn = z
  .object({ login: z.string().trim().min(1, { error: 'login-required' }).max(100), password: z.string().min(1, { error: 'password-required' }).max(1000) })
  .meta({ id: 'SignIn' })
export type SignIn = z.infer<typeof signIn>

/** Who is asking. */
export const identity = z
  .object({ kind: z.enum(['administrator', 'api-key']), name: z.string() })
  .meta({ id: 'Identity' })
export type Identity = z.infer<typeof identity>

export const passwordChange = z
  .object({
    current: z.string().max(1000),
    next: z.string().min(10, { error: 'password-too-short' }).max(1000, { error: 'password-too-long' }),
  })
  .meta({ id: 'PasswordChange' })
export type PasswordChange = z.infer<typeof passwordChange>

export const apiKey = z
  .object({ id: z.string(), name: z.string(), createdAt: z.iso.datetime(), lastUsedAt: z.iso.datetime().nullable() })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof apiKey>

export const apiKeyDraft = z.object({ name }).meta({ id: 'ApiKeyDraft' })
export type ApiKeyDraft = z.infer<typeof apiKeyDraft>

export const apiKeyWithToken = apiKey.extend({ token: z.string() }).meta({ id: 'ApiKeyWithToken', description: 'The token is shown this once' })
export type ApiKeyWithToken = z.infer<typeof apiKeyWithToken>
