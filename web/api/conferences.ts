import { queryOptions } from '@tanstack/react-query'
import type { Conference, ConferenceDraft } from '../../src/model/conference.ts'
import { request } from './request.ts'

export const conferencesQuery = queryOptions({
  queryKey: ['conferences'],
  queryFn: ({ signal }) => request<Conference[]>('/conferences', { signal }),
})

export const conferenceQuery = (id: string) =>
  queryOptions({
    queryKey: ['conference', id],
    queryFn: ({ signal }) => request<Conference>(`/conferences/${id}`, { signal }),
  })

export const addConference = (draft: ConferenceDraft): Promise<Conference> =>
  request('/conferences', { method: 'POST', body: draft })

/** @throws RequestProblem with status 412 when somebody saved it after `based` was read */
export const changeConference = (based: Conference, draft: ConferenceDraft): Promise<Conference> =>
  request(`/conferences/${based.id}`, { method: 'PATCH', body: draft, version: based.version })

/** `end`: also when people are inside; they hear a goodbye. */
export const deleteConference = (id: string, end: boolean): Promise<void> =>
  request(`/conferences/${id}${end ? '?end=true' : ''}`, { method: 'DELETE' })
