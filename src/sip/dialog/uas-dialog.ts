/** The called side of an INVITE dialog (RFC 3261 §13.3). */
import type { Timer } from '../../base/clock.ts'
import { Emitter, type Off } from '../../base/emitter.ts'
import { newId } from '../../base/ids.ts'
import type { SipAddress } from '../address.ts'
import type { DialogEnd, InviteDialog, InviteDialogEvents } from '../invite-dialog.ts'
import type { SipRequest } from '../message.ts'
import type { NameAddr } from '../name-addr.ts'
import { createResponse, type ResponseParts } from '../response.ts'
import { sdpOf } from '../sdp-body.ts'
import { isChallenge, OpenRequest } from '../server-request.ts'
import type { ServerTransaction } from '../transaction/server.ts'
import { identityOfCalled, tagOf } from './identity.ts'
import { InviteUsage } from './invite-usage.ts'
import { Peer } from './peer.ts'
import { ReliableProgress } from './reliable-progress.ts'
import { Repeater } from './repeater.ts'
import { agreeAsServer } from './session-timer.ts'
import type { DialogEntry, DialogWires } from './wires.ts'

export type UasParts = {
  readonly wires: DialogWires
  readonly invite: SipRequest
  readonly transaction: ServerTransaction
  readonly localTag: string
}

type HeaderList = ReadonlyArray<readonly [name: string, value: string]>

/** Proxies give up on an INVITE that rings silently for three minutes (RFC 3261 §13.3.1.1). */
const remindMs = 60_000

type State =
  /** `answering`: the 200 waits for a PRACK. */
  | { readonly at: 'incoming' | 'early'; readonly answering: boolean }
  /** Until the ACK. */
  | { readonly at: 'answered'; readonly repeater: Repeater }
  | { readonly at: 'confirmed' }
  /** `unacknowledged`: the 2xx is still being repeated, BYE must wait for its ACK (RFC 3261 §15). */
  | {
    readonly at: 'ended'
    readonly unacknowledged: { readonly repeater: Repeater; readonly reason: string | undefined } | undefined
  }

export class UasDialog implements DialogEntry {
  readonly id = newId('dlg')
  readonly direction = 'incoming'
  readonly invite: SipRequest
  readonly offer: Uint8Array | null
  readonly #parts: UasParts
  readonly #events = new Emitter<InviteDialogEvents>()
  readonly #peer: Peer
  readonly #usage: InviteUsage
  readonly #reliable: ReliableProgress | undefined
  #state: State = { at: 'incoming', answering: false }
  #expiry: Timer | undefined
  #reminder: Timer | undefined

  constructor(parts: UasParts) {
    const { wires, invite, transaction, localTag } = parts
    this.#parts = parts
    this.invite = invite
    this.offer = sdpOf(invite)
    this.#peer = new Peer({
      outgoing: wires.outgoing,
      identity: identityOfCalled(invite, localTag),
      flow: transaction.flow,
      via: invite.headers.via,
      credentials: undefined,
    })
    const allow = invite.headers.tokens('Allow')
    this.#usage = new InviteUsage({
      wires,
      peer: this.#peer,
      weCalled: false,
      events: this.#events,
      peerAllows: (method) => allow.includes(method.toLowerCase()),
      isSettled: () => this.#state.at === 'confirmed' || (this.#state.at === 'answered' && this.offer !== null),
      over: (end, { bye, reason }) => this.#over(end, bye ? () => this.#bye(reason) : undefined),
    })
    if (invite.headers.tokens('Require').includes('100rel')) {
      this.#reliable = new ReliableProgress({ clock: wires.clock, timers: wires.timers, giveUp: () => this.reject(504) })
    }
    transaction.toTag = localTag
    transaction.owner = { cancelled: () => this.#cancelled() }
    const seconds = invite.headers.expires
    if (seconds !== undefined && seconds > 0) {
      this.#expiry = wires.clock.after(Math.min(seconds, 86_400) * 1000, () => this.#cancelled())
    }
    wires.enter(this.#names, this)
  }

  get callId(): string {
    return this.#peer.identity.callId
  }

  get remoteParty(): NameAddr {
    return this.invite.headers.from
  }

  get remoteAddress(): SipAddress {
    return this.#parts.transaction.flow.remote
  }

  get localAddress(): SipAddress {
    return this.#parts.transaction.flow.local
  }

  get remoteTag(): string {
    return this.#peer.identity.remoteTag
  }

  get state(): InviteDialog['state'] {
    return this.#state.at
  }

  on<Name extends keyof InviteDialogEvents>(name: Name, listener: (...args: InviteDialogEvents[Name]) => void): Off {
    return this.#events.on(name, listener)
  }

  progress(status: 180 | 183, sdp?: Uint8Array): void {
    const state = this.#state
    if ((state.at !== 'incoming' && state.at !== 'early') || state.answering) return
    this.#become({ at: 'early', answering: false })
    const headers = sdp ? [...this.#standing, ['Content-Type', 'application/sdp'] as const] : this.#standing
    const body = sdp ? { body: sdp } : {}
    this.#reminder?.cancel()
    if (this.#reliable) {
      const send = (rseq: number): void => this.#respond({
        status,
        headers: [...headers, ['Require', '100rel'], ['RSeq', String(rseq)]],
        ...body,
      })
      this.#reliable.send({ send, hasSdp: sdp !== undefined })
    } else {
      this.#remind(() => this.#respond({ status, headers, ...body }))
    }
  }

  answer(sdp: Uint8Array): void {
    const state = this.#state
    if ((state.at !== 'incoming' && state.at !== 'early') || state.answering) return
    this.#state = { at: state.at, answering: true }
    if (this.#reliable) this.#reliable.whenFree(() => this.#accept(sdp))
    else this.#accept(sdp)
  }

  reject(status: number, { reason, headers = [] }: { readonly reason?: string; readonly headers?: HeaderList } = {}): void {
    if (this.#state.at !== 'incoming' && this.#state.at !== 'early') return
    this.#respond({ status, headers, ...(reason !== undefined && { reason }) })
    this.#over({ why: 'rejected', status })
  }

  reinvite(sdp: Uint8Array): Promise<Uint8Array> {
    return this.#usage.reinvite(sdp)
  }

  end({ reason, status = 480 }: { readonly reason?: string; readonly status?: number } = {}): void {
    const state = this.#state
    switch (state.at) {
      case 'incoming':
      case 'early':
        return this.reject(status, reason === undefined ? {} : { headers: [['Reason', reason]] })
      case 'answered':
        this.#state = { at: 'ended', unacknowledged: { repeater: state.repeater, reason } }
        return this.#finish({ why: 'local-bye' })
      case 'confirmed':
        return this.#over({ why: 'local-bye' }, () => this.#bye(reason))
      case 'ended':
    }
  }

  /** A request inside the dialog. For the endpoint. */
  receive(request: SipRequest, transaction: ServerTransaction): void {
    const { userAgent } = this.#parts.wires
    const open = new OpenRequest({ request, transaction, userAgent, toTag: this.#parts.localTag })
    if (tagOf(request.headers.from) !== this.#peer.identity.remoteTag) return open.respond(481)
    if (this.#state.at === 'ended') return this.#receiveLate(open)
    if (!this.#peer.take(request)) return open.respond(500, { reason: 'CSeq Out of Order' })
    if (request.method === 'BYE') {
      open.respond(200)
      const reason = request.headers.get('Reason')
      if (this.#isOpen) this.#respond({ status: 487 })
      return this.#over({ why: 'remote-bye', ...(reason !== undefined && { reason }) })
    }
    if (request.method === 'PRACK') {
      const known = this.#reliable?.confirm(request.headers.get('RAck') ?? '', this.invite.headers.cseq.number)
      return open.respond(known ? 200 : 481)
    }
    this.#usage.receive(request, transaction)
  }

  /** For the endpoint. */
  acknowledge(request: SipRequest): void {
    const state = this.#state
    const isFirst = request.headers.cseq.number === this.invite.headers.cseq.number
    if (state.at === 'ended' && isFirst && state.unacknowledged) {
      state.unacknowledged.repeater.stop()
      this.#state = { at: 'ended', unacknowledged: undefined }
      return this.#bye(state.unacknowledged.reason)
    }
    if (state.at === 'answered' && isFirst) {
      this.#become({ at: 'confirmed' })
      this.#events.emit('ack', this.offer === null ? sdpOf(request) : null)
    } else if (!isFirst) {
      this.#usage.acknowledge(request)
    }
  }

  /** For the endpoint. */
  abandon(): void {
    const state = this.#state
    if (state.at === 'ended') state.unacknowledged?.repeater.stop()
    this.#become({ at: 'ended', unacknowledged: undefined })
    this.#usage.close()
    this.#reliable?.stop()
    this.#events.clear()
  }

  #accept(sdp: Uint8Array): void {
    if (!this.#isOpen) return
    const { wires, invite } = this.#parts
    const session = agreeAsServer(invite.headers, wires.sessionTimer)
    const timer = session.kind === 'agreed' ? session : { headers: [], agreement: undefined }
    const headers: HeaderList = [...this.#standing, ...timer.headers, ['Content-Type', 'application/sdp']]
    const response = this.#response({ status: 200, headers, body: sdp, recordRoute: true })
    this.#usage.begin(sdp, timer.agreement)
    const repeater = new Repeater({
      clock: wires.clock,
      timers: wires.timers,
      longestMs: wires.timers.t2Ms,
      send: () => this.#parts.transaction.respond(response),
      giveUp: () => this.#unacknowledged(),
    })
    this.#become({ at: 'answered', repeater })
  }

  /** Nobody acknowledged our 2xx: the session is not there, but the far end may think so. */
  #unacknowledged(): void {
    const state = this.#state
    if (state.at === 'ended') {
      this.#state = { at: 'ended', unacknowledged: undefined }
      return this.#bye(state.unacknowledged?.reason)
    }
    this.#over({ why: 'no-ack' }, () => this.#bye('SIP;cause=408;text="No ACK"'))
  }

  #cancelled(): void {
    if (!this.#isOpen) return
    this.#respond({ status: 487 })
    this.#over({ why: 'remote-cancel' })
  }

  /** After the end: BYEs that crossed are welcome, all else came too late. */
  #receiveLate(open: OpenRequest): void {
    const state = this.#state
    open.respond(open.request.method === 'BYE' ? 200 : 481)
    if (open.request.method !== 'BYE' || state.at !== 'ended' || !state.unacknowledged) return
    state.unacknowledged.repeater.stop()
    this.#state = { at: 'ended', unacknowledged: undefined }
    this.#leave()
  }

  #over(end: DialogEnd, farewell?: () => void): void {
    if (this.#state.at === 'ended') return
    this.#become({ at: 'ended', unacknowledged: undefined })
    if (farewell) farewell()
    else this.#leave()
    this.#finish(end)
  }

  #finish(end: DialogEnd): void {
    this.#usage.close()
    this.#reliable?.stop()
    this.#events.emit('ended', end)
    this.#events.clear()
  }

  #bye(reason: string | undefined): void {
    const done = (): void => this.#leave()
    this.#peer.ask({ method: 'BYE', ...(reason !== undefined && { headers: [['Reason', reason]] as const }) }).then(done, done)
  }

  #leave(): void {
    this.#parts.wires.leave(this.#names)
  }

  #become(next: State): void {
    const old = this.#state
    if (old.at === 'answered') old.repeater.stop()
    if (next.at !== 'incoming' && next.at !== 'early') {
      this.#expiry?.cancel()
      this.#reminder?.cancel()
    }
    this.#state = next
  }

  #remind(send: () => void): void {
    send()
    this.#reminder = this.#parts.wires.clock.after(remindMs, () => this.#remind(send))
  }

  #respond(parts: Omit<ResponseParts, 'toTag' | 'recordRoute'>): void {
    const { transaction } = this.#parts
    const response = this.#response({ ...parts, recordRoute: parts.status < 300 })
    if (isChallenge(parts.status)) transaction.respondOnce(response)
    else transaction.respond(response)
  }

  #response(parts: Omit<ResponseParts, 'toTag'>): ReturnType<typeof createResponse> {
    const { wires, invite, localTag } = this.#parts
    return createResponse(invite, { ...parts, toTag: localTag, headers: [['Server', wires.userAgent], ...(parts.headers ?? [])] })
  }

  get #isOpen(): boolean {
    return this.#state.at === 'incoming' || this.#state.at === 'early'
  }

  get #names(): { readonly callId: string; readonly localTag: string } {
    return { callId: this.#peer.identity.callId, localTag: this.#parts.localTag }
  }

  get #standing(): HeaderList {
    const { allow, supported } = this.#parts.wires.capabilities
    return [['Contact', this.#peer.contact], allow, supported]
  }
}
