import { infiniteQueryOptions } from '@tanstack/react-query'
import type { HistoryPage, Stay } from '../../src/model/history.ts'
import { request } from './request.ts'

export type HistoryFilter = { readonly conferenceId: string | null; readonly search: string }

export const historyKey = 'history'
const pageLength = 50

export const historyQuery = (filter: HistoryFilter) =>
  infiniteQueryOptions({
    queryKey: [historyKey, filter],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ limit: String(pageLength) })
      if (pageParam !== null) query.set('before', pageParam)
      if (filter.conferenceId !== null) query.set('conferenceId', filter.conferenceId)
      if (filter.search !== '') query.set('search', filter.search)
      return request<HistoryPage>(`/history?${query}`, { signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextBefore,
  })

/** What the pages become when `ended` is told: its row takes the new state, or a new row stands on top. */
export function withStay(pages: readonly HistoryPage[], ended: Stay): HistoryPage[] {
  const known = pages.some((page) => page.stays.some((stay) => stay.id === ended.id))
  return pages.map((page, index) => {
    if (known) return { ...page, stays: page.stays.map((stay) => (stay.id === ended.id ? ended : stay)) }
    return index === 0 ? { ...page, stays: [ended, ...page.stays] } : page
  })
}
