/** How a request finds its dialog: Call-ID and our own tag. */
import type { DialogNames } from './wires.ts'

export function dialogKey({ callId, localTag }: DialogNames): string {
  return `${localTag} ${callId}`
}
