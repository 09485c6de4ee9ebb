/**
 * From a URI to the address that a request is sent to. Literal addresses and host names (A, AAAA) for now; the whole of
 * RFC 3263 (NAPTR, SRV, several candidates in turn) belongs here and nowhere else.
 */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Invalid, Unavailable } from '../base/errors.ts'
import type { SipAddress, SipTransport } from './address.ts'
import { printUri, type SipUri } from './uri.ts'

const defaultPort = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 } as const satisfies Record<SipTransport, number>

/** Whether we can send by a transport to addresses of a family. */
export type Offers = (transport: SipTransport, family: 4 | 6) => boolean

/**
 * The address behind `uri`: `maddr` before the host, the `transport` parameter before the scheme's own (RFC 3263 §4.1).
 * @throws Invalid when it is no SIP URI. @throws Unavailable when the name cannot be resolved.
 */
export async function resolveUri(uri: SipUri, offers: Offers = () => true): Promise<SipAddress> {
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') throw new Invalid(`expected a SIP URI, got ${printUri(uri)}`)
  const transport = transportOf(uri)
  const host = typeof uri.params.maddr === 'string' ? bare(uri.params.maddr) : uri.host
  const port = uri.port ?? defaultPort[transport]
  if (isIP(host) !== 0) return { transport, address: host, port }
  try {
    const found = await lookup(host, { all: true })
    // An address of a family that we do not listen on leads nowhere.
    const best = found.find(({ family }) => offers(transport, family === 6 ? 6 : 4)) ?? found[0]
    if (best) return { transport, address: best.address, port }
    throw new Error('no address')
  } catch (cause) {
    throw new Unavailable(`the host ${host} is unknown`, { code: 'unknown-host', cause })
  }
}

function transportOf(uri: SipUri): SipTransport {
  const asked = typeof uri.params.transport === 'string' ? uri.params.transport.toLowerCase() : undefined
  switch (asked) {
    case 'udp':
    case 'tcp':
      return uri.scheme === 'sips' ? 'tls' : asked
    case 'tls':
    case 'ws':
    case 'wss':
      return asked
    default:
      return uri.scheme === 'sips' ? 'tls' : 'udp'
  }
}

function bare(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}
