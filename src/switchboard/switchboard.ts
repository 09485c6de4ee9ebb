/**
 * The only place that decides who a call comes from and where it goes.
 *
 * | caller | dialled | answer |
 * |---|---|---|
 * | proves an account | a conference | into its room |
 * | proves an account | an employee | 480: calls between phones are not there yet |
 * | proves an account | anything else | 404 |
 * | proves nothing | - | 401, and nothing is told of what exists |
 * | proves nothing, strangers are let in, claims no employee's number | a conference | into its room |
 * | the same, while too many of them have not acknowledged yet | - | 503 |
 */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { Call, type StreamSource } from '../call/call.ts'
import type { Conference } from '../model/conference.ts'
import type { Caller } from '../model/room.ts'
import type { InviteDialog } from '../sip/invite-dialog.ts'
import type { Accounts } from './accounts.ts'
import { destinationOf, dialledNumber, type Directory } from './dialplan.ts'
import { shown } from './shown.ts'

/** Where calls to conferences go. */
export interface ConferenceEntrance {
  enter(call: Call, visit: { readonly conference: Conference; readonly caller: Caller }): void
}

export type SwitchboardOptions = {
  readonly accounts: Accounts
  readonly directory: Directory
  readonly rooms: ConferenceEntrance
  readonly media: StreamSource
  readonly mediaAddressFor: (signallingLocalAddress: string) => string
  readonly strangersMayCall: () => boolean
  readonly clock: Clock
  readonly log: Log
}

/**
 * An INVITE from a forged address costs a stream and half a minute of answers to nobody; whoever really calls acknowledges
 * at once. So many at a time keep employees and those inside undisturbed.
 */
const maxUnprovenStrangers = 100

export class Switchboard {
  readonly #options: SwitchboardOptions
  /** Calls of strangers that have not acknowledged yet. */
  #unproven = 0

  constructor(options: SwitchboardOptions) {
    this.#options = options
  }

  /** Takes a call that has just come in; it is answered, refused or challenged here, never left. */
  async take(dialog: InviteDialog): Promise<void> {
    const { log } = this.#options
    try {
      const caller = await this.#callerOf(dialog)
      if (caller && dialog.state === 'incoming') await this.#connect(dialog, caller)
    } catch (error) {
      log.error({ err: error, callId: dialog.callId }, 'an incoming call could not be handled')
      if (dialog.state !== 'ended') dialog.end({ status: 500 })
    }
  }

  async #callerOf(dialog: InviteDialog): Promise<Caller | null> {
    const { accounts, strangersMayCall } = this.#options
    if (strangersMayCall() && !dialog.invite.headers.has('Authorization')) {
      const stranger = strangerOf(dialog)
      if (!(await accounts.isTaken(stranger.number))) return stranger
    }
    const proof = await accounts.prove(dialog.invite, dialog.remoteAddress)
    if (proof.kind === 'employee') {
      const { id, number, name } = proof.employee
      return { kind: 'employee', number, name, employeeId: id }
    }
    dialog.reject(proof.status, { headers: proof.headers })
    return null
  }

  #admitsUnproven(dialog: InviteDialog): boolean {
    if (this.#unproven >= maxUnprovenStrangers) return false
    this.#unproven++
    const offs = [dialog.on('ack', () => settle()), dialog.on('ended', () => settle())]
    const settle = () => {
      for (const off of offs) off()
      this.#unproven--
    }
    return true
  }

  async #connect(dialog: InviteDialog, caller: Caller): Promise<void> {
    const { directory, rooms, media, mediaAddressFor, clock, log } = this.#options
    const number = dialledNumber(dialog.invite.uri.user)
    const destination = number === null ? ({ kind: 'nobody' } as const) : await destinationOf(number, directory)
    if (dialog.state !== 'incoming') return
    switch (destination.kind) {
      case 'conference':
        if (caller.kind === 'stranger' && !this.#admitsUnproven(dialog)) return dialog.reject(503, { headers: [['Retry-After', '30']] })
        return rooms.enter(new Call({ dialog, media, clock, log, mediaAddressFor }), { conference: destination.conference, caller })
      case 'employee':
        log.info({ caller: caller.number, number }, 'a call between phones was refused: not available yet')
        return dialog.reject(480, { reason: 'Calls Between Phones Not Available' })
      case 'nobody':
        log.info({ caller: caller.number, number: shown(dialog.invite.uri.user ?? '') }, 'nobody has the dialled number')
        return dialog.reject(404)
    }
  }
}

/** What a caller without an account says of himself: shown, never trusted. */
function strangerOf(dialog: InviteDialog): Caller {
  const { uri, displayName } = dialog.remoteParty
  return { kind: 'stranger', number: shown(uri.user ?? ''), name: shown(displayName ?? ''), employeeId: null }
}
