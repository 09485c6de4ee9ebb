/** Where a SIP message came from or goes to. */

export type SipTransport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

/** One end of a flow. `address` is a literal IPv4 or IPv6 address without brackets. */
export type SipAddress = {
  readonly transport: SipTransport
  readonly address: string
  readonly port: number
}

/** `udp:192.0.2.1:5060`, for logs and as a table key; IPv6 in brackets. */
export function formatSipAddress({ transport, address, port }: SipAddress): string {
  return `${transport}:${address.includes(':') ? `[${address}]` : address}:${port}`
}
