/**
 * The SIP endpoint: all of signalling behind one door. Below it are sockets and transactions, above it calls and
 * registrations, which take its events and give answers.
 */
import { Allowance } from '../base/allowance.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import { Emitter, type Off } from '../base/emitter.ts'
import { newId, randomToken } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import { formatSipAddress, type SipAddress } from './address.ts'
import { capabilitiesWith } from './capabilities.ts'
import { dialogKey } from './dialog/key.ts'
import type { SessionTimerOptions } from './dialog/session-timer.ts'
import { UacDialog } from './dialog/uac-dialog.ts'
import { UasDialog } from './dialog/uas-dialog.ts'
import type { DialogEntry, DialogWires } from './dialog/wires.ts'
import type { InviteDialog } from './invite-dialog.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { Outgoing } from './outgoing.ts'
import { askOutside, wayOf, type CallOptions, type RequestOptions } from './outside-request.ts'
import { printMessage } from './print.ts'
import { defaultAnswer, refusalOf } from './request-checks.ts'
import { createResponse } from './response.ts'
import { OpenRequest, type ServerRequest } from './server-request.ts'
import { ToTags } from './to-tags.ts'
import type { ServerTransaction } from './transaction/server.ts'
import { TransactionTable, type ArrivedRequest } from './transaction/table.ts'
import { rfcTimers, type SipTimers } from './transaction/timers.ts'
import { TransportLayer, type LayerCounts, type SipListen } from './transport/layer.ts'
import { defaultTcpLimits, type TcpLimits } from './transport/tcp.ts'
import { sendOver } from './transport/transport.ts'

export type { CallOptions, RequestOptions } from './outside-request.ts'
export type { SessionTimerOptions } from './dialog/session-timer.ts'
export type { SipTimers } from './transaction/timers.ts'
export type { SipListen } from './transport/layer.ts'
export type { ServerRequest } from './server-request.ts'

export type EndpointLimits = TcpLimits & {
  /** Requests being answered at a time; those above get 503. */
  readonly maxTransactions: number
  /** Answers a second to what is malformed or too much. */
  readonly refusalsPerSecond: number
}

export type SipEndpointOptions = {
  readonly clock: Clock
  readonly log: Log
  readonly listen: readonly SipListen[]
  /** A literal address by which peers across the internet reach us, when the sockets' own is not it. */
  readonly publicAddress?: string
  /** `User-Agent` and `Server`. */
  readonly userAgent: string
  readonly timers?: Partial<SipTimers>
  /** Without it sessions live until a BYE. */
  readonly sessionTimer?: SessionTimerOptions
  readonly limits?: Partial<EndpointLimits>
  /** Methods that those above answer, to be named in Allow: REFER, for example. */
  readonly extraMethods?: readonly string[]
  /** Option tags that those above understand, to be named in Supported and let pass in Require: `replaces`, for example. */
  readonly extraOptions?: readonly string[]
}

export type SipEndpointEvents = {
  /** A call. Whoever takes it calls `progress`, `answer` or `reject`, now or later. */
  invite: [dialog: InviteDialog]
  register: [request: ServerRequest]
  /** OPTIONS, MESSAGE, REFER, SUBSCRIBE ... outside of dialogs. Unless answered, or promised by `later`, the default is given. */
  request: [request: ServerRequest]
}

/** What has passed, since the start. */
export type EndpointCounts = Readonly<LayerCounts> & { readonly transactions: number; readonly dialogs: number }

/** A dialog as a header of somebody else names it. */
export type DialogOfOthers = { readonly callId: string; readonly toTag: string; readonly fromTag: string }

/** How long the last BYEs may look for their way when the server closes. */
const farewellMs = 1000

export class SipEndpoint {
  readonly #options: SipEndpointOptions
  readonly #events = new Emitter<SipEndpointEvents>()
  readonly #layer: TransportLayer
  readonly #table: TransactionTable
  readonly #wires: DialogWires
  readonly #dialogs = new Map<string, DialogEntry>()
  readonly #overloadAnswers: Allowance
  readonly #tags = new ToTags()

  constructor(options: SipEndpointOptions) {
    this.#options = options
    const { log, listen, publicAddress, userAgent, sessionTimer, extraMethods = [], extraOptions = [] } = options
    const clock: Clock = {
      nowMs: () => options.clock.nowMs(),
      wallMs: () => options.clock.wallMs(),
      after: (delayMs, fire) => options.clock.after(delayMs, () => this.#guard(fire)),
    }
    const limits: EndpointLimits = { ...defaultTcpLimits, maxTransactions: 100_000, refusalsPerSecond: 50, ...options.limits }
    const timers: SipTimers = { ...rfcTimers, ...options.timers }
    this.#layer = new TransportLayer({
      clock,
      log,
      listen,
      publicAddress,
      tcp: limits,
      refusalsPerSecond: limits.refusalsPerSecond,
      onRequest: (arrived) => this.#guard(() => this.#arrived(arrived)),
      onResponse: (response) => this.#guard(() => void this.#table.receiveResponse(response)),
    })
    this.#table = new TransactionTable({ clock, timers, maxTransactions: limits.maxTransactions })
    this.#overloadAnswers = new Allowance({ nowMs: () => clock.nowMs(), perSecond: limits.refusalsPerSecond })
    const outgoing = new Outgoing({ layer: this.#layer, table: this.#table, clock, userAgent })
    this.#wires = {
      clock,
      log,
      timers,
      userAgent,
      capabilities: capabilitiesWith(extraMethods, extraOptions),
      sessionTimer,
      outgoing,
      random: Math.random,
      enter: (names, dialog) => void this.#dialogs.set(dialogKey(names), dialog),
      leave: (names) => void this.#dialogs.delete(dialogKey(names)),
    }
  }

  /** What is listened on, once started; port 0 has become the port that was given. */
  get localAddresses(): readonly SipAddress[] {
    return this.#layer.localAddresses
  }

  get counts(): EndpointCounts {
    return { ...this.#layer.counts, transactions: this.#table.size, dialogs: this.#dialogs.size }
  }

  /** @throws Unavailable naming address, port and cause when one cannot be listened on. */
  async start(): Promise<void> {
    await this.#layer.start()
    for (const address of this.localAddresses) this.#options.log.info({ address: formatSipAddress(address) }, 'listening for SIP')
  }

  /** Closes the sockets and stops every timer. Calls are ended before this, by their owners; what they said goes out. */
  async close(): Promise<void> {
    await within(this.#wires.outgoing.idle(), { limitMs: farewellMs, what: 'the last requests' }).catch(() => {})
    for (const dialog of this.#dialogs.values()) dialog.abandon()
    this.#dialogs.clear()
    this.#table.close()
    this.#events.clear()
    await this.#layer.close()
  }

  on<Name extends keyof SipEndpointEvents>(name: Name, listener: (...args: SipEndpointEvents[Name]) => void): Off {
    return this.#events.on(name, listener)
  }

  /**
   * Sends an INVITE as soon as the way is known. The dialog tells what becomes of it; whoever listens as soon as he has it
   * misses nothing.
   * @throws Unavailable, Invalid when no way leads there.
   */
  async call(options: CallOptions): Promise<InviteDialog> {
    return new UacDialog({ wires: this.#wires, options, flow: await wayOf(this.#wires.outgoing, options) })
  }

  /**
   * Sends a request outside of any dialog (REGISTER, OPTIONS, MESSAGE) and resolves with its final response, whatever its
   * status; a challenge is answered when there are credentials.
   * @throws Unavailable when no final response comes.
   */
  request(options: RequestOptions): Promise<SipResponse> {
    return askOutside(this.#wires.outgoing, options)
  }

  /** Our address as `remote` would reach us: for SDP before a call is made. @throws Unavailable when no way leads there. */
  async localAddressTowards(remote: SipAddress): Promise<SipAddress> {
    return (await this.#layer.flowTo(remote)).local
  }

  /** The dialog that a Replaces names, as its sender sees it: his To tag is ours (RFC 3891 §3). */
  dialogOf({ callId, toTag, fromTag }: DialogOfOthers): InviteDialog | undefined {
    const dialog = this.#dialogs.get(dialogKey({ callId, localTag: toTag }))
    return dialog?.remoteTag === fromTag && dialog.state !== 'ended' ? dialog : undefined
  }

  #arrived(arrived: ArrivedRequest): void {
    const found = this.#table.receiveRequest(arrived)
    const { request } = arrived
    switch (found.kind) {
      case 'absorbed':
        return
      case 'ack':
        return this.#dialogOf(request)?.acknowledge(request)
      case 'full':
        return this.#refuseOverload(arrived)
      case 'cancel':
        return this.#cancel(request, found)
      case 'merged':
        return this.#open(request, found.transaction).respondOnce(482)
      case 'new':
        return this.#fresh(request, found.transaction)
    }
  }

  #fresh(request: SipRequest, transaction: ServerTransaction): void {
    const open = this.#open(request, transaction)
    try {
      const refusal = refusalOf(request, { ...this.#wires.capabilities, sessionTimer: this.#options.sessionTimer })
      if (refusal) return open.respondOnce(refusal.status, refusal)
      if (request.headers.to.params.tag === undefined) return this.#outside(open, transaction)
      const dialog = this.#dialogOf(request)
      if (dialog) return dialog.receive(request, transaction)
      // Some phones put a tag into To of a REGISTER or OPTIONS; it means nothing there (RFC 3261 §8.1.1.2).
      if (request.method === 'REGISTER' || request.method === 'OPTIONS') return this.#outside(open, transaction)
      return open.respondOnce(481)
    } catch (cause) {
      open.respond(500)
      throw cause
    }
  }

  #outside(open: OpenRequest, transaction: ServerTransaction): void {
    const { request } = open
    switch (request.method) {
      case 'INVITE': {
        const dialog = new UasDialog({
          wires: this.#wires,
          invite: request,
          transaction,
          localTag: transaction.toTag ?? randomToken(12),
        })
        return this.#events.emit('invite', dialog)
      }
      case 'REGISTER':
        this.#events.emit('register', open)
        // Accounts are looked up somewhere: the answer comes later by nature.
        return
      default: {
        this.#events.emit('request', open)
        if (open.taken) return
        const answer = defaultAnswer(request.method, this.#wires.capabilities)
        open.respondOnce(answer.status, answer)
      }
    }
  }

  /** RFC 3261 §9.2. */
  #cancel(
    request: SipRequest,
    found: { readonly transaction: ServerTransaction; readonly invite: ServerTransaction | undefined },
  ): void {
    const { transaction, invite } = found
    if (!invite) return this.#open(request, transaction).respondOnce(481)
    transaction.toTag = invite.toTag
    this.#open(request, transaction).respond(200)
    if (invite.finalStatus === undefined) invite.owner.cancelled?.(request.headers.get('Reason'))
  }

  /** Without a transaction, since there is no room for one. */
  #refuseOverload({ request, reply }: ArrivedRequest): void {
    if (!this.#overloadAnswers.take()) return
    const response = createResponse(request, { status: 503, toTag: randomToken(12), headers: [['Retry-After', '30']] })
    sendOver(reply, printMessage(response))
  }

  #open(request: SipRequest, transaction: ServerTransaction): OpenRequest {
    transaction.toTag ??= request.method === 'INVITE' ? randomToken(12) : this.#tags.of(request)
    return new OpenRequest({ request, transaction, userAgent: this.#options.userAgent, toTag: transaction.toTag })
  }

  #dialogOf({ headers }: SipRequest): DialogEntry | undefined {
    const { tag } = headers.to.params
    return this.#dialogs.get(dialogKey({ callId: headers.callId, localTag: typeof tag === 'string' ? tag : '' }))
  }

  /** A mistake of ours ends what met it, never the server. */
  #guard(act: () => void): void {
    try {
      act()
    } catch (cause) {
      this.#options.log.error({ err: cause, incident: newId('inc') }, 'a SIP message or timer met a bug')
    }
  }
}
