/** A request of ours on its way: the client machine with its messages, its flow and its timers (RFC 3261 §17.1). */
import type { Clock } from '../../base/clock.ts'
import { unreachable } from '../../base/errors.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import { printMessage } from '../print.ts'
import { sendOver, type Flow } from '../transport/transport.ts'
import { ackForRefusal } from './ack.ts'
import { Alarms } from './alarms.ts'
import type { ClientEffect, ClientInput } from './client-machine.ts'
import { startInviteClient, stepInviteClient, type InviteClientState } from './invite-client.ts'
import { startRequestClient, stepRequestClient, type RequestClientState } from './request-client.ts'
import type { Setting, SipTimers, Step } from './timers.ts'

/** Whoever asked. `failed` comes instead of a final response, never after one. */
export type ClientOwner = {
  response(response: SipResponse): void
  failed(why: 'timeout' | 'transport'): void
}

export type ClientParts = {
  readonly request: SipRequest
  readonly flow: Flow
  readonly clock: Clock
  readonly timers: SipTimers
  readonly owner: ClientOwner
  /** Called once, when the transaction leaves the table. */
  readonly forget: () => void
}

type Machine =
  | { readonly method: 'INVITE'; readonly state: InviteClientState }
  | { readonly method: 'other'; readonly state: RequestClientState }

export class ClientTransaction {
  readonly request: SipRequest
  readonly flow: Flow
  readonly #parts: ClientParts
  readonly #setting: Setting
  readonly #bytes: Uint8Array
  readonly #alarms: Alarms
  #machine: Machine
  #ack: Uint8Array | undefined

  constructor(parts: ClientParts) {
    this.#parts = parts
    this.request = parts.request
    this.flow = parts.flow
    this.#bytes = printMessage(parts.request)
    this.#setting = { timers: parts.timers, reliable: parts.flow.transport.reliable }
    this.#alarms = new Alarms(parts.clock, (timer) => this.#input({ kind: 'timer', timer }))
    this.#machine = parts.request.method === 'INVITE'
      ? { method: 'INVITE', state: { at: 'gone' } }
      : { method: 'other', state: { at: 'gone' } }
  }

  /** Sends the request. */
  start(): void {
    if (this.#machine.method === 'INVITE') this.#take(startInviteClient(this.#setting), undefined)
    else this.#take(startRequestClient(this.#setting), undefined)
  }

  /** A response that matched this transaction. */
  receive(response: SipResponse): void {
    this.#input({ kind: 'response', status: response.status }, response)
  }

  /** Stops everything and tells nobody. */
  abandon(): void {
    this.#machine = { ...this.#machine, state: { at: 'gone' } }
    this.#run({ do: 'forget' }, undefined)
  }

  #input(input: ClientInput, response?: SipResponse): void {
    const machine = this.#machine
    if (machine.method === 'INVITE') this.#take(stepInviteClient(machine.state, input, this.#setting), response)
    else this.#take(stepRequestClient(machine.state, input, this.#setting), response)
  }

  #take(
    step: Step<InviteClientState, ClientEffect> | Step<RequestClientState, ClientEffect>,
    response: SipResponse | undefined,
  ): void {
    this.#machine = { method: this.#machine.method, state: step.state } as Machine
    for (const effect of step.effects) this.#run(effect, response)
  }

  #run(effect: ClientEffect, response: SipResponse | undefined): void {
    switch (effect.do) {
      case 'send-request':
        return sendOver(this.flow, this.#bytes, () => this.#input({ kind: 'send-failed' }))
      case 'send-ack':
        if (response) this.#ack ??= printMessage(ackForRefusal(this.request, response))
        if (this.#ack) sendOver(this.flow, this.#ack, () => this.#input({ kind: 'send-failed' }))
        return
      case 'start':
        return this.#alarms.start(effect.timer, effect.delayMs)
      case 'stop':
        return this.#alarms.stop(effect.timer)
      case 'deliver':
        if (response) this.#parts.owner.response(response)
        return
      case 'fail':
        return this.#parts.owner.failed(effect.why)
      case 'forget':
        this.#alarms.stopAll()
        return this.#parts.forget()
      default:
        return unreachable(effect)
    }
  }
}
