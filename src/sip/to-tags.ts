/**
 * To tags of answers that leave no transaction behind: the same request gets the same tag, without anything being
 * remembered (RFC 3261 §8.2.7). Not for INVITE, whose tag becomes half of a dialog's name and must be new every time.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { SipRequest } from './message.ts'
import { serverKey } from './transaction/key.ts'

const tagLength = 12

export class ToTags {
  readonly #secret = randomBytes(32)

  of(request: SipRequest): string {
    return createHmac('sha256', this.#secret).update(serverKey(request)).digest('hex').slice(0, tagLength)
  }
}
