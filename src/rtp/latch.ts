/**
 * Which source of packets is the other end of a call: many calls share one port, and anybody may send to it.
 *
 * | source of an RTP packet | becomes the call's source |
 * |---|---|
 * | exactly the SDP's address and port | at its first valid packet |
 * | another port of the SDP's address or of the signalling source's | after PROOF_PACKETS in sequence, one SSRC |
 * | any other address | the same, but only if the account allows it |
 *
 * After that only this source is heard. It is replaced in two cases, after PROOF_PACKETS in sequence of one SSRC:
 * - NAT rebinding: another port of the same address goes on with the same SSRC and sequence, and the old one has fallen silent;
 * - the exact SDP source turns up while a weaker one is heard: who won a race to our port does not keep the call.
 *
 * RTCP proves nothing. It is heard from where the SDP says, or from the address of the proven source with its SSRC.
 *
 * The usual packet (proven source) is answered by the worker's table and never comes here. Not here: ICE and DTLS, the
 * allotment of ports, the memory of ended calls. Sequence rules: RFC 3550 §A.1; NAT: RFC 4961, RFC 7362.
 */
import { isUnspecified, sameAddress, type IpAddress } from './ip-address.ts'
import { sequenceAfter, sequenceDelta } from './sequence.ts'

/** Packets in sequence that prove a source which the SDP does not name. */
export const PROOF_PACKETS = 3

/** How long the old source must have been silent before its address may go on from another port. */
export const REBIND_SILENCE_MS = 1000

/** The largest gap in the sequence across a rebinding (MAX_DROPOUT of RFC 3550 §A.1). */
export const REBIND_GAP = 3000

/** Sound sent, in the life of a stream, to an SDP address that has not shown itself and did not signal. */
export const UNPROVEN_SEND_LIMIT_MS = 4000

const MAX_CANDIDATES = 8
const CANDIDATE_LIFE_MS = 1000

export type Source = { readonly address: IpAddress; readonly port: number }

/** What the signalling says; `remote` is null when the SDP names nobody (port 0 or an unspecified address). */
export type LatchSetup = {
  readonly remote: (Source & { /** Equal to `port` when muxed. */ readonly rtcpPort: number }) | null
  /** Where the signalling came from. */
  readonly signalling: IpAddress
  /** The account's setting: media may come from anywhere. */
  readonly anyAddress: boolean
}

/** May be one object used again for every packet: what is kept is copied. */
export type LatchPacket = {
  readonly kind: 'rtp' | 'rtcp'
  readonly address: IpAddress
  readonly port: number
  /** Of the sender; of an RTCP compound: of its first packet. */
  readonly ssrc: number
  /** 0 for RTCP. */
  readonly sequence: number
  /** The payload type was negotiated; not looked at for RTCP. */
  readonly payloadTypeKnown: boolean
  /** Source and SSRC are those of a call that ended on this port a short while ago. */
  readonly ofEndedCall: boolean
}

/** What the stream last took from its proven source; null when it has taken nothing. */
export type LastHeard = { readonly ssrc: number; readonly sequence: number; readonly atMs: number }

export type LatchInput =
  | { readonly type: 'negotiated'; readonly setup: LatchSetup }
  | { readonly type: 'packet'; readonly packet: LatchPacket; readonly heard: LastHeard | null }

/** How well a source is known: named by the SDP, by its address, or not at all. Best first. */
type Grade = 'exact' | 'address' | 'any'

type Candidate = {
  readonly source: Source
  readonly grade: Grade
  readonly ssrc: number
  readonly sequence: number
  readonly count: number
  readonly atMs: number
}

type Common = {
  readonly setup: LatchSetup
  readonly candidates: readonly Candidate[]
  /** Where RTCP comes from, when that is not where the SDP says. */
  readonly rtcp: Source | null
}

export type Latch =
  | (Common & { readonly kind: 'unproven'; /** RTCP came from exactly where the SDP says. */ readonly reachable: boolean })
  | (Common & { readonly kind: 'proven'; readonly source: Source; readonly grade: Grade })

/**
 * | verdict | the packet | the worker's table |
 * |---|---|---|
 * | accept | is taken | |
 * | proven | is taken | enter the source |
 * | re-latched | is taken | replace the source |
 * | rtcp-learned | is taken | enter it as source of RTCP |
 * | unproven | is dropped; may yet be right | |
 * | refused | is dropped | |
 * | kept, restarted | (answers to `negotiated`) | `restarted`: remove the sources |
 */
export type LatchVerdict = 'accept' | 'proven' | 're-latched' | 'rtcp-learned' | 'unproven' | 'refused' | 'kept' | 'restarted'

export type LatchStep = { readonly latch: Latch; readonly verdict: LatchVerdict }

export function openLatch(setup: LatchSetup): Latch {
  return { kind: 'unproven', setup: normalised(setup), candidates: [], rtcp: null, reachable: false }
}

export function step(latch: Latch, input: LatchInput, nowMs: number): LatchStep {
  if (input.type === 'negotiated') return renegotiate(latch, normalised(input.setup))
  const { packet, heard } = input
  if (packet.ofEndedCall) return { latch, verdict: 'refused' }
  if (packet.kind === 'rtcp') return hearRtcp(latch, packet, heard)
  if (!packet.payloadTypeKnown) return { latch, verdict: 'refused' }
  return hearRtp(latch, { packet, heard, nowMs })
}

/** A packet as a stream meets it. */
export type Hearing = { readonly packet: LatchPacket; readonly heard: LastHeard | null; readonly nowMs: number }

/**
 * Whether the packet looks like this proven call going on from another port. When that is true of more than one call on
 * a port, none of them may be stepped with the packet.
 */
export function looksRebound(latch: Latch, { packet, heard, nowMs }: Hearing): boolean {
  if (latch.kind !== 'proven' || !heard || packet.kind !== 'rtp') return false
  const gap = sequenceDelta(heard.sequence, packet.sequence)
  return (
    sameAddress(packet.address, latch.source.address) &&
    packet.ssrc === heard.ssrc &&
    gap > 0 &&
    gap <= REBIND_GAP &&
    nowMs - heard.atMs >= REBIND_SILENCE_MS
  )
}

/** Whether what is sent now counts against UNPROVEN_SEND_LIMIT_MS. */
export function isGuarded(latch: Latch): boolean {
  const { remote, signalling } = latch.setup
  return latch.kind === 'unproven' && !latch.reachable && remote !== null && !sameAddress(remote.address, signalling)
}

/**
 * Where sound goes now; null: nowhere.
 * @param guardedSentMs sound sent in the life of the stream while `isGuarded` was true
 */
export function mediaTarget(latch: Latch, guardedSentMs: number): Source | null {
  if (latch.kind === 'proven') return latch.source
  return isGuarded(latch) && guardedSentMs >= UNPROVEN_SEND_LIMIT_MS ? null : latch.setup.remote
}

/** Where reports go now; null: nowhere. A private RTCP address behind NAT is not guessed. */
export function rtcpTarget(latch: Latch, guardedSentMs: number): Source | null {
  const { remote } = latch.setup
  const target = mediaTarget(latch, guardedSentMs)
  if (latch.rtcp || !target) return latch.rtcp
  if (!remote || remote.rtcpPort === remote.port) return target
  return sameAddress(target.address, remote.address) ? { address: remote.address, port: remote.rtcpPort } : null
}

function normalised(setup: LatchSetup): LatchSetup {
  const { remote } = setup
  return remote && (remote.port === 0 || isUnspecified(remote.address)) ? { ...setup, remote: null } : setup
}

function renegotiate(latch: Latch, setup: LatchSetup): LatchStep {
  const before = latch.setup
  const sameRemote =
    before.remote && setup.remote ? isFrom(setup.remote, before.remote) : before.remote === setup.remote
  // The signalling source moved: so has the phone behind it, unless its media comes from where the SDP says.
  const exact = latch.kind === 'proven' && latch.grade === 'exact'
  if (!sameRemote || !(exact || sameAddress(before.signalling, setup.signalling))) {
    return { latch: openLatch(setup), verdict: 'restarted' }
  }
  const rtcp = before.remote?.rtcpPort === setup.remote?.rtcpPort ? latch.rtcp : null
  return { latch: { ...latch, setup, rtcp }, verdict: 'kept' }
}

function hearRtp(latch: Latch, hearing: Hearing): LatchStep {
  const { packet } = hearing
  if (latch.kind === 'proven' && isFrom(packet, latch.source)) return { latch, verdict: 'accept' }
  const grade = gradeOf(latch.setup, packet)
  if (!grade) return { latch, verdict: 'refused' }
  if (latch.kind === 'unproven' && grade === 'exact') return prove(latch, { source: sourceOf(packet), grade })
  if (latch.kind === 'proven' && !(outranks(grade, latch.grade) || looksRebound(latch, hearing))) {
    return { latch, verdict: 'refused' }
  }
  const candidate = watch(latch.candidates, { hearing, grade })
  if (candidate.count >= PROOF_PACKETS) return prove(latch, candidate)
  return { latch: { ...latch, candidates: withCandidate(latch.candidates, candidate) }, verdict: 'unproven' }
}

function hearRtcp(latch: Latch, packet: LatchPacket, heard: LastHeard | null): LatchStep {
  const { remote } = latch.setup
  if (remote && packet.port === remote.rtcpPort && sameAddress(packet.address, remote.address)) {
    return { latch: latch.kind === 'unproven' ? { ...latch, reachable: true } : latch, verdict: 'accept' }
  }
  if (latch.rtcp && isFrom(packet, latch.rtcp)) return { latch, verdict: 'accept' }
  if (latch.kind === 'unproven') return { latch, verdict: 'unproven' }
  if (!heard || packet.ssrc !== heard.ssrc || !sameAddress(packet.address, latch.source.address)) {
    return { latch, verdict: 'refused' }
  }
  return { latch: { ...latch, rtcp: sourceOf(packet) }, verdict: 'rtcp-learned' }
}

function prove(latch: Latch, { source, grade }: Pick<Candidate, 'source' | 'grade'>): LatchStep {
  return {
    latch: { kind: 'proven', setup: latch.setup, source, grade, candidates: [], rtcp: null },
    verdict: latch.kind === 'proven' ? 're-latched' : 'proven',
  }
}

function gradeOf({ remote, signalling, anyAddress }: LatchSetup, packet: LatchPacket): Grade | null {
  if (remote && isFrom(packet, remote)) return 'exact'
  if (remote && sameAddress(packet.address, remote.address)) return 'address'
  if (sameAddress(packet.address, signalling)) return 'address'
  return anyAddress ? 'any' : null
}

/** Only the SDP's own source may push a weaker one aside: among the others, who came first stays. */
function outranks(grade: Grade, than: Grade): boolean {
  return grade === 'exact' && than !== 'exact'
}

/** The candidate as it stands after this packet: one further, unmoved by a repeated packet, or back at its first. */
function watch(candidates: readonly Candidate[], { hearing, grade }: { hearing: Hearing; grade: Grade }): Candidate {
  const { packet, nowMs } = hearing
  const known = candidates.find((each) => isFrom(packet, each.source))
  const fresh = known && known.ssrc === packet.ssrc && nowMs - known.atMs < CANDIDATE_LIFE_MS ? known : null
  if (fresh && packet.sequence === fresh.sequence) return fresh
  const follows = fresh !== null && packet.sequence === sequenceAfter(fresh.sequence, 1)
  return {
    source: known?.source ?? sourceOf(packet),
    grade,
    ssrc: packet.ssrc,
    sequence: packet.sequence,
    count: follows ? fresh.count + 1 : 1,
    atMs: nowMs,
  }
}

/** A new candidate takes the place of the least promising one: a spray of sources does not wash away a better one. */
function withCandidate(candidates: readonly Candidate[], candidate: Candidate): readonly Candidate[] {
  const others = candidates.filter((each) => !isFrom(each.source, candidate.source))
  const alive = others.filter((each) => candidate.atMs - each.atMs < CANDIDATE_LIFE_MS)
  return [candidate, ...alive].toSorted(byPromise).slice(0, MAX_CANDIDATES)
}

const GRADE_ORDER: Readonly<Record<Grade, number>> = { exact: 0, address: 1, any: 2 }

function byPromise(a: Candidate, b: Candidate): number {
  return GRADE_ORDER[a.grade] - GRADE_ORDER[b.grade] || b.count - a.count || b.atMs - a.atMs
}

function isFrom(packet: Source, source: Source): boolean {
  return packet.port === source.port && sameAddress(packet.address, source.address)
}

function sourceOf(packet: LatchPacket): Source {
  return { address: packet.address.slice(), port: packet.port }
}
