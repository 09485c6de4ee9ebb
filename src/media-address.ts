/** Which address is announced for sound. */
import type { Config } from './config.ts'

/**
 * Where sound has an address of its own (`--media`), that one; everywhere else the one that the signalling is announced
 * with, which has the public address applied already.
 */
export function mediaAddressFor(
  { media, sip, publicAddress }: Pick<Config, 'media' | 'sip' | 'publicAddress'>,
): (signallingLocalAddress: string) => string {
  const isWild = (host: string) => host === '0.0.0.0' || host === '::'
  const own = media.filter(({ host }) => !isWild(host) && !sip.some((one) => one.host === host))
  return (local) => {
    if (local === publicAddress) return local
    const sameFamily = own.find(({ host }) => host.includes(':') === local.includes(':'))
    return sameFamily?.host ?? local
  }
}
