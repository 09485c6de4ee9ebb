import { queryOptions } from '@tanstack/react-query'
import type { Phone } from '../../src/model/employee.ts'
import type { Snapshot } from '../../src/model/event.ts'
import type { Room } from '../../src/model/room.ts'
import type { Settings, SettingsChange } from '../../src/model/settings.ts'
import type { ServerStatus } from '../../src/model/status.ts'
import { request } from './request.ts'

/** The open rooms with who is inside; kept true by the live feed, so an answer never grows old. */
export const roomsQuery = queryOptions({
  queryKey: ['rooms'],
  staleTime: Infinity,
  queryFn: ({ signal }) => request<Room[]>('/rooms', { signal }),
})

/** The registered phones; kept true by the live feed, so an answer never grows old. */
export const phonesQuery = queryOptions({
  queryKey: ['phones'],
  staleTime: Infinity,
  queryFn: ({ signal }) => request<Phone[]>('/phones', { signal }),
})

export const takeSnapshot = (): Promise<Snapshot> => request('/snapshot')

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => request<ServerStatus>('/status', { signal }),
})

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => request<Settings>('/settings', { signal }),
})

export const changeSettings = (change: SettingsChange): Promise<Settings> =>
  request('/settings', { method: 'PATCH', body: change })
