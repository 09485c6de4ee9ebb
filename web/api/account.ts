import { queryOptions } from '@tanstack/react-query'
import type { ApiKey, ApiKeyDraft, ApiKeyWithToken, Identity, PasswordChange, SignIn } from '../../src/model/account.ts'
import { request, RequestProblem } from './request.ts'

/** Who is signed in here; null: nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Identity | null> => {
    try {
      return await request<Identity>('/me', { signal })
    } catch (error) {
      if (error instanceof RequestProblem && error.status === 401) return null
      throw error
    }
  },
})

export const signIn = (who: SignIn): Promise<Identity> => request('/sign-in', { method: 'POST', body: who })
export const signOut = (): Promise<void> => request('/sign-in', { method: 'DELETE' })
export const changePassword = (change: PasswordChange): Promise<void> =>
  request('/me/password', { method: 'POST', body: change })

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => request<ApiKey[]>('/api-keys', { signal }),
})

export const addApiKey = (draft: ApiKeyDraft): Promise<ApiKeyWithToken> =>
  request('/api-keys', { method: 'POST', body: draft })
export const deleteApiKey = (id: string): Promise<void> => request(`/api-keys/${id}`, { method: 'DELETE' })
