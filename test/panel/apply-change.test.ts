/** The rooms in the panel's cache follow the live events, in whatever order the server tells of a room and its people. */
import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/model/event.ts'
import type { Participant, Room } from '../../src/model/room.ts'
import { applyChange } from '../../web/api/apply-change.ts'
import { conferencesQuery } from '../../web/api/conferences.ts'
import { roomsQuery } from '../../web/api/server.ts'

const openedAt = '2026-01-02T03:04:05.000Z'
const ids = { roomId: 'r1', conferenceId: 'c1' }
const room: Room = { id: 'r1', conferenceId: 'c1', number: '1111', name: 'Planning', openedAt, participants: [] }
const anna = guest('anna')
const boris = guest('boris')
const opened: Change = { type: 'room-opened', room }
const openedWithAnna: Change = { type: 'room-opened', room: { ...room, participants: [anna] } }
const joined = (participant: Participant): Change => ({ type: 'participant-joined', ...ids, participant })
const left = (participantId: string): Change => ({ type: 'participant-left', ...ids, participantId })

function guest(id: string): Participant {
  const caller = { kind: 'employee', number: '101', name: id, employeeId: id } as const
  return { id, caller, source: 'udp:192.0.2.7:5060', joinedAt: openedAt, held: false }
}

/** What the cache holds after `changes`. */
function after(...changes: readonly Change[]): Room[] | undefined {
  const client = new QueryClient()
  client.setQueryData(roomsQuery.queryKey, [])
  client.setQueryData(conferencesQuery.queryKey, [
    {
      id: 'c1',
      name: 'Planning',
      number: '1111',
      pin: null,
      language: null,
      joinTone: false,
      version: 1,
      createdAt: openedAt,
      updatedAt: openedAt,
    },
  ])
  for (const change of changes) applyChange(client, change)
  return client.getQueryData(roomsQuery.queryKey)
}

describe('the rooms in the cache', () => {
  const full = [{ ...room, participants: [anna, boris] }]
  it.each<{ title: string; changes: Change[]; rooms: Room[] }>([
    { title: 'an empty room is followed by everybody in it', changes: [opened, joined(anna), joined(boris)], rooms: full },
    { title: 'the first participant may come before the room', changes: [joined(anna), opened, joined(boris)], rooms: full },
    { title: 'the first one may come in the room and again', changes: [openedWithAnna, joined(anna), joined(boris)], rooms: full },
    { title: 'a room told twice keeps its people', changes: [opened, joined(anna), joined(boris), opened], rooms: full },
    {
      title: 'who left is not there',
      changes: [opened, joined(anna), joined(boris), left('anna'), left('anna')],
      rooms: [{ ...room, participants: [boris] }],
    },
    { title: 'a closed room is gone', changes: [opened, joined(anna), left('anna'), { type: 'room-closed', ...ids }], rooms: [] },
  ])('$title', ({ changes, rooms }) => {
    expect(after(...changes)).toEqual(rooms)
  })

  it('who changes has the new state, in the same place', () => {
    const held = { ...anna, held: true }
    expect(after(opened, joined(anna), joined(boris), { type: 'participant-changed', ...ids, participant: held })).toEqual([
      { ...room, participants: [held, boris] },
    ])
  })
})
