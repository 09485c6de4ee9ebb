/**
 * Who may offer now: at most one offer, and at most one INVITE each way, at a time (RFC 3261 §14, RFC 3311 §5, RFC 6141).
 * Pure.
 */

/** What is under way. */
export type Exchange = {
  /** An offer of ours that is not answered: in a request, or in the 2xx to their re-INVITE until its ACK. */
  readonly ours: boolean
  /** A re-INVITE of theirs without a final response from us. */
  readonly theirInvite: boolean
  /** An offer of theirs in an UPDATE that we have not answered. */
  readonly theirUpdate: boolean
}

export const quiet: Exchange = { ours: false, theirInvite: false, theirUpdate: false }

/** `refused` with 491 by glare (they may try again soon), with 500 when they should have waited for us. */
export type Admission = { readonly kind: 'admitted' } | { readonly kind: 'refused'; readonly status: 491 | 500 }

const admitted: Admission = { kind: 'admitted' }
const glare: Admission = { kind: 'refused', status: 491 }
const tooEarly: Admission = { kind: 'refused', status: 500 }

/** A re-INVITE came (RFC 3261 §14.2). */
export function admitInvite(exchange: Exchange): Admission {
  if (exchange.theirInvite || exchange.theirUpdate) return tooEarly
  return exchange.ours ? glare : admitted
}

/** An UPDATE came (RFC 3311 §5.2); one without an offer disturbs nobody. */
export function admitUpdate(exchange: Exchange, hasOffer: boolean): Admission {
  if (exchange.theirUpdate) return tooEarly
  if (!hasOffer) return admitted
  if (exchange.theirInvite) return tooEarly
  return exchange.ours ? glare : admitted
}

/** Whether we may send an offer. */
export function mayOffer({ ours, theirInvite, theirUpdate }: Exchange): boolean {
  return !ours && !theirInvite && !theirUpdate
}

/** How long to wait after a 491, milliseconds in steps of 10 (RFC 3261 §14.1). `random` is from 0 to 1, 1 excluded. */
export function glarePauseMs(weMadeCallId: boolean, random: number): number {
  return weMadeCallId ? 2100 + Math.floor(random * 190) * 10 : Math.floor(random * 200) * 10
}
