/** The addresses of this machine that a person can type into a phone or a browser. */
import { networkInterfaces } from 'node:os'

const shownAtMost = 3

/** The host itself; for "every address" those of this machine's networks, of the same family, loopback where there is none. */
export function reachableHosts(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const family = host === '::' ? 'IPv6' : 'IPv4'
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((one) => !one.internal && one.family === family && !one.address.startsWith('fe80:'))
    .map(({ address }) => address)
  return found.length > 0 ? found.slice(0, shownAtMost) : family === 'IPv4' ? ['127.0.0.1'] : []
}

/** As it stands in a URL. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
