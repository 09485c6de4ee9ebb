import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { meQuery } from './account.ts'
import { RequestProblem } from './request.ts'

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
