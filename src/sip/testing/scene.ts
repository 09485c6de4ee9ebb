/** For tests: an endpoint whose time is ours, and a phone whose every letter is. */
import { vi } from 'vitest'
import { ManualClock } from '../../base/clock.ts'
import type { SipEndpoint } from '../endpoint.ts'
import type { InviteDialog } from '../invite-dialog.ts'
import { addressOf, next, nextInvite, sdp, type Opened } from './endpoints.ts'
import { RawPhone, type Head } from './raw-phone.ts'

export class Scene {
  readonly clock: ManualClock
  readonly endpoint: SipEndpoint
  readonly phone: RawPhone

  private constructor(parts: { readonly clock: ManualClock; readonly endpoint: SipEndpoint; readonly phone: RawPhone }) {
    this.clock = parts.clock
    this.endpoint = parts.endpoint
    this.phone = parts.phone
  }

  /** With the RFC's own timers. */
  static async open(opened: Opened): Promise<Scene> {
    const clock = new ManualClock()
    const endpoint = await opened.endpoint(
      undefined,
      { clock, timers: {}, sessionTimer: { expiresSeconds: 1800, minSeconds: 90 } },
    )
    return new Scene({ clock, endpoint, phone: opened.add(await RawPhone.open(addressOf(endpoint))) })
  }

  /** Lets packets under way arrive: the answer to this comes last. */
  async settle(): Promise<void> {
    const { phone } = this
    const mark = `settle${Math.random()}`
    phone.request({ method: 'OPTIONS', branch: `z9hG4bK${mark}`, callId: mark })
    await vi.waitFor(() => expectTrue(phone.heard.some((one) => one.headers.callId === mark)), { interval: 1 })
    phone.heard.splice(phone.heard.findIndex((one) => one.headers.callId === mark), 1)
  }

  /** What was heard and not asked for yet: statuses and methods. */
  statuses(): readonly unknown[] {
    return this.phone.heard.map((one) => (one.kind === 'response' ? one.status : one.method))
  }

  /** An INVITE of the phone, arrived. */
  incoming(head: Partial<Head> = {}): Promise<InviteDialog> {
    const came = nextInvite(this.endpoint)
    this.phone.request({ method: 'INVITE', body: 'v=0 offer', ...head, lines: [this.phone.contact, ...(head.lines ?? [])] })
    return came
  }

  /** Answered and acknowledged; gives the 200's To tag. */
  async established(head: Partial<Head> = {}): Promise<{ readonly dialog: InviteDialog; readonly toTag: string }> {
    const dialog = await this.incoming(head)
    const acknowledged = next(dialog, 'ack')
    dialog.answer(sdp('answer'))
    const toTag = String((await this.phone.hearResponse(200, 'INVITE')).headers.to.params.tag)
    this.phone.request({ method: 'ACK', branch: 'z9hG4bKack', cseq: head.cseq ?? 1, toTag })
    await acknowledged
    return { dialog, toTag }
  }
}

function expectTrue(is: boolean): void {
  if (!is) throw new Error('not yet')
}
