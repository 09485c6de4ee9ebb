/** What a dialog needs of the endpoint around it. */
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Capabilities } from '../capabilities.ts'
import type { InviteDialog } from '../invite-dialog.ts'
import type { SipRequest } from '../message.ts'
import type { Outgoing } from '../outgoing.ts'
import type { ServerTransaction } from '../transaction/server.ts'
import type { SipTimers } from '../transaction/timers.ts'
import type { SessionTimerOptions } from './session-timer.ts'

/** What the endpoint hands to the dialog that a request belongs to. */
export interface DialogEntry extends InviteDialog {
  /** The far end's tag; undefined while there are none or several. */
  readonly remoteTag: string | undefined
  receive(request: SipRequest, transaction: ServerTransaction): void
  /** An ACK that is no refusal's. */
  acknowledge(request: SipRequest): void
  /** The endpoint is closing: stops every timer and tells nobody. */
  abandon(): void
}

export interface DialogWires {
  readonly clock: Clock
  readonly log: Log
  readonly timers: SipTimers
  readonly userAgent: string
  readonly capabilities: Capabilities
  readonly sessionTimer: SessionTimerOptions | undefined
  readonly outgoing: Outgoing
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number
  /** From now on requests under `callId` with `localTag` in To are this dialog's. */
  enter(names: DialogNames, dialog: DialogEntry): void
  leave(names: DialogNames): void
}

/** The remote tag is not part of it: an INVITE of ours may have several far ends until one answers. */
export type DialogNames = { readonly callId: string; readonly localTag: string }
