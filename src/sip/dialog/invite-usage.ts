/**
 * What goes on inside an established INVITE dialog, whoever called: offers both ways, session refreshes, INFO, BYE
 * (RFC 3261 §14, §15; RFC 3311; RFC 4028). The dialogs own one each and decide what its ending means.
 */
import type { Emitter } from '../../base/emitter.ts'
import { knownMethods } from '../capabilities.ts'
import type { InviteDialogEvents } from '../invite-dialog.ts'
import type { SipRequest } from '../message.ts'
import { sdpOf } from '../sdp-body.ts'
import { OpenRequest } from '../server-request.ts'
import type { ServerTransaction } from '../transaction/server.ts'
import { IncomingOffers } from './incoming-offers.ts'
import type { OfferDesk, Over } from './offer-desk.ts'
import { quiet } from './offers.ts'
import { OutgoingOffers } from './outgoing-offers.ts'
import type { Peer } from './peer.ts'
import { SessionClock } from './session-clock.ts'
import type { SessionAgreement } from './session-timer.ts'
import type { DialogWires } from './wires.ts'

export type UsageParts = {
  readonly wires: DialogWires
  readonly peer: Peer
  readonly events: Emitter<InviteDialogEvents>
  /** Whether the Call-ID is ours. */
  readonly weCalled: boolean
  /** What the far end's Allow named; asked when a refresh is due. */
  readonly peerAllows: (method: string) => boolean
  /** Whether an offer of theirs may come yet: the first exchange must be over (RFC 3261 §14, RFC 5407 §3.1.5). */
  readonly isSettled: () => boolean
  /** The dialog is over, and BYE is to be sent when `bye`. */
  readonly over: Over
}

export class InviteUsage {
  readonly #parts: UsageParts
  readonly #desk: OfferDesk
  readonly #incoming: IncomingOffers
  readonly #outgoing: OutgoingOffers

  constructor(parts: UsageParts) {
    this.#parts = parts
    const { wires, peer, weCalled, events, over } = parts
    const session = new SessionClock({
      clock: wires.clock,
      refresh: () => this.#outgoing.refresh(parts.peerAllows('UPDATE')),
      expired: () => over({ why: 'session-expired' }, { bye: true, reason: 'SIP;cause=408;text="Session timer expired"' }),
    })
    this.#desk = { wires, peer, weCalled, events, over, session, exchange: quiet, localSdp: undefined }
    this.#incoming = new IncomingOffers(this.#desk)
    this.#outgoing = new OutgoingOffers(this.#desk)
  }

  /** The SDP that stands since the 2xx, and how the session is kept alive. */
  begin(localSdp: Uint8Array, agreement: SessionAgreement | undefined): void {
    this.#desk.localSdp = localSdp
    this.#desk.session.agree(agreement)
  }

  reinvite(sdp: Uint8Array): Promise<Uint8Array> {
    return this.#outgoing.reinvite(sdp)
  }

  /** An ACK; false when it is not that of a re-INVITE. */
  acknowledge(request: SipRequest): boolean {
    return this.#incoming.acknowledge(request)
  }

  /** A request inside the dialog, BYE and PRACK excepted, whose CSeq was found in turn. */
  receive(request: SipRequest, transaction: ServerTransaction): void {
    const open = new OpenRequest({
      request,
      transaction,
      userAgent: this.#parts.wires.userAgent,
      toTag: this.#parts.peer.identity.localTag,
    })
    const { allow, supported } = this.#parts.wires.capabilities
    switch (request.method) {
      case 'INVITE':
        if (!this.#parts.isSettled()) return open.respond(491)
        return this.#incoming.invite(open, transaction)
      case 'UPDATE':
        if (!this.#parts.isSettled() && sdpOf(request)) return open.respond(491)
        return this.#incoming.update(open)
      case 'INFO':
        open.respond(200)
        return this.#parts.events.emit('info', (request.headers.get('Content-Type') ?? '').toLowerCase(), request.body)
      case 'OPTIONS':
        return open.respond(200, { headers: [allow, supported] })
      default:
        this.#parts.events.emit('request', open)
        if (!open.taken) open.respond(knownMethods.has(request.method) ? 405 : 501, { headers: [allow] })
    }
  }

  /** Answers what is open and stops every timer. */
  close(): void {
    this.#desk.session.stop()
    this.#incoming.close()
    this.#outgoing.close()
  }
}
