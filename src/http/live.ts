/** What the API needs of the rooms above the store; whoever builds the server fits them in. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Phone } from '../model/employee.ts'
import type { Room } from '../model/room.ts'
import type { ServerStatus } from '../model/status.ts'
import type { Store } from '../store/store.ts'
import type { EventFeed } from './feed.ts'

export interface LiveRooms {
  list(): readonly Room[]
  ofConference(conferenceId: string): Room | null
  /** Ends the meeting, when there is one; resolves when everybody is out. */
  end(conferenceId: string): Promise<void>
}

export interface Phones {
  list(): readonly Phone[]
}

/** What the resources of the API are made of. */
export type ApiParts = {
  readonly log: Log
  readonly clock: Clock
  readonly store: Store
  readonly live: LiveRooms
  readonly phones: Phones
  readonly status: () => ServerStatus
  readonly feed: EventFeed
}
