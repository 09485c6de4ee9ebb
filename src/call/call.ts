/**
 * One telephone call: a SIP dialog joined with a stream of sound.
 *
 * ringing -> answering (stream being opened) -> answered (200 sent, ACK awaited) -> up -> ended
 *
 * The call owns its dialog and its stream and ends them together. Whoever was handed the call listens to `ended`,
 * which comes exactly once.
 */
import { Emitter, type Off } from '../base/emitter.ts'
import { bug, Invalid, OutsideError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { Clock } from '../base/clock.ts'
import type { StreamRequest } from '../media/engine.ts'
import type { Stream, StreamFormat } from '../media/stream.ts'
import { formatSipAddress } from '../sip/address.ts'
import type { DialogEnd, InviteDialog, Reoffer } from '../sip/invite-dialog.ts'
import { digitOfInfo } from './info-digits.ts'
import { DigitFilter } from './digit-filter.ts'
import { answerOffer, makeOffer, readAnswer, type Agreement, type LocalEnd } from './negotiate.ts'

/** How a call came to its end. */
export type CallEnd =
  /** The far end said BYE. */
  | { readonly how: 'hung-up' }
  /** The far end gave up before the answer. */
  | { readonly how: 'cancelled' }
  /** The far end fell silent: no sound, no ACK, no refresh of the session, no answer to a request. */
  | { readonly how: 'line-lost' }
  /** We refused it. */
  | { readonly how: 'refused'; readonly status: number }
  /** We ended it; `why` is the word of who asked. */
  | { readonly how: 'ended'; readonly why: string }
  /** A part of ours broke. */
  | { readonly how: 'failed' }

export type CallEvents = {
  digit: [digit: string]
  /** The far end put us on hold, or took us back. */
  held: [held: boolean]
  ended: [end: CallEnd]
}

/** The part of the media engine that a call needs. */
export interface StreamSource {
  openStream(request: StreamRequest): Promise<Stream>
}

export type CallOptions = {
  readonly dialog: InviteDialog
  readonly media: StreamSource
  readonly clock: Clock
  readonly log: Log
  /** The address announced for sound, given our address on the signalling flow. */
  readonly mediaAddressFor: (signallingLocalAddress: string) => string
}

type State =
  | { readonly at: 'ringing' }
  | { readonly at: 'answering' }
  | { readonly at: 'answered'; readonly stream: Stream; readonly local: LocalEnd }
  | { readonly at: 'up'; readonly stream: Stream; readonly local: LocalEnd }
  | { readonly at: 'ended'; readonly end: CallEnd }

export class Call {
  readonly id = newId('call')
  readonly dialog: InviteDialog
  readonly #media: StreamSource
  readonly #log: Log
  readonly #mediaAddressFor: CallOptions['mediaAddressFor']
  readonly #events = new Emitter<CallEvents>()
  readonly #digits: DigitFilter
  // Our own words for the end come first: the dialog's event that follows finds nobody listening.
  readonly #offs: Off[] = []
  #state: State = { at: 'ringing' }
  #descriptionVersion = 1
  #held = false
  #muted = false
  /** What was agreed last; sound is sent by it from the ACK on. */
  #agreed: StreamFormat | null = null
  /** Waits for the answer to our last offer. */
  #offAnswer: Off = () => {}

  constructor({ dialog, media, clock, log, mediaAddressFor }: CallOptions) {
    this.dialog = dialog
    this.#media = media
    this.#mediaAddressFor = mediaAddressFor
    this.#log = log.with({ call: this.id })
    this.#digits = new DigitFilter(clock)
    this.#offs.push(
      dialog.on('ended', (end) => this.#finish(meaningOf(end))),
      dialog.on('reoffer', (reoffer) => this.#takeReoffer(reoffer)),
      dialog.on('refreshed', (answer, offer) => this.#guard(() => this.#takeRefreshed(answer, offer))),
      dialog.on('info', (contentType, body) => this.#takeInfo(contentType, body)),
    )
  }

  on<Name extends keyof CallEvents>(name: Name, listener: (...args: CallEvents[Name]) => void): Off {
    return this.#events.on(name, listener)
  }

  get state(): State['at'] {
    return this.#state.at
  }

  /** Where the signalling comes from, as history and roster write it: `udp:192.0.2.7:5060`. */
  get source(): string {
    return formatSipAddress(this.dialog.remoteAddress)
  }

  /** Whether the far end holds us now. */
  get held(): boolean {
    return this.#held
  }

  /** The sound of an answered call. Asking earlier or later is a bug. */
  get stream(): Stream {
    const state = this.#state
    if (state.at === 'answered' || state.at === 'up') return state.stream
    return bug(`stream of call ${this.id} asked for while ${state.at}`)
  }

  /**
   * Answers it: opens a stream, agrees on a codec, sends 200.
   * Resolves true when the far end has acknowledged and sound flows, false when the call ended before.
   */
  async answer(): Promise<boolean> {
    if (this.#state.at !== 'ringing') return bug(`call ${this.id} answered while ${this.#state.at}`)
    this.#state = { at: 'answering' }
    const { dialog } = this
    let stream: Stream
    try {
      stream = await this.#media.openStream({
        localAddress: dialog.localAddress.address,
        signallingAddress: dialog.remoteAddress.address,
        label: this.id,
      })
    } catch (error) {
      this.#log.error({ err: error }, 'no stream could be opened for a call')
      this.refuse(503, 'Service Unavailable')
      return false
    }
    if (this.state !== 'answering') {
      stream.close()
      return false
    }
    return this.#agree(stream)
  }

  /** Refuses a call that was not answered yet. */
  refuse(status: number, reason?: string): void {
    if (this.#state.at !== 'ringing' && this.#state.at !== 'answering') return
    this.#finish({ how: 'refused', status })
    this.dialog.reject(status, reason === undefined ? {} : { reason })
  }

  /** Ends it whatever its state; `why` is told to `ended`, and to the far end as the text of a Reason header. */
  end(why: string): void {
    if (this.#state.at === 'ended') return
    this.#finish({ how: 'ended', why })
    this.dialog.end({ reason: reasonHeader(16, why) })
  }

  /** Nothing of the far end's sound goes into its mix while muted. Its digits still arrive. */
  mute(muted: boolean): void {
    this.#muted = muted
    this.#applyMute()
  }

  async #agree(stream: Stream): Promise<boolean> {
    const { dialog } = this
    const local: LocalEnd = {
      address: this.#mediaAddressFor(dialog.localAddress.address),
      port: stream.port,
      sessionId: String(stream.id + 1),
      signallingAddress: dialog.remoteAddress.address,
    }
    try {
      if (dialog.offer) {
        const { sdp, ...agreement } = answerOffer(dialog.offer, { local, version: this.#descriptionVersion })
        this.#becomeAnswered(stream, local)
        this.#apply(agreement)
        const acknowledged = this.#acknowledged()
        dialog.answer(sdp)
        await acknowledged
      } else {
        this.#becomeAnswered(stream, local)
        const acknowledged = this.#acknowledged()
        dialog.answer(makeOffer({ local, version: this.#descriptionVersion }))
        const answer = await acknowledged
        if (this.state !== 'answered') return false
        if (!answer) throw new Invalid('the ACK to our offer carried no answer', { code: 'bad-sdp' })
        this.#apply(readAnswer(answer, { local }))
      }
    } catch (error) {
      if (!(error instanceof OutsideError)) {
        stream.close()
        throw error
      }
      this.#log.info({ code: error.code, err: error.message }, 'no agreement on sound')
      if (this.state === 'answering') {
        stream.close()
        this.refuse(error.code === 'no-audio' ? 488 : 400, error.code === 'no-audio' ? 'Not Acceptable Here' : 'Bad SDP')
      } else this.end('no agreement on sound')
      return false
    }
    const state = this.#state
    if (state.at !== 'answered') return false
    this.#state = { ...state, at: 'up' }
    if (this.#agreed) stream.configure(this.#agreed)
    return true
  }

  #becomeAnswered(stream: Stream, local: LocalEnd): void {
    this.#state = { at: 'answered', stream, local }
    this.#offs.push(
      stream.on('digit', (digit) => this.#guard(() => this.#emitDigit(digit, 'rtp'))),
      stream.on('silent', () => this.#guard(() => this.#lose('no sound from the line'))),
      stream.on('lost', () => this.#guard(() => this.#fail())),
    )
  }

  /** What media plane and timers bring comes from outside every call: a bug that it meets ends this one and nothing else. */
  #guard(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#log.error({ err: error }, 'a call met a bug')
      this.#fail()
    }
  }

  /** The ACK's body, or null when it had none or the call ended first. */
  #acknowledged(): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      const offs = [this.dialog.on('ack', (answer) => settle(answer)), this.#events.on('ended', () => settle(null))]
      const settle = (answer: Uint8Array | null) => {
        for (const off of offs) off()
        resolve(answer)
      }
    })
  }

  /**
   * Nothing is sent before the ACK: until then nobody has shown that the call is of his own doing, and one forged packet
   * must not bring a stream of sound to somebody else.
   */
  #apply({ format, held }: Agreement): void {
    this.#agreed = format
    this.stream.configure(this.#state.at === 'up' ? format : { ...format, sending: false })
    const changed = held !== this.#held
    this.#held = held
    this.#applyMute()
    if (changed) this.#events.emit('held', held)
  }

  #applyMute(): void {
    const state = this.#state
    // A holding phone may send its own music: that must not reach the room.
    if (state.at === 'answered' || state.at === 'up') state.stream.mute(this.#muted || this.#held)
  }

  #takeReoffer(reoffer: Reoffer): void {
    const state = this.#state
    if (state.at !== 'answered' && state.at !== 'up') return reoffer.reject(491)
    const { local } = state
    const version = this.#descriptionVersion + 1
    if (!reoffer.offer) {
      this.#descriptionVersion = version
      this.#offAnswer()
      this.#offAnswer = this.dialog.on('ack', (answer) => {
        this.#offAnswer()
        if (answer) this.#tryApply(() => readAnswer(answer, { local }))
      })
      return reoffer.accept(makeOffer({ local, version }))
    }
    const { offer } = reoffer
    const agreed = this.#tryApply(() => {
      const { sdp, ...agreement } = answerOffer(offer, { local, version })
      this.#descriptionVersion = version
      reoffer.accept(sdp)
      return agreement
    })
    if (!agreed) reoffer.reject(488)
  }

  /** The far end may have moved its sound; one that only says again what it said keeps its proven source. */
  #takeRefreshed(answer: Uint8Array, offer: Uint8Array): void {
    const state = this.#state
    if (state.at === 'answered' || state.at === 'up') this.#tryApply(() => readAnswer(answer, { local: state.local, offer }))
  }

  /** Applies what `agree` returns; a refusal leaves everything as it was (RFC 3261 §14.2). */
  #tryApply(agree: () => Agreement): boolean {
    try {
      this.#apply(agree())
      return true
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error
      this.#log.info({ code: error.code, err: error.message }, 'a new offer was refused')
      return false
    }
  }

  #takeInfo(contentType: string, body: Uint8Array): void {
    const digit = digitOfInfo(contentType, body)
    if (digit !== null) this.#emitDigit(digit, 'info')
  }

  #emitDigit(digit: string, way: 'rtp' | 'info'): void {
    if (this.#digits.isNew(digit, way)) this.#events.emit('digit', digit)
  }

  #lose(text: string): void {
    this.#finish({ how: 'line-lost' })
    this.dialog.end({ reason: reasonHeader(102, text) })
  }

  #fail(): void {
    this.#finish({ how: 'failed' })
    this.dialog.end({ reason: reasonHeader(41, 'a failure of ours') })
  }

  #finish(end: CallEnd): void {
    const state = this.#state
    if (state.at === 'ended') return
    this.#state = { at: 'ended', end }
    for (const off of this.#offs.splice(0)) off()
    if (state.at === 'answered' || state.at === 'up') state.stream.close()
    this.#log.info({ ...end }, 'call ended')
    this.#events.emit('ended', end)
    this.#events.clear()
  }
}

/** Why a call ends, for the far end's log (RFC 3326); `cause` as in Q.850: 16 as wished, 41 a fault of ours, 102 a time-out. */
function reasonHeader(cause: 16 | 41 | 102, text: string): string {
  return `Q.850;cause=${cause};text="${text}"`
}

function meaningOf(end: DialogEnd): CallEnd {
  switch (end.why) {
    case 'remote-bye':
      return { how: 'hung-up' }
    case 'remote-cancel':
      return { how: 'cancelled' }
    case 'unreachable':
    case 'no-ack':
    case 'session-expired':
      return { how: 'line-lost' }
    case 'rejected':
    case 'refused':
      return { how: 'refused', status: end.status }
    case 'local-bye':
      return { how: 'ended', why: 'local' }
  }
}
