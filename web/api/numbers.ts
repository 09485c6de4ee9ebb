import { queryOptions } from '@tanstack/react-query'
import type { NumberCheck, NumberKind, NumberSuggestion } from '../../src/model/number.ts'
import { request } from './request.ts'

/** Who has a number; never remembered, since somebody else may take it any moment. */
export const numberQuery = (number: string) =>
  queryOptions({
    queryKey: ['number', number],
    queryFn: ({ signal }) => request<NumberCheck>(`/numbers/${number}`, { signal }),
    gcTime: 0,
    retry: false,
  })

export const suggestNumber = (kind: NumberKind): Promise<NumberSuggestion> => request(`/numbers/suggestion?kind=${kind}`)
