/** A request to us that is being answered: the server machine with its responses, its flow and its timers (RFC 3261 §17.2). */
import type { Clock } from '../../base/clock.ts'
import { unreachable } from '../../base/errors.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import { printMessage } from '../print.ts'
import { createResponse } from '../response.ts'
import { sendOver, type Flow } from '../transport/transport.ts'
import { Alarms } from './alarms.ts'
import { startInviteServer, stepInviteServer, type InviteServerState } from './invite-server.ts'
import { startRequestServer, stepRequestServer, type RequestServerState } from './request-server.ts'
import type { ServerEffect, ServerInput } from './server-machine.ts'
import type { Setting, SipTimers, Step } from './timers.ts'

/** Whoever answers the request. All optional: most have nothing to do when an answer is lost. */
export type ServerOwner = {
  /** The caller took his INVITE back before a final response (RFC 3261 §9.2). */
  cancelled?(reason: string | undefined): void
  failed?(why: 'no-ack' | 'no-response' | 'transport'): void
}

export type ServerParts = {
  readonly request: SipRequest
  /** Where the request came from. */
  readonly flow: Flow
  /** Where its responses go (RFC 3261 §18.2.2, RFC 3581 §4). */
  readonly reply: Flow
  readonly clock: Clock
  readonly timers: SipTimers
  readonly forget: () => void
}

type Machine =
  | { readonly method: 'INVITE'; readonly state: InviteServerState }
  | { readonly method: 'other'; readonly state: RequestServerState }

export class ServerTransaction {
  readonly method: string
  readonly flow: Flow
  /** Our To tag, the same in every response and in that to a CANCEL. */
  toTag: string | undefined
  owner: ServerOwner = {}
  readonly #reply: Flow
  readonly #setting: Setting
  readonly #alarms: Alarms
  readonly #forget: () => void
  /** Kept for the 100 only, which is not worth building for every INVITE. */
  #request: SipRequest | undefined
  #machine: Machine
  #last: Uint8Array | undefined
  #finalStatus: number | undefined

  constructor(parts: ServerParts) {
    this.method = parts.request.method
    this.flow = parts.flow
    this.#reply = parts.reply
    this.#forget = parts.forget
    this.#request = parts.request
    this.#setting = { timers: parts.timers, reliable: parts.reply.transport.reliable }
    this.#alarms = new Alarms(parts.clock, (timer) => this.#input({ kind: 'timer', timer }))
    this.#machine = this.method === 'INVITE'
      ? { method: 'INVITE', state: { at: 'proceeding', responded: false } }
      : { method: 'other', state: { at: 'trying' } }
  }

  /** The final response that was given, if any was. */
  get finalStatus(): number | undefined {
    return this.#finalStatus
  }

  start(): void {
    if (this.#machine.method === 'INVITE') this.#take(startInviteServer(this.#setting), undefined)
    else this.#take(startRequestServer(this.#setting), undefined)
  }

  /** Sends `response` unless the machine has moved on. A 2xx to an INVITE may be given repeatedly (RFC 6026 §7.1). */
  respond(response: SipResponse): void {
    if (response.status >= 200) {
      this.#finalStatus ??= response.status
      this.#request = undefined
      // Whoever refused has nothing more to learn; he and his request, which may be large, need not wait for the ACK.
      if (response.status >= 300) this.owner = {}
    }
    this.#input({ kind: 'respond', status: response.status }, response)
  }

  /**
   * Answers what can be answered the same way when it comes again: nothing is remembered, nothing is repeated (RFC 3261
   * §8.2.7). A stranger's packet costs us one packet, and no memory.
   */
  respondOnce(response: SipResponse): void {
    this.respond(response)
    this.abandon()
  }

  /** The same request came again. */
  repeat(): void {
    this.#input({ kind: 'repeat' })
  }

  /** An ACK under this INVITE's branch came. Says whether it belongs to the dialog. */
  acknowledge(): boolean {
    const forDialog = this.#machine.state.at === 'accepted'
    this.#input({ kind: 'ack' })
    return forDialog
  }

  /** Stops everything and tells nobody. */
  abandon(): void {
    this.#machine = { ...this.#machine, state: { at: 'gone' } }
    this.#run({ do: 'forget' }, undefined)
  }

  #input(input: ServerInput, response?: SipResponse): void {
    const machine = this.#machine
    if (machine.method === 'INVITE') this.#take(stepInviteServer(machine.state, input, this.#setting), response)
    else this.#take(stepRequestServer(machine.state, input, this.#setting), response)
  }

  #take(
    step: Step<InviteServerState, ServerEffect> | Step<RequestServerState, ServerEffect>,
    response: SipResponse | undefined,
  ): void {
    this.#machine = { method: this.#machine.method, state: step.state } as Machine
    for (const effect of step.effects) this.#run(effect, response)
  }

  #run(effect: ServerEffect, response: SipResponse | undefined): void {
    switch (effect.do) {
      case 'send-trying':
        if (this.#request) this.#send(printMessage(createResponse(this.#request, { status: 100 })))
        return
      case 'send-response':
        if (response) this.#send(printMessage(response))
        return
      case 'repeat-response':
        if (this.#last) this.#send(this.#last)
        return
      case 'deliver-ack':
        return // Told by the answer of acknowledge(): the ACK travels with its message.
      case 'start':
        return this.#alarms.start(effect.timer, effect.delayMs)
      case 'stop':
        return this.#alarms.stop(effect.timer)
      case 'fail':
        return this.owner.failed?.(effect.why)
      case 'forget':
        this.#alarms.stopAll()
        return this.#forget()
      default:
        return unreachable(effect)
    }
  }

  #send(bytes: Uint8Array): void {
    this.#last = bytes
    sendOver(this.#reply, bytes, () => this.#input({ kind: 'send-failed' }))
  }
}
