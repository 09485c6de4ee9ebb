/**
 * All meetings that are going on: opens a room for the first caller of a conference, follows what is saved and deleted,
 * ends rooms with a spoken goodbye. One owner of every stay and every room.
 */
import type { Clock } from '../base/clock.ts'
import { Emitter, type Off } from '../base/emitter.ts'
import { Guesses } from '../base/guesses.ts'
import type { Log } from '../base/log.ts'
import type { Call } from '../call/call.ts'
import type { Mix } from '../media/mix.ts'
import type { Conference } from '../model/conference.ts'
import type { Change } from '../model/event.ts'
import type { EndReason } from '../model/history.ts'
import type { Language } from '../model/language.ts'
import type { Caller, Room as RoomView } from '../model/room.ts'
import type { Prompts } from './prompts.ts'
import { Room } from './room.ts'
import { Stay, type StayHistory } from './stay.ts'

/** The part of the media engine that a room needs. */
export interface MixSource {
  openMix(options: { readonly label: string }): Mix
}

export type RoomsOptions = {
  readonly media: MixSource
  readonly history: StayHistory
  readonly prompts: Prompts
  readonly clock: Clock
  readonly log: Log
  /** The language of rooms whose conference names none; read at every prompt. */
  readonly defaultLanguage: () => Language
}

/** Wrong PINs without a pause: three calls. */
const freeGuesses = 9
const firstPauseMs = 10_000
const longestPauseMs = 15 * 60_000

export class Rooms {
  readonly #options: RoomsOptions
  readonly #stays = new Set<Stay>()
  readonly #rooms = new Map<string, Room>()
  /** Conferences whose meeting is being said goodbye to: nobody comes in. */
  readonly #ending = new Set<string>()
  readonly #events = new Emitter<{ change: [change: Change] }>()
  readonly #guesses: Guesses
  #closing = false

  constructor(options: RoomsOptions) {
    this.#options = options
    this.#guesses = new Guesses({ clock: options.clock, free: freeGuesses, firstPauseMs, longestPauseMs })
  }

  /** What happens in the rooms, as the live feed tells it. */
  on(name: 'change', listener: (change: Change) => void): Off {
    return this.#events.on(name, listener)
  }

  /** Takes a call that has dialled a conference. The call is ended or refused here in the end, never left. */
  enter(call: Call, { conference, caller }: { readonly conference: Conference; readonly caller: Caller }): void {
    const { clock, history, log, prompts } = this.#options
    const stay = new Stay({
      call,
      caller,
      conference,
      history,
      prompts,
      clock,
      log,
      isEnding: () => this.#closing || this.#ending.has(conference.id),
      roomOf: (current) => this.#roomOf(current),
      languageOf: (current) => current.language ?? this.#options.defaultLanguage(),
      over: (ended) => this.#stays.delete(ended),
      guesses: this.#guesses,
    })
    this.#stays.add(stay)
    stay.begin().catch((error: unknown) => {
      log.error({ err: error, call: call.id }, 'a call to a conference failed')
      call.end('failed')
    })
  }

  /** The rooms that are open now. */
  list(): RoomView[] {
    return [...this.#rooms.values()].map((room) => room.view())
  }

  ofConference(conferenceId: string): RoomView | null {
    return this.#rooms.get(conferenceId)?.view() ?? null
  }

  /** Calls on their way in or inside. */
  get calls(): number {
    return this.#stays.size
  }

  /** After commit: the next one at the door meets the new record; those inside stay. */
  conferenceSaved(conference: Conference): void {
    this.#rooms.get(conference.id)?.update(conference)
    for (const stay of this.#stays) if (stay.conferenceId === conference.id) stay.conferenceSaved(conference)
  }

  /** Says goodbye to everybody in the conference's room or at its door, and ends their calls. Resolves when all are gone. */
  async end(conferenceId: string): Promise<void> {
    if (this.#ending.has(conferenceId)) return
    this.#ending.add(conferenceId)
    try {
      const reason: EndReason = 'conference-ended'
      const stays = [...this.#stays].filter((stay) => stay.conferenceId === conferenceId)
      const room = this.#rooms.get(conferenceId)
      const atTheDoor = stays.filter((stay) => !stay.inside).map((stay) => stay.sayGoodbye(reason))
      await room?.announce([this.#goodbyeOf(room)])
      for (const stay of stays) if (stay.inside) stay.call.end(reason)
      await Promise.all(atTheDoor)
    } finally {
      this.#ending.delete(conferenceId)
    }
  }

  /** The server is closing: every call gets its BYE now. Resolves when all rows of history are written. */
  async close(): Promise<void> {
    this.#closing = true
    for (const stay of this.#stays) stay.call.end('server-stopped' satisfies EndReason)
    await Promise.all([...this.#stays].map((stay) => stay.written))
  }

  #roomOf(conference: Conference): Room | null {
    if (this.#closing || this.#ending.has(conference.id)) return null
    const open = this.#rooms.get(conference.id)
    if (open) return open
    const { media, prompts, clock, log } = this.#options
    const mix = media.openMix({ label: conference.number })
    mix.setMusic(prompts.music)
    const room = new Room({ conference, mix, clock, tones: prompts.tones })
    const names = { roomId: room.id, conferenceId: conference.id }
    room.on('joined', (participant) => {
      if (room.size === 1) {
        log.info({ room: room.id, number: conference.number }, 'room opened')
        // Everybody joins by an event of his own, the first one too.
        this.#events.emit('change', { type: 'room-opened', room: { ...room.view(), participants: [] } })
      }
      this.#events.emit('change', { type: 'participant-joined', ...names, participant })
    })
    room.on('changed', (participant) => this.#events.emit('change', { type: 'participant-changed', ...names, participant }))
    room.on('left', (participantId) => this.#events.emit('change', { type: 'participant-left', ...names, participantId }))
    room.on('closed', () => {
      this.#rooms.delete(conference.id)
      log.info({ room: room.id }, 'room closed')
      this.#events.emit('change', { type: 'room-closed', ...names })
    })
    this.#rooms.set(conference.id, room)
    return room
  }

  #goodbyeOf(room: Room): ReturnType<Prompts['spoken']> {
    return this.#options.prompts.spoken(room.language ?? this.#options.defaultLanguage(), 'conference-ended')
  }
}
