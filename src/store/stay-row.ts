/** A stay as a row, and back. */
import type { EndReason, Stay } from '../model/history.ts'
import { searchText } from './search-text.ts'
import type { StaysTable } from './sql/tables.ts'

export function toStayRow(stay: Stay): StaysTable {
  return {
    id: stay.id,
    call_id: stay.callId,
    caller_kind: stay.caller.kind,
    caller_number: stay.caller.number,
    caller_name: stay.caller.name,
    caller_employee_id: stay.caller.employeeId,
    source: stay.source,
    conference_id: stay.conferenceId,
    conference_name: stay.conferenceName,
    conference_number: stay.conferenceNumber,
    room_id: stay.roomId,
    started_at: stay.startedAt,
    answered_at: stay.answeredAt,
    entered_at: stay.enteredAt,
    ended_at: stay.endedAt,
    end_reason: stay.endReason,
    search_text: searchText(stay.caller.number, stay.caller.name, stay.conferenceNumber, stay.conferenceName),
  }
}

export function fromStayRow(row: StaysTable): Stay {
  return {
    id: row.id,
    callId: row.call_id,
    caller: {
      kind: row.caller_kind as Stay['caller']['kind'],
      number: row.caller_number,
      name: row.caller_name,
      employeeId: row.caller_employee_id,
    },
    source: row.source,
    conferenceId: row.conference_id,
    conferenceName: row.conference_name,
    conferenceNumber: row.conference_number,
    roomId: row.room_id,
    startedAt: row.started_at,
    answeredAt: row.answered_at,
    enteredAt: row.entered_at,
    endedAt: row.ended_at,
    endReason: row.end_reason as EndReason | null,
  }
}
