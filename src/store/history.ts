/**
 * Call history: one row per call to a conference. Each step is written at the moment it happens, so that a crash leaves a
 * row that says how far the call had come.
 *
 * Moments are ISO 8601 text, as in the model. A promise that resolved means the operating system has the row.
 */
import { sql } from 'kysely'
import { Emitter } from '../base/emitter.ts'
import { Invalid } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { EndReason, HistoryPage, Stay } from '../model/history.ts'
import { containing, searchText } from './search-text.ts'
import type { Database } from './sql/database.ts'
import { fromStayRow, toStayRow } from './stay-row.ts'

/** What is known when the call comes in. */
export type BeginningStay = Pick<
  Stay,
  'id' | 'callId' | 'caller' | 'source' | 'conferenceId' | 'conferenceName' | 'conferenceNumber' | 'startedAt'
>

export type HistoryQuery = {
  /** `nextBefore` of the page before. */
  readonly before?: string | undefined
  readonly limit: number
  readonly conferenceId?: string | undefined
  /** Part of a caller's or a conference's name or number. */
  readonly search?: string | undefined
}

export class History {
  /** Emitted after the write, once per stay. */
  readonly events = new Emitter<{ ended: [Stay] }>()
  readonly #database: Database
  readonly #log: Log
  readonly #aliveUntil: string | null

  /** `aliveUntil`: the last moment before this start at which a server is known to have run. */
  constructor(parts: { readonly database: Database; readonly log: Log; readonly aliveUntil: string | null }) {
    this.#database = parts.database
    this.#log = parts.log
    this.#aliveUntil = parts.aliveUntil
  }

  async begin(stay: BeginningStay): Promise<void> {
    const row = toStayRow({ ...stay, roomId: null, answeredAt: null, enteredAt: null, endedAt: null, endReason: null })
    await this.#database.quick((trx) => trx.insertInto('stays').values(row).execute())
  }

  async answered(id: string, at: string): Promise<void> {
    await this.#database.quick((trx) => trx.updateTable('stays').set({ answered_at: at }).where('id', '=', id).execute())
  }

  async entered(id: string, { at, roomId }: { readonly at: string; readonly roomId: string }): Promise<void> {
    const entry = { entered_at: at, room_id: roomId }
    await this.#database.quick((trx) => trx.updateTable('stays').set(entry).where('id', '=', id).execute())
  }

  /** Ends a stay that has not ended. Answers it as it is now, or null when it was never begun. */
  async end(id: string, { at, reason }: { readonly at: string; readonly reason: EndReason }): Promise<Stay | null> {
    const { row, changed } = await this.#database.quick(async (trx) => {
      const end = { ended_at: at, end_reason: reason }
      const result = await trx.updateTable('stays').set(end).where('id', '=', id).where('ended_at', 'is', null).executeTakeFirst()
      const row = await trx.selectFrom('stays').selectAll().where('id', '=', id).executeTakeFirst()
      return { row, changed: result.numUpdatedRows > 0n }
    })
    if (!row) {
      this.#log.warn({ stay: id }, 'the end of a stay that was never begun')
      return null
    }
    const stay = fromStayRow(row)
    if (changed) this.events.emit('ended', stay)
    return stay
  }

  /**
   * Ends what a crash left open; for the start, before the first call. The end is an estimate that is never too late: the
   * last heartbeat or the last thing known of the stay itself, whichever is later, and not after `at` (now).
   * Answers how many there were.
   */
  async closeUnfinished(at: string): Promise<number> {
    const ended = await this.#database.quick(async (trx) => {
      const open = await trx.selectFrom('stays').selectAll().where('ended_at', 'is', null).execute()
      const closed: Stay[] = []
      for (const row of open) {
        const known = [row.started_at, row.answered_at, row.entered_at, this.#aliveUntil].filter((moment) => moment !== null)
        const latest = known.toSorted().at(-1) ?? at
        const end = { ended_at: latest < at ? latest : at, end_reason: 'server-crashed' }
        await trx.updateTable('stays').set(end).where('id', '=', row.id).execute()
        closed.push(fromStayRow({ ...row, ...end }))
      }
      return closed
    })
    for (const stay of ended) this.events.emit('ended', stay)
    if (ended.length > 0) this.#log.warn({ stays: ended.length }, 'calls that a crash left open were closed')
    return ended.length
  }

  /**
   * Newest first.
   * @throws Invalid when `before` is not a `nextBefore`
   */
  async page({ before, limit, conferenceId, search }: HistoryQuery): Promise<HistoryPage> {
    let query = this.#database.read.selectFrom('stays').selectAll().orderBy('started_at', 'desc').orderBy('id', 'desc')
    if (conferenceId !== undefined) query = query.where('conference_id', '=', conferenceId)
    if (search !== undefined && searchText(search) !== '') {
      query = query.where(sql<boolean>`search_text like ${containing(search)} escape '\\'`)
    }
    if (before !== undefined) {
      const { startedAt, id } = cursor(before)
      query = query.where((where) =>
        where.or([where('started_at', '<', startedAt), where.and([where('started_at', '=', startedAt), where('id', '<', id)])]),
      )
    }
    const rows = await query.limit(limit + 1).execute()
    const stays = rows.slice(0, limit).map(fromStayRow)
    const last = stays.at(-1)
    return { stays, nextBefore: rows.length > limit && last ? `${last.startedAt}~${last.id}` : null }
  }
}

function cursor(before: string): { startedAt: string; id: string } {
  const [startedAt, id] = before.split('~')
  if (!startedAt || !id) {
    throw new Invalid('"before" is not what a page of the history gave as "nextBefore".', { fields: { before: 'before-format' } })
  }
  return { startedAt, id }
}
