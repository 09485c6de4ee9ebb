/** Re-INVITE and UPDATE of the far end (RFC 3261 §14.2, RFC 3311 §5.2). */
import { randomInteger } from '../../base/ids.ts'
import type { Reoffer } from '../invite-dialog.ts'
import type { SipRequest } from '../message.ts'
import type { Answer, OpenRequest } from '../server-request.ts'
import { sdpOf, sdpFault } from '../sdp-body.ts'
import type { ServerTransaction } from '../transaction/server.ts'
import type { OfferDesk } from './offer-desk.ts'
import { admitInvite, admitUpdate, type Admission } from './offers.ts'
import { Repeater } from './repeater.ts'
import { agreeAsServer } from './session-timer.ts'

export class IncomingOffers {
  readonly #desk: OfferDesk
  /** The re-INVITE that has no final response yet. */
  #open: OpenRequest | undefined
  /** Our 2xx to a re-INVITE, until its ACK. `offered`: it held our offer, the ACK brings the answer. */
  #answered: { readonly seq: number; readonly offered: boolean; readonly repeater: Repeater } | undefined

  constructor(desk: OfferDesk) {
    this.#desk = desk
  }

  invite(open: OpenRequest, transaction: ServerTransaction): void {
    if (this.#refused(open, admitInvite(this.#desk.exchange))) return
    this.#desk.exchange = { ...this.#desk.exchange, theirInvite: true }
    this.#desk.peer.retarget(open.request)
    this.#open = open
    transaction.owner = { cancelled: () => this.#reject(open, 487) }
    this.#ask(open, {
      accept: (sdp, headers) => {
        this.#open = undefined
        this.#desk.exchange = { ...this.#desk.exchange, theirInvite: false, ours: sdpOf(open.request) === null }
        const send = (): void => open.respondAgain(200, { headers, body: sdp })
        this.#repeat(open, send)
      },
      reject: (status, answer) => this.#reject(open, status, answer),
    })
  }

  update(open: OpenRequest): void {
    const offer = sdpOf(open.request)
    if (this.#refused(open, admitUpdate(this.#desk.exchange, offer !== null))) return
    this.#desk.peer.retarget(open.request)
    if (offer === null) {
      const verdict = agreeAsServer(open.request.headers, this.#desk.wires.sessionTimer)
      if (verdict.kind === 'too-short') return open.respond(422, verdict)
      this.#desk.session.agree(verdict.agreement)
      return open.respond(200, { headers: [...this.#standing(), ...verdict.headers] })
    }
    this.#desk.exchange = { ...this.#desk.exchange, theirUpdate: true }
    const done = (): void => {
      this.#desk.exchange = { ...this.#desk.exchange, theirUpdate: false }
    }
    this.#ask(open, {
      accept: (sdp, headers) => {
        done()
        open.respond(200, { headers, body: sdp })
      },
      reject: (status, answer) => {
        done()
        open.respond(status, answer)
      },
    })
  }

  /** The ACK of a re-INVITE's 2xx; false when it is another's. */
  acknowledge({ headers, ...request }: SipRequest): boolean {
    const answered = this.#answered
    if (answered?.seq !== headers.cseq.number) return false
    this.#answered = undefined
    answered.repeater.stop()
    if (answered.offered) this.#desk.exchange = { ...this.#desk.exchange, ours: false }
    this.#desk.events.emit('ack', answered.offered ? sdpOf({ headers, ...request }) : null)
    return true
  }

  close(): void {
    if (this.#open) this.#reject(this.#open, 487)
    this.#answered?.repeater.stop()
    this.#answered = undefined
  }

  /** Asks those above; exactly one of `accept` and `reject` is called, once. */
  #ask(
    open: OpenRequest,
    then: { accept(sdp: Uint8Array, headers: HeaderList): void; reject(status: number, answer?: Answer): void },
  ): void {
    const fault = sdpFault(open.request)
    if (fault) return then.reject(fault)
    const verdict = agreeAsServer(open.request.headers, this.#desk.wires.sessionTimer)
    if (verdict.kind === 'too-short') return then.reject(422, verdict)
    let decided = false
    const once = (act: () => void): void => {
      if (decided || open.answered) return
      decided = true
      act()
    }
    const reoffer: Reoffer = {
      offer: sdpOf(open.request),
      accept: (sdp) =>
        once(() => {
          this.#desk.localSdp = sdp
          this.#desk.session.agree(verdict.agreement)
          then.accept(sdp, [...this.#standing(), ...verdict.headers, ['Content-Type', 'application/sdp']])
        }),
      reject: (status, reason) => once(() => then.reject(status, reason === undefined ? {} : { reason })),
    }
    this.#desk.events.emit('reoffer', reoffer)
  }

  #standing(): HeaderList {
    const { allow, supported } = this.#desk.wires.capabilities
    return [['Contact', this.#desk.peer.contact], allow, supported]
  }

  #refused(open: OpenRequest, admission: Admission): boolean {
    if (admission.kind === 'admitted') return false
    const headers = admission.status === 500 ? ([['Retry-After', String(randomInteger(0, 10))]] as const) : []
    open.respond(admission.status, { headers })
    return true
  }

  #reject(open: OpenRequest, status: number, answer?: Answer): void {
    if (this.#open === open) {
      this.#open = undefined
      this.#desk.exchange = { ...this.#desk.exchange, theirInvite: false }
    }
    open.respond(status, answer)
  }

  #repeat(open: OpenRequest, send: () => void): void {
    const { clock, timers } = this.#desk.wires
    this.#answered?.repeater.stop()
    const repeater = new Repeater({
      clock,
      timers,
      longestMs: timers.t2Ms,
      send,
      giveUp: () => this.#desk.over({ why: 'no-ack' }, { bye: true, reason: 'SIP;cause=408;text="No ACK"' }),
    })
    this.#answered = { seq: open.request.headers.cseq.number, offered: sdpOf(open.request) === null, repeater }
  }
}

type HeaderList = ReadonlyArray<readonly [name: string, value: string]>
