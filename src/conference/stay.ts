/**
 * One call to a conference, from INVITE to its end: answered, asked for the PIN, let in, gone; and its row of history.
 *
 * arriving (being answered) -> at-door (PIN asked) -> inside -> over
 */
import { addressBlock } from '../base/address-block.ts'
import type { Clock } from '../base/clock.ts'
import type { Guesses } from '../base/guesses.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { Call, CallEnd } from '../call/call.ts'
import type { Conference } from '../model/conference.ts'
import { endReasons, type EndReason, type Stay as StayRecord } from '../model/history.ts'
import type { Language } from '../model/language.ts'
import type { Caller } from '../model/room.ts'
import { Door } from './door.ts'
import type { Prompts } from './prompts.ts'
import type { Participant, Room } from './room.ts'

/** Where the rows of history go; each call is written before it resolves. */
export interface StayHistory {
  begin(stay: StayRecord): Promise<void>
  answered(id: string, at: string): Promise<void>
  entered(id: string, entry: { readonly at: string; readonly roomId: string }): Promise<void>
  end(id: string, end: { readonly at: string; readonly reason: EndReason }): Promise<unknown>
}

export type StayOptions = {
  readonly call: Call
  readonly caller: Caller
  readonly conference: Conference
  readonly history: StayHistory
  readonly prompts: Prompts
  readonly clock: Clock
  readonly log: Log
  /** Whether the conference's meeting is being said goodbye to. */
  readonly isEnding: () => boolean
  /** The conference's room, opened when there is none; null: it is being ended. */
  readonly roomOf: (conference: Conference) => Room | null
  readonly languageOf: (conference: Conference) => Language
  /** Wrong PINs of all calls. */
  readonly guesses: Guesses
  /** Called once, when everything is over and written. */
  readonly over: (stay: Stay) => void
}

type State =
  | { readonly at: 'arriving' }
  | { readonly at: 'at-door'; readonly door: Door }
  | { readonly at: 'inside'; readonly room: Room; readonly participant: Participant }
  | { readonly at: 'over' }

export class Stay {
  readonly id = newId('stay')
  readonly call: Call
  readonly #options: StayOptions
  readonly #log: Log
  #conference: Conference
  #state: State = { at: 'arriving' }
  #written: Promise<void> = Promise.resolve()

  constructor(options: StayOptions) {
    this.call = options.call
    this.#options = options
    this.#conference = options.conference
    this.#log = options.log.with({ call: options.call.id, conference: options.conference.id })
    options.call.on('ended', (end) => this.#finish(end))
    options.call.on('digit', (digit) => {
      if (this.#state.at === 'at-door') this.#takeDigit(this.#state.door, digit)
    })
  }

  get conferenceId(): string {
    return this.#conference.id
  }

  get inside(): boolean {
    return this.#state.at === 'inside'
  }

  /** Resolves when everything that has happened so far is in the history. */
  get written(): Promise<void> {
    return this.#written
  }

  /** Answers the call and leads it to the room, by way of the PIN where there is one. */
  async begin(): Promise<void> {
    const { call, caller, clock } = this.#options
    this.#write('begin', (history) =>
      history.begin({
        id: this.id,
        callId: call.dialog.callId,
        caller,
        source: call.source,
        conferenceId: this.#conference.id,
        conferenceName: this.#conference.name,
        conferenceNumber: this.#conference.number,
        roomId: null,
        startedAt: isoNow(clock),
        answeredAt: null,
        enteredAt: null,
        endedAt: null,
        endReason: null,
      }),
    )
    const { number } = this.#conference
    this.#log.info({ caller: caller.number, kind: caller.kind, source: call.source, number }, 'call to a conference')
    if (this.#options.isEnding()) return call.refuse(480, 'The conference is ending')
    if (this.#conference.pin !== null && this.#options.guesses.isClosed(this.#guesser)) {
      this.#log.warn({ source: call.source }, 'too many wrong PINs: not asked for another one yet')
      return call.refuse(403, 'Too Many Wrong PINs')
    }
    if (!(await call.answer()) || this.#state.at !== 'arriving') return
    this.#write('answered', (history) => history.answered(this.id, isoNow(clock)))
    if (this.#conference.pin === null) this.#admit()
    else this.#askPin()
  }

  /** The conference was saved while this call was on its way or inside. */
  conferenceSaved(conference: Conference): void {
    this.#conference = conference
    if (this.#state.at === 'at-door') this.#state.door.pinChanged()
  }

  /** Says goodbye to one who is not inside yet and ends the call; those inside hear it from the room. */
  async sayGoodbye(reason: EndReason): Promise<void> {
    const { call, prompts, languageOf } = this.#options
    if (this.#state.at === 'at-door') {
      this.#state.door.close()
      await call.stream.play([prompts.spoken(languageOf(this.#conference), 'conference-ended')])
    }
    call.end(reason)
  }

  /** Whose wrong PINs count together: an employee's, or those from one place; room by room. */
  get #guesser(): string {
    const { call, caller } = this.#options
    return `${this.#conference.id} ${caller.employeeId ?? addressBlock(call.dialog.remoteAddress.address)}`
  }

  /** While a pause lasts the first digit ends the call, so that nothing tells a right PIN from a wrong one. */
  #takeDigit(door: Door, digit: string): void {
    const { call, guesses } = this.#options
    if (this.#conference.pin !== null && guesses.isClosed(this.#guesser)) call.end('wrong-pin' satisfies EndReason)
    else door.digit(digit)
  }

  #askPin(): void {
    const { call, clock, guesses, prompts, languageOf } = this.#options
    const door = new Door({
      stream: call.stream,
      clock,
      pinNow: () => this.#conference.pin,
      promptOf: (prompt) => prompts.spoken(languageOf(this.#conference), prompt),
      wrong: () => guesses.wrong(this.#guesser),
      decided: (admitted) => {
        if (admitted) {
          guesses.right(this.#guesser)
          return this.#admit()
        }
        this.#log.warn({ source: call.source }, 'three wrong PINs')
        call.end('wrong-pin' satisfies EndReason)
      },
    })
    this.#state = { at: 'at-door', door }
  }

  #admit(): void {
    const { call, caller, clock, roomOf } = this.#options
    const room = roomOf(this.#conference)
    if (!room) return call.end('conference-ended' satisfies EndReason)
    const participant = room.join(call, caller)
    this.#state = { at: 'inside', room, participant }
    this.#write('entered', (history) => history.entered(this.id, { at: isoNow(clock), roomId: room.id }))
  }

  #finish(end: CallEnd): void {
    const state = this.#state
    if (state.at === 'over') return
    this.#state = { at: 'over' }
    if (state.at === 'at-door') state.door.close()
    if (state.at === 'inside') state.room.leave(state.participant)
    const reason = reasonOf(end, state.at)
    this.#log.info({ reason }, 'stay is over')
    const { clock, over } = this.#options
    this.#write('end', (history) => history.end(this.id, { at: isoNow(clock), reason }))
    void this.#written.finally(() => over(this))
  }

  /** In order. History must not break a call: a row that cannot be written is an error for the administrator. */
  #write(what: string, write: (history: StayHistory) => Promise<unknown>): void {
    const { history } = this.#options
    this.#written = this.#written
      .then(async () => void (await write(history)))
      .catch((error: unknown) => this.#log.error({ err: error, what }, 'call history could not be written'))
  }
}

function reasonOf(end: CallEnd, at: State['at']): EndReason {
  switch (end.how) {
    case 'hung-up':
      return at === 'at-door' ? 'no-pin' : 'hung-up'
    case 'cancelled':
      return 'cancelled'
    case 'line-lost':
      return 'line-lost'
    case 'refused':
      return 'refused'
    case 'failed':
      return 'failed'
    case 'ended':
      return endReasons.find((reason) => reason === end.why) ?? 'failed'
  }
}

function isoNow(clock: Clock): string {
  return new Date(clock.wallMs()).toISOString()
}
