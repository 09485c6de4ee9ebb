/** What an event of the live feed does to the query cache; anything not kept there is left alone. */
import type { QueryClient } from '@tanstack/react-query'
import type { Conference } from '../../src/model/conference.ts'
import type { Phone } from '../../src/model/employee.ts'
import type { Change } from '../../src/model/event.ts'
import type { HistoryPage } from '../../src/model/history.ts'
import type { Participant, Room } from '../../src/model/room.ts'
import { conferencesQuery } from './conferences.ts'
import { employeesQuery } from './employees.ts'
import { historyKey, withStay, type HistoryFilter } from './history.ts'
import { phonesQuery, roomsQuery, settingsQuery } from './server.ts'

export function applyChange(client: QueryClient, change: Change): void {
  const rooms = (next: (rooms: Room[]) => Room[]) => client.setQueryData(roomsQuery.queryKey, (old) => old && next(old))
  const phones = (next: (phones: Phone[]) => Phone[]) => client.setQueryData(phonesQuery.queryKey, (old) => old && next(old))

  switch (change.type) {
    case 'conference-saved': {
      const { conference } = change
      client.setQueryData(conferencesQuery.queryKey, (old) => old && withRecord(old, conference))
      client.setQueryData<Conference>(['conference', conference.id], (old) => (old ? newer(old, conference) : old))
      return
    }
    case 'conference-deleted':
      client.setQueryData(conferencesQuery.queryKey, (old) => old?.filter(({ id }) => id !== change.conferenceId))
      return
    case 'employee-saved': {
      const { employee } = change
      client.setQueryData(employeesQuery.queryKey, (old) => old && withRecord(old, employee))
      // The secret may have changed too, and is not told here.
      void client.invalidateQueries({ queryKey: ['employee', employee.id] })
      return
    }
    case 'employee-deleted':
      client.setQueryData(employeesQuery.queryKey, (old) => old?.filter(({ id }) => id !== change.employeeId))
      return
    case 'settings-saved':
      client.setQueryData(settingsQuery.queryKey, change.settings)
      return
    case 'phone-registered':
      return void phones((all) => [...all.filter((phone) => !samePhone(phone, change.phone)), change.phone])
    case 'phone-unregistered':
      return void phones((all) => all.filter((phone) => !samePhone(phone, change)))
    case 'room-opened':
      return void rooms((all) => withRoom(all, change.room))
    case 'room-closed':
      return void rooms((all) => all.filter(({ id }) => id !== change.roomId))
    case 'participant-joined':
    case 'participant-changed':
      return void rooms((all) => withGuest(client, all, change))
    case 'participant-left':
      return void rooms((all) => withoutGuest(all, change))
    case 'call-ended':
      return applyStay(client, change)
  }
}

function applyStay(client: QueryClient, { stay }: Extract<Change, { type: 'call-ended' }>): void {
  for (const [key, data] of client.getQueriesData<{ pages: HistoryPage[]; pageParams: unknown[] }>({ queryKey: [historyKey] })) {
    const filter = key[1] as HistoryFilter
    if (data === undefined || (filter.conferenceId !== null && filter.conferenceId !== stay.conferenceId)) continue
    // What a search finds is the server's to say.
    if (filter.search === '') client.setQueryData(key, { ...data, pages: withStay(data.pages, stay) })
    else void client.invalidateQueries({ queryKey: key })
  }
}

type Versioned = { readonly id: string; readonly version: number }

function newer<T extends Versioned>(a: T, b: T): T {
  return b.version >= a.version ? b : a
}

function withRecord<T extends Versioned>(all: readonly T[], saved: T): T[] {
  const known = all.some(({ id }) => id === saved.id)
  return known ? all.map((old) => (old.id === saved.id ? newer(old, saved) : old)) : [...all, saved]
}

/** Whoever is known to be inside stays, whether the room or its first participant was told first. */
function withRoom(all: readonly Room[], opened: Room): Room[] {
  const old = all.find(({ id }) => id === opened.id)
  if (old === undefined) return [...all, opened]
  const participants = opened.participants.reduce(withParticipant, old.participants)
  return all.map((room) => (room === old ? { ...opened, participants } : room))
}

type Arrival = Extract<Change, { type: 'participant-joined' | 'participant-changed' }>

/** A room that nobody has told of yet is shown with what is known of its conference; `room-opened` fills in the rest. */
function withGuest(client: QueryClient, all: readonly Room[], { roomId, conferenceId, participant }: Arrival): Room[] {
  if (all.some(({ id }) => id === roomId)) {
    return all.map((room) =>
      room.id === roomId ? { ...room, participants: withParticipant(room.participants, participant) } : room,
    )
  }
  const { number = '', name = '' } = client.getQueryData(conferencesQuery.queryKey)?.find(({ id }) => id === conferenceId) ?? {}
  return [...all, { id: roomId, conferenceId, number, name, openedAt: participant.joinedAt, participants: [participant] }]
}

type Departure = Extract<Change, { type: 'participant-left' }>

function withoutGuest(all: readonly Room[], { roomId, participantId }: Departure): Room[] {
  return all.map((room) =>
    room.id === roomId ? { ...room, participants: room.participants.filter(({ id }) => id !== participantId) } : room,
  )
}

function withParticipant(all: Participant[], one: Participant): Participant[] {
  return all.some(({ id }) => id === one.id) ? all.map((old) => (old.id === one.id ? one : old)) : [...all, one]
}

type PhoneName = Pick<Phone, 'employeeId' | 'contact'>

function samePhone(a: PhoneName, b: PhoneName): boolean {
  return a.employeeId === b.employeeId && a.contact === b.contact
}
