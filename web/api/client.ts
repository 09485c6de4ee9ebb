import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import type { Identity } from '../../src/model/account.ts'
import { meQuery } from './account.ts'
import { RequestProblem } from './request.ts'

/** Puts `me` in, and forgets whatever the one before was told. */
export function changePerson(client: QueryClient, me: Identity | null): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] })
  client.setQueryData(meQuery.queryKey, me)
}

/** The one cache of what the server said. A refused sign-in anywhere shows the sign-in page. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown): void => {
    const signedOut = error instanceof RequestProblem && error.status === 401 && error.code === 'not-signed-in'
    if (signedOut) client.setQueryData(meQuery.queryKey, null)
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => count < 2 && (!(error instanceof RequestProblem) || error.status === 0 || error.status >= 500),
      },
    },
  })
  return client
}
