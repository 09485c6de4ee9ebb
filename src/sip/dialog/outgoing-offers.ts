/**
 * Our own re-INVITE and UPDATE: offers from above, and session refreshes that change nothing (RFC 3261 §14.1,
 * RFC 4028 §7.4).
 */
import { Unavailable } from '../../base/errors.ts'
import type { Timer } from '../../base/clock.ts'
import type { SipResponse } from '../message.ts'
import { sdpOf } from '../sdp-body.ts'
import { patienceMs } from '../transaction/timers.ts'
import type { OfferDesk } from './offer-desk.ts'
import { glarePauseMs, mayOffer } from './offers.ts'
import { agreeAsClient, askAsClient, minSeOf, sessionExpiresOf } from './session-timer.ts'

/** An exchange of theirs, or a 491, is waited out so many times. */
const maxTries = 10
/** What two rounds of glare may take. */
const glareMs = 10_000

export class OutgoingOffers {
  readonly #desk: OfferDesk
  /** What is waited for, and what is to be done about it when the dialog ends. */
  readonly #waits = new Map<Timer, () => void>()
  /** Ours leave one after the other. */
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(desk: OfferDesk) {
    this.#desk = desk
  }

  /** @throws Unavailable when refused or unanswered; an answer of 408 or 481 has then ended the dialog too. */
  reinvite(sdp: Uint8Array): Promise<Uint8Array> {
    return this.#limited(this.#queue(async () => (await this.#offer(() => sdp)).answer))
  }

  /** Shows the far end that we are here, and finds out whether it is; says again what we said last where SDP is needed. */
  refresh(byUpdate: boolean): void {
    const { events, session, wires } = this.#desk
    const refreshed = this.#queue(async () => {
      const { localSdp } = this.#desk
      if (!byUpdate && localSdp) return this.#offer(() => this.#desk.localSdp ?? localSdp)
      await this.#update()
      return null
    })
    refreshed.then(
      (said) => {
        if (said && !this.#closed) events.emit('refreshed', said.answer, said.offer)
      },
      // 408 and 481 have ended the dialog; any other refusal shows that the far end lives (RFC 4028 §10).
      () => {
        if (!this.#closed) session.refused()
      },
    ).catch((cause: unknown) => wires.log.error({ err: cause }, 'a session refresh met a bug'))
  }

  close(): void {
    this.#closed = true
    for (const [timer, end] of this.#waits) {
      timer.cancel()
      end()
    }
    this.#waits.clear()
  }

  /** A far end may say 100 to a re-INVITE and then nothing; whoever asked is told, though the INVITE goes on. */
  #limited<T>(asked: Promise<T>): Promise<T> {
    const { clock, timers } = this.#desk.wires
    return new Promise((resolve, reject) => {
      const limit = clock.after(2 * patienceMs(timers) + glareMs, () => giveUp('the far end does not say yes or no'))
      const giveUp = (why: string): void => {
        this.#waits.delete(limit)
        reject(new Unavailable(why, { code: 'no-answer' }))
      }
      const settle = (then: () => void): void => {
        limit.cancel()
        this.#waits.delete(limit)
        then()
      }
      this.#waits.set(limit, () => giveUp('the dialog is over'))
      asked.then((value) => settle(() => resolve(value)), (cause: unknown) => settle(() => reject(cause)))
    })
  }

  #queue<T>(send: () => Promise<T>): Promise<T> {
    const done = this.#last.then(send)
    this.#last = done.catch(() => {})
    return done
  }

  /** `current` is asked at each try: an offer of theirs that was waited out may have changed what there is to say. */
  async #offer(current: () => Uint8Array): Promise<{ readonly offer: Uint8Array; readonly answer: Uint8Array }> {
    let offer = current()
    const response = await this.#withoutGlare(async () => {
      offer = current()
      return mayOffer(this.#desk.exchange) ? this.#invite(offer) : null
    })
    if (response.status >= 300) throw refused('re-INVITE', response)
    const answer = sdpOf(response)
    if (!answer) throw new Unavailable('a re-INVITE was accepted without SDP', { code: 'no-answer' })
    return { offer, answer }
  }

  /** Waits out exchanges of theirs: those we know of, when `ask` gives null, and those that a 491 tells of (RFC 3261 §14.1). */
  async #withoutGlare(ask: () => Promise<SipResponse | null>): Promise<SipResponse> {
    for (let tries = 0; tries < maxTries; tries++) {
      this.#mustBeOpen()
      const response = await ask()
      if (response && response.status !== 491) return response
      await this.#pause()
    }
    throw new Unavailable('the far end keeps its own offer open', { code: 'glare' })
  }

  async #invite(sdp: Uint8Array): Promise<SipResponse> {
    const { peer, wires, session } = this.#desk
    this.#desk.exchange = { ...this.#desk.exchange, ours: true }
    try {
      const timer = askAsClient(wires.sessionTimer, session.agreement)
      const headers = [...this.#standing(), ...timer, ['Content-Type', 'application/sdp']] as const
      const { response, seq } = await this.#ask({ method: 'INVITE', headers, body: sdp })
      if (response.status < 300) {
        peer.retarget(response)
        peer.acknowledge(seq)
        if (!this.#closed) {
          this.#desk.localSdp = sdp
          this.#agree(response)
        }
      }
      return response
    } finally {
      this.#desk.exchange = { ...this.#desk.exchange, ours: false }
    }
  }

  async #update(): Promise<void> {
    const { wires, session, peer } = this.#desk
    const response = await this.#withoutGlare(async () => {
      const headers = [...this.#standing(), ...askAsClient(wires.sessionTimer, session.agreement)]
      return (await this.#ask({ method: 'UPDATE', headers })).response
    })
    if (response.status >= 300) throw refused('UPDATE', response)
    peer.retarget(response)
    this.#agree(response)
  }

  /** As the peer's, and sees what ends a dialog (RFC 3261 §12.2.1.2) or asks for a longer interval (RFC 4028 §7.3). */
  async #ask(
    parts: { readonly method: string; readonly headers: HeaderList; readonly body?: Uint8Array },
  ): ReturnType<OfferDesk['peer']['ask']> {
    const { peer, over } = this.#desk
    try {
      const answered = await peer.ask(parts)
      const { status, headers } = answered.response
      if (status === 408 || status === 481) over({ why: 'unreachable' }, { bye: true })
      const minSeconds = status === 422 ? minSeOf(headers) : undefined
      if (minSeconds === undefined) return answered
      const kept = parts.headers.filter(([name]) => name !== 'Session-Expires' && name !== 'Min-SE')
      return await peer.ask({
        ...parts,
        headers: [...kept, ['Session-Expires', String(minSeconds)], ['Min-SE', String(minSeconds)]],
      })
    } catch (cause) {
      over({ why: 'unreachable' }, { bye: true })
      throw cause
    }
  }

  #agree(response: SipResponse): void {
    const { session, wires } = this.#desk
    if (this.#closed) return
    const agreed = session.agreement?.expiresSeconds ?? sessionExpiresOf(response.headers)?.seconds
    const seconds = agreed ?? wires.sessionTimer?.expiresSeconds
    session.agree(agreeAsClient(response.headers, wires.sessionTimer && seconds !== undefined ? { seconds } : undefined))
  }

  #standing(): HeaderList {
    const { allow, supported } = this.#desk.wires.capabilities
    return [['Contact', this.#desk.peer.contact], allow, supported]
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new Unavailable('the dialog is over', { code: 'dialog-over' })
  }

  #pause(): Promise<void> {
    const { wires, weCalled } = this.#desk
    return new Promise((resolve) => {
      const timer = wires.clock.after(glarePauseMs(weCalled, wires.random()), () => {
        this.#waits.delete(timer)
        resolve()
      })
      this.#waits.set(timer, resolve)
    })
  }
}

type HeaderList = ReadonlyArray<readonly [name: string, value: string]>

function refused(what: string, { status, reason }: SipResponse): Unavailable {
  return new Unavailable(`${what} was refused with ${status} ${reason}`, { code: 'refused' })
}
