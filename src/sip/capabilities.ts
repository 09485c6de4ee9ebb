/** What this endpoint can do, as it tells others (RFC 3261 §11.2, §20.5, §20.37), and how it names itself. */
import { unreachable } from '../base/errors.ts'
import type { SipAddress } from './address.ts'

/** Methods inside and outside of dialogs that are answered without anybody above. */
const allowedMethods = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'UPDATE', 'PRACK', 'INFO'] as const

/** Option tags that may stand in a Require. */
const supportedOptions: readonly string[] = ['100rel', 'timer', 'path']

/** Standard methods: refused with 405 where they are not wanted, the others with 501 (RFC 3261 §8.2.1). */
export const knownMethods: ReadonlySet<string> = new Set([
  ...allowedMethods,
  'REGISTER',
  'SUBSCRIBE',
  'NOTIFY',
  'MESSAGE',
  'REFER',
  'PUBLISH',
])

/** What one endpoint says of itself in Allow and Supported. */
export type Capabilities = {
  readonly allow: readonly [name: 'Allow', value: string]
  readonly supported: readonly [name: 'Supported', value: string]
  /** Option tags, lower case. */
  readonly options: readonly string[]
}

/** Ours, and what those above add to it: REFER, for example, or `replaces`. */
export function capabilitiesWith(extraMethods: readonly string[], extraOptions: readonly string[]): Capabilities {
  const options = [...supportedOptions, ...extraOptions.map((option) => option.toLowerCase())]
  return {
    allow: ['Allow', [...allowedMethods, ...extraMethods].join(', ')],
    supported: ['Supported', options.join(', ')],
    options,
  }
}

/** `<sip:192.0.2.1:5060;transport=tcp>`: where requests of the far end should come. */
export function contactOf({ transport, address, port }: SipAddress): string {
  const host = address.includes(':') ? `[${address}]` : address
  switch (transport) {
    case 'udp':
      return `<sip:${host}:${port}>`
    case 'tls':
      return `<sips:${host}:${port};transport=tcp>`
    case 'tcp':
    case 'ws':
    case 'wss':
      return `<sip:${host}:${port};transport=${transport}>`
    default:
      return unreachable(transport)
  }
}
