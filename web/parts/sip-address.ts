/** Where phones are told to register, as seen from this browser. */
import type { ServerStatus } from '../../src/model/status.ts'

export type SipAddress = { readonly transport: 'udp' | 'tcp'; readonly host: string; readonly port: number }

/**
 * The best choice first: the host that this page was reached by, which also has a name and a route from elsewhere, then the
 * server's own addresses as it tells them, at last those that only the server's machine itself can use. Each by UDP first,
 * because phones try it first.
 *
 * @param shownAt the host of the address bar
 */
export function sipAddresses({ sip }: Pick<ServerStatus, 'sip'>, shownAt: string): SipAddress[] {
  const far = sip.filter(({ host }) => !isLoopback(host))
  // A server whose telephony listens on loopback alone is not reached by any other name.
  const here = far.length === 0 || isLoopback(shownAt) ? [] : far.map((one) => ({ ...one, host: bare(shownAt) }))
  const found = new Map<string, SipAddress>()
  for (const one of [...here, ...far, ...sip]) {
    const key = `${one.transport} ${hostAndPort(one)}`
    if (!found.has(key)) found.set(key, one)
  }
  const all = [...found.values()]
  const hosts = [...new Set(all.map(({ host }) => bare(host)))]
  const rank = ({ host, transport }: SipAddress): number => hosts.indexOf(bare(host)) * 2 + (transport === 'udp' ? 0 : 1)
  return all.toSorted((a, b) => rank(a) - rank(b))
}

export function hostAndPort({ host, port }: Pick<SipAddress, 'host' | 'port'>): string {
  return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`
}

function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|::1|::ffff:127(\.\d+){3})$/i.test(bare(host))
}

/** Without the brackets that an IPv6 address has in a URL. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
