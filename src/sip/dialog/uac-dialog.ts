/** The calling side of an INVITE dialog (RFC 3261 §13.2). */
import type { Timer } from '../../base/clock.ts'
import { Emitter, type Off } from '../../base/emitter.ts'
import { Unavailable } from '../../base/errors.ts'
import { newId, randomToken } from '../../base/ids.ts'
import type { SipAddress } from '../address.ts'
import { proofFor } from '../challenge.ts'
import type { DialogEnd, InviteDialog, InviteDialogEvents } from '../invite-dialog.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { NameAddr } from '../name-addr.ts'
import { choosingUri, makeRequest, newCallId, type CallOptions } from '../outside-request.ts'
import { sdpOf } from '../sdp-body.ts'
import { OpenRequest } from '../server-request.ts'
import type { ClientTransaction } from '../transaction/client.ts'
import type { ServerTransaction } from '../transaction/server.ts'
import { patienceMs } from '../transaction/timers.ts'
import type { Flow } from '../transport/transport.ts'
import { Forks } from './forks.ts'
import { tagOf } from './identity.ts'
import { InviteUsage } from './invite-usage.ts'
import type { Peer } from './peer.ts'
import { agreeAsClient, askAsClient, minSeOf } from './session-timer.ts'
import type { DialogEntry, DialogWires } from './wires.ts'

type HeaderList = ReadonlyArray<readonly [name: string, value: string]>

export type UacParts = {
  readonly wires: DialogWires
  readonly options: CallOptions
  /** The way to the next hop. */
  readonly flow: Flow
}

type State =
  /** `provisional`: something came, so a CANCEL may go (RFC 3261 §9.1). */
  | { readonly at: 'trying' | 'early'; readonly provisional: boolean }
  | { readonly at: 'confirmed'; readonly peer: Peer; readonly usage: InviteUsage }
  | { readonly at: 'ended' }

export class UacDialog implements DialogEntry {
  readonly id = newId('dlg')
  readonly direction = 'outgoing'
  readonly offer = null
  readonly callId = newCallId()
  readonly #parts: UacParts
  readonly #localTag = randomToken(12)
  readonly #events = new Emitter<InviteDialogEvents>()
  readonly #forks: Forks
  readonly #sdp: Uint8Array
  #state: State = { at: 'trying', provisional: false }
  /** The INVITE that counts: a challenge or a longer session interval makes another. */
  #invite: SipRequest
  #flow: Flow
  #transaction: ClientTransaction | undefined
  #seq = 1
  #proven = false
  #lengthened = false
  #sessionSeconds: number | undefined
  /** After the end, while the INVITE is still under way: what is to be said when something comes. */
  #withdrawal: { readonly reason: string | undefined; sent: boolean; readonly patience: Timer } | undefined

  constructor(parts: UacParts) {
    const { wires, options, flow } = parts
    this.#parts = parts
    this.#flow = flow
    this.#sessionSeconds = wires.sessionTimer?.expiresSeconds
    this.#forks = new Forks({ wires, credentials: options.credentials })
    this.#sdp = typeof options.sdp === 'function' ? options.sdp(flow.local) : options.sdp
    this.#invite = this.#make([])
    wires.enter(this.#names, this)
    this.#begin()
  }

  get invite(): SipRequest {
    return this.#invite
  }

  get remoteParty(): NameAddr {
    return this.#invite.headers.to
  }

  get remoteAddress(): SipAddress {
    return this.#flow.remote
  }

  get localAddress(): SipAddress {
    return this.#flow.local
  }

  get remoteTag(): string | undefined {
    return this.#state.at === 'confirmed' ? this.#state.peer.identity.remoteTag : undefined
  }

  get state(): InviteDialog['state'] {
    return this.#state.at
  }

  on<Name extends keyof InviteDialogEvents>(name: Name, listener: (...args: InviteDialogEvents[Name]) => void): Off {
    return this.#events.on(name, listener)
  }

  // The called side's; there is nothing for the caller to answer.
  progress(): void {}
  answer(): void {}
  reject(): void {}

  reinvite(sdp: Uint8Array): Promise<Uint8Array> {
    if (this.#state.at === 'confirmed') return this.#state.usage.reinvite(sdp)
    return Promise.reject(new Unavailable('the call is not answered', { code: 'dialog-over' }))
  }

  end({ reason }: { readonly reason?: string } = {}): void {
    const state = this.#state
    switch (state.at) {
      case 'trying':
      case 'early':
        this.#withdraw(reason, state.provisional)
        return this.#finish({ why: 'local-bye' })
      case 'confirmed':
        this.#bye(state.peer, reason)
        return this.#finish({ why: 'local-bye' })
      case 'ended':
    }
  }

  /** For the endpoint. */
  receive(request: SipRequest, transaction: ServerTransaction): void {
    const state = this.#state
    const open = new OpenRequest({ request, transaction, userAgent: this.#parts.wires.userAgent, toTag: this.#localTag })
    if (state.at === 'ended') return open.respond(request.method === 'BYE' ? 200 : 481)
    // Before the answer nobody has said enough for an offer of his; a refusal makes him wait (RFC 3311 §5.2).
    if (state.at !== 'confirmed') return open.respond(request.method === 'UPDATE' ? 491 : 481)
    if (tagOf(request.headers.from) !== state.peer.identity.remoteTag) return open.respond(481)
    if (!state.peer.take(request)) return open.respond(500, { reason: 'CSeq Out of Order' })
    if (request.method === 'PRACK') return open.respond(481)
    if (request.method !== 'BYE') return state.usage.receive(request, transaction)
    open.respond(200)
    const reason = request.headers.get('Reason')
    this.#finish({ why: 'remote-bye', ...(reason !== undefined && { reason }) })
    this.#leave()
  }

  /** For the endpoint. */
  acknowledge(request: SipRequest): void {
    if (this.#state.at === 'confirmed') this.#state.usage.acknowledge(request)
  }

  /** For the endpoint. */
  abandon(): void {
    const state = this.#state
    this.#state = { at: 'ended' }
    this.#withdrawal?.patience.cancel()
    if (state.at === 'confirmed') state.usage.close()
    this.#events.clear()
  }

  #make(proof: HeaderList): SipRequest {
    const { wires, options } = this.#parts
    const timer = this.#sessionSeconds !== undefined && wires.sessionTimer
      ? askAsClient({ ...wires.sessionTimer, expiresSeconds: this.#sessionSeconds })
      : []
    return makeRequest(options, {
      method: 'INVITE',
      flow: this.#flow,
      callId: this.callId,
      seq: this.#seq,
      fromTag: this.#localTag,
      headers: [wires.capabilities.allow, wires.capabilities.supported, ...timer, ...proof, ['Content-Type', 'application/sdp']],
      body: this.#sdp,
    })
  }

  #begin(): void {
    this.#send().catch((cause: unknown) => {
      this.#parts.wires.log.error({ err: cause, dialog: this.id }, 'an INVITE could not be sent')
      this.#refused({ why: 'unreachable' })
    })
  }

  async #send(): Promise<void> {
    const { outgoing } = this.#parts.wires
    const request = this.#invite
    this.#flow = await outgoing.fitting(request, { flow: this.#flow, uri: choosingUri(this.#parts.options) })
    if (this.#state.at === 'ended') return this.#leave()
    this.#transaction = outgoing.send(request, {
      flow: this.#flow,
      owner: {
        response: (response) => this.#response(response),
        failed: () => this.#refused({ why: 'unreachable' }),
      },
    })
  }

  #again(proof: HeaderList): void {
    this.#seq++
    this.#invite = this.#make(proof)
    this.#begin()
  }

  #response(response: SipResponse): void {
    if (response.headers.cseq.number !== this.#seq) return
    if (response.status < 200) this.#provisional(response)
    else if (response.status < 300) this.#success(response)
    else this.#refusal(response)
  }

  #provisional(response: SipResponse): void {
    const state = this.#state
    if (state.at === 'ended') {
      const { reason, sent } = this.#withdrawal ?? { reason: undefined, sent: true }
      if (!sent) this.#cancel(reason)
      return
    }
    if (state.at === 'confirmed') return
    const isNew = this.#forks.provisional(response, { request: this.#invite, flow: this.#flow })
    this.#state = { at: response.status > 100 ? 'early' : state.at, provisional: true }
    if (response.status > 100 && isNew) this.#events.emit('progress', response.status, sdpOf(response))
  }

  #success(response: SipResponse): void {
    const state = this.#state
    const isKept = state.at === 'confirmed' && state.peer.identity.remoteTag === tagOf(response.headers.to)
    if (isKept) return state.peer.acknowledge(this.#seq)
    const peer = this.#forks.success(response, { request: this.#invite, flow: this.#flow })
    peer.acknowledge(this.#seq)
    // Somebody else was faster, or we have changed our mind.
    if (state.at === 'confirmed' || state.at === 'ended') {
      this.#withdrawal?.patience.cancel()
      return this.#bye(peer, undefined)
    }
    const { wires } = this.#parts
    const allow = response.headers.tokens('Allow')
    const usage = new InviteUsage({
      wires,
      peer,
      weCalled: true,
      events: this.#events,
      peerAllows: (method) => allow.includes(method.toLowerCase()),
      isSettled: () => true,
      over: (end, { bye, reason }) => {
        if (this.#state.at !== 'confirmed') return
        this.#finish(end)
        if (bye) this.#bye(peer, reason)
        else this.#leave()
      },
    })
    this.#state = { at: 'confirmed', peer, usage }
    usage.begin(
      this.#sdp,
      agreeAsClient(response.headers, this.#sessionSeconds === undefined ? undefined : { seconds: this.#sessionSeconds }),
    )
    this.#events.emit('answered', sdpOf(response))
  }

  #refusal(response: SipResponse): void {
    const { status, reason } = response
    const isOpen = this.#state.at === 'trying' || this.#state.at === 'early'
    if (isOpen && !this.#proven) {
      const proof = proofFor({ request: this.#invite, response, credentials: this.#parts.options.credentials })
      if (proof) {
        this.#proven = true
        return this.#again(proof)
      }
    }
    const minSeconds = status === 422 ? minSeOf(response.headers) : undefined
    if (isOpen && !this.#lengthened && minSeconds !== undefined && minSeconds > (this.#sessionSeconds ?? Infinity)) {
      this.#lengthened = true
      this.#sessionSeconds = minSeconds
      return this.#again(this.#proofSent)
    }
    this.#refused({ why: 'refused', status, reason })
  }

  /** What proved us last; a trunk that minds its nonce being used twice challenges again. */
  get #proofSent(): HeaderList {
    const names = ['Authorization', 'Proxy-Authorization']
    return names.flatMap((name) => this.#invite.headers.all(name).map((value) => [name, value] as const))
  }

  #refused(end: DialogEnd): void {
    this.#withdrawal?.patience.cancel()
    this.#leave()
    if (this.#state.at === 'trying' || this.#state.at === 'early') this.#finish(end)
  }

  /** The INVITE is taken back as soon as that is allowed, and forgotten when nobody ever answers. */
  #withdraw(reason: string | undefined, provisional: boolean): void {
    const { clock, timers } = this.#parts.wires
    const patience = clock.after(patienceMs(timers), () => {
      if (this.#withdrawal?.sent) this.#transaction?.abandon()
      this.#leave()
    })
    this.#withdrawal = { reason, sent: false, patience }
    if (provisional) this.#cancel(reason)
  }

  #cancel(reason: string | undefined): void {
    if (this.#withdrawal) this.#withdrawal.sent = true
    if (this.#transaction) this.#parts.wires.outgoing.cancel(this.#transaction, reason)
  }

  #bye(peer: Peer, reason: string | undefined): void {
    const done = (): void => this.#leave()
    peer.ask({ method: 'BYE', ...(reason !== undefined && { headers: [['Reason', reason]] as const }) }).then(done, done)
  }

  #finish(end: DialogEnd): void {
    const state = this.#state
    this.#state = { at: 'ended' }
    if (state.at === 'confirmed') state.usage.close()
    this.#events.emit('ended', end)
    this.#events.clear()
  }

  /** Of several far ends only the one we keep is asked for by us; the losers' BYE must not take it from the table. */
  #leave(): void {
    if (this.#state.at !== 'confirmed') this.#parts.wires.leave(this.#names)
  }

  get #names(): { readonly callId: string; readonly localTag: string } {
    return { callId: this.callId, localTag: this.#localTag }
  }
}
