/**
 * The live meeting of a conference: its participants and their mix. It opens with the first one and closes with the last.
 * Music for one alone is not started or stopped here: it is what the mix of one member sounds like.
 */
import type { Clock } from '../base/clock.ts'
import { Emitter, type Off } from '../base/emitter.ts'
import { newId } from '../base/ids.ts'
import type { Call } from '../call/call.ts'
import type { Mix } from '../media/mix.ts'
import type { Sound } from '../media/sound.ts'
import type { Conference } from '../model/conference.ts'
import type { Caller, Participant as ParticipantView, Room as RoomView } from '../model/room.ts'

/** A call that is in a room. */
export type Participant = {
  readonly id: string
  readonly call: Call
  readonly caller: Caller
  readonly joinedAtMs: number
}

export type RoomEvents = {
  joined: [participant: ParticipantView]
  changed: [participant: ParticipantView]
  left: [participantId: string]
  /** The last one has left. */
  closed: []
}

export type RoomOptions = {
  readonly conference: Conference
  readonly mix: Mix
  readonly clock: Clock
  readonly tones: { readonly joined: Sound; readonly left: Sound }
}

export class Room {
  readonly id = newId('room')
  readonly #mix: Mix
  readonly #clock: Clock
  readonly #tones: RoomOptions['tones']
  readonly #openedAtMs: number
  readonly #participants = new Map<string, { readonly participant: Participant; readonly off: Off }>()
  readonly #events = new Emitter<RoomEvents>()
  #conference: Conference

  constructor({ conference, mix, clock, tones }: RoomOptions) {
    this.#conference = conference
    this.#mix = mix
    this.#clock = clock
    this.#tones = tones
    this.#openedAtMs = clock.wallMs()
  }

  on<Name extends keyof RoomEvents>(name: Name, listener: (...args: RoomEvents[Name]) => void): Off {
    return this.#events.on(name, listener)
  }

  get conferenceId(): string {
    return this.#conference.id
  }

  get language(): Conference['language'] {
    return this.#conference.language
  }

  get size(): number {
    return this.#participants.size
  }

  /** The conference was saved: name, number and options are the new ones; nobody leaves. */
  update(conference: Conference): void {
    this.#conference = conference
  }

  /** Lets an answered call in. */
  join(call: Call, caller: Caller): Participant {
    const participant: Participant = { id: newId('participant'), call, caller, joinedAtMs: this.#clock.wallMs() }
    // First, as it may be refused: nobody is listed who is not heard.
    call.stream.enter(this.#mix)
    const off = call.on('held', () => this.#events.emit('changed', viewOf(participant)))
    this.#participants.set(participant.id, { participant, off })
    if (this.#conference.joinTone && this.size > 1) void this.#mix.announce([this.#tones.joined])
    this.#events.emit('joined', viewOf(participant))
    return participant
  }

  /** Takes a participant out; the room closes when nobody is left. */
  leave(participant: Participant): void {
    const entry = this.#participants.get(participant.id)
    if (!entry) return
    entry.off()
    this.#participants.delete(participant.id)
    this.#events.emit('left', participant.id)
    if (this.size > 0) {
      if (this.#conference.joinTone) void this.#mix.announce([this.#tones.left])
      return
    }
    this.#mix.close()
    this.#events.emit('closed')
    this.#events.clear()
  }

  /** Says `sounds` to everybody; resolves when they were heard, or the room has closed. */
  async announce(sounds: readonly Sound[]): Promise<void> {
    if (!this.#mix.closed) await this.#mix.announce(sounds)
  }

  view(): RoomView {
    return {
      id: this.id,
      conferenceId: this.#conference.id,
      number: this.#conference.number,
      name: this.#conference.name,
      openedAt: new Date(this.#openedAtMs).toISOString(),
      participants: [...this.#participants.values()].map(({ participant }) => viewOf(participant)),
    }
  }
}

function viewOf({ id, caller, call, joinedAtMs }: Participant): ParticipantView {
  return { id, caller, source: call.source, joinedAt: new Date(joinedAtMs).toISOString(), held: call.held }
}
