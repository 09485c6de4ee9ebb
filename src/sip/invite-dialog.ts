/**
 * One INVITE and the dialog it makes (RFC 3261 §12-§15): what `call/` sees of signalling. Made by the endpoint; the two
 * sides are in `dialog/`.
 *
 * | we are | states |
 * |---|---|
 * | called (UAS) | incoming -> (early) -> answered (200 sent, ACK awaited) -> confirmed -> ended |
 * | calling (UAC) | trying -> early -> confirmed -> ended |
 */
import type { Off } from '../base/emitter.ts'
import type { SipAddress } from './address.ts'
import type { SipRequest } from './message.ts'
import type { NameAddr } from './name-addr.ts'
import type { ServerRequest } from './server-request.ts'

/** Why a dialog is over. */
export type DialogEnd =
  | { readonly why: 'remote-bye'; readonly reason?: string }
  | { readonly why: 'remote-cancel' }
  | { readonly why: 'local-bye' }
  | { readonly why: 'rejected'; readonly status: number }
  /** Our request was never answered, or answered 408 or 481 (RFC 3261 §12.2.1.2). */
  | { readonly why: 'unreachable' }
  /** We sent 200 and no ACK came within 64*T1 (RFC 3261 §13.3.1.4). */
  | { readonly why: 'no-ack' }
  /** The session timer ran out without a refresh (RFC 4028 §10). */
  | { readonly why: 'session-expired' }
  /** A called party's final answer other than 2xx. */
  | { readonly why: 'refused'; readonly status: number; readonly reason: string }

/** An offer in a re-INVITE or UPDATE (RFC 3264, RFC 3311). Exactly one of the methods is called, once. */
export interface Reoffer {
  /** SDP; null: a re-INVITE without SDP asks us to offer (RFC 3261 §14.2), the answer comes as `ack`. */
  readonly offer: Uint8Array | null
  accept(sdp: Uint8Array): void
  /** Usually 488; the dialog stays as it was. */
  reject(status: number, reason?: string): void
}

export type InviteDialogEvents = {
  /** Our 2xx was acknowledged. `answer` is SDP when the ACK carried the answer to our offer, else null. */
  ack: [answer: Uint8Array | null]
  reoffer: [reoffer: Reoffer]
  /**
   * Our session refresh was a re-INVITE with our last description, and answered: the far end may have moved its sound, or
   * changed its direction within what `offer` said.
   */
  refreshed: [answer: Uint8Array, offer: Uint8Array]
  /** An INFO; answered 200 by us. DTMF comes as `application/dtmf-relay` or `application/dtmf`. */
  info: [contentType: string, body: Uint8Array]
  /** Another method inside the dialog (REFER, NOTIFY, MESSAGE ...). Unless answered, or promised by `later`, it is refused. */
  request: [request: ServerRequest]
  /** UAC: 180, 183 ... with SDP when there was one. */
  progress: [status: number, sdp: Uint8Array | null]
  /** UAC: the 2xx came (ACK is sent by the dialog). */
  answered: [sdp: Uint8Array | null]
  /** Emitted exactly once; nothing comes after it. */
  ended: [end: DialogEnd]
}

export interface InviteDialog {
  /** Short random id for logs and tables. */
  readonly id: string
  readonly direction: 'incoming' | 'outgoing'
  /** The INVITE that began it. */
  readonly invite: SipRequest
  readonly callId: string
  /** Who is at the other end, as the INVITE said (From when incoming, To when outgoing). */
  readonly remoteParty: NameAddr
  /** The packet's source (incoming) or the next hop (outgoing). */
  readonly remoteAddress: SipAddress
  /** Our own address on that flow, as the other end can reach it (public address applied); for SDP's `c=` too. */
  readonly localAddress: SipAddress
  /** SDP of the INVITE (incoming); null when it carries no `application/sdp`. */
  readonly offer: Uint8Array | null
  readonly state: 'incoming' | 'trying' | 'early' | 'answered' | 'confirmed' | 'ended'

  on<Name extends keyof InviteDialogEvents>(name: Name, listener: (...args: InviteDialogEvents[Name]) => void): Off

  /** UAS: a provisional response; sent reliably (RFC 3262) when the caller requires 100rel. */
  progress(status: 180 | 183, sdp?: Uint8Array): void
  /** UAS: 200 OK with `sdp` (an answer, or an offer when the INVITE had none). Repeated until the ACK. */
  answer(sdp: Uint8Array): void
  /** UAS: a final refusal. `headers` are added (Retry-After, Reason ...). */
  reject(
    status: number,
    options?: { readonly reason?: string; readonly headers?: ReadonlyArray<readonly [string, string]> },
  ): void
  /**
   * Sends a re-INVITE with our offer; resolves with the answer. Glare is retried (RFC 3261 §14.1).
   * @throws Unavailable when refused or unanswered.
   */
  reinvite(sdp: Uint8Array): Promise<Uint8Array>
  /**
   * Ends it whatever its state: CANCEL, 4xx/5xx (`status`, default 480) or BYE; `reason` becomes a Reason header
   * (RFC 3326). Idempotent.
   */
  end(options?: { readonly reason?: string; readonly status?: number }): void
}
