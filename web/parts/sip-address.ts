/** Where phones are told to register, as seen from this browser. */
import type { ServerStatus } from '../../src/model/status.ts'

export type SipAddress = { readonly transport: 'udp' | 'tcp'; readonly host: string; readonly port: number }

const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]', ''])

/**
 * A server that listens on every address is reached where this page is reached; one address per transport and port, UDP
 * first, because phones try it first.
 */
export function sipAddresses(status: ServerStatus): SipAddress[] {
  const found = new Map<string, SipAddress>()
  for (const { transport, host, port } of status.sip) {
    const reached = everywhere.has(host) ? window.location.hostname : host
    found.set(`${transport} ${reached} ${port}`, { transport, host: reached, port })
  }
  return [...found.values()].toSorted((a, b) => (a.transport === b.transport ? 0 : a.transport === 'udp' ? -1 : 1))
}

export function hostAndPort({ host, port }: Pick<SipAddress, 'host' | 'port'>): string {
  return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`
}
