/** What to say when an address cannot be listened on. */
import { Unavailable } from '../../base/errors.ts'
import { formatSipAddress, type SipAddress } from '../address.ts'

/** An error that names address, port and cause, and the way out where there is a usual one. */
export function bindError(wanted: SipAddress, cause: unknown): Unavailable {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown'
  return new Unavailable(
    `cannot listen on ${formatSipAddress(wanted)}: ${explanations[code] ?? code}`,
    { code: 'cannot-listen', cause },
  )
}

const explanations: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use by another program (EADDRINUSE)',
  EACCES: 'the system does not allow this port to this user (EACCES)',
  EADDRNOTAVAIL: 'this machine has no such address (EADDRNOTAVAIL)',
  EAFNOSUPPORT: 'this machine has no IPv6 (EAFNOSUPPORT)',
  ENOTFOUND: 'the host name is unknown (ENOTFOUND)',
}
