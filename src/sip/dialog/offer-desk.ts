/** What offers of theirs and offers of ours share inside one dialog. */
import type { Emitter } from '../../base/emitter.ts'
import type { DialogEnd, InviteDialogEvents } from '../invite-dialog.ts'
import type { Exchange } from './offers.ts'
import type { Peer } from './peer.ts'
import type { SessionClock } from './session-clock.ts'
import type { DialogWires } from './wires.ts'

/** Tells the dialog that it is over, and whether BYE is to be sent. */
export type Over = (end: DialogEnd, options: { readonly bye: boolean; readonly reason?: string }) => void

export type OfferDesk = {
  readonly wires: DialogWires
  readonly peer: Peer
  /** Whether the Call-ID is ours. */
  readonly weCalled: boolean
  readonly events: Emitter<InviteDialogEvents>
  readonly session: SessionClock
  readonly over: Over
  exchange: Exchange
  /** The last SDP we sent, for refreshes that change nothing. */
  localSdp: Uint8Array | undefined
}
