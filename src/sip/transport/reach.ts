/** Which addresses are in the same house as we are, so that a public address would lead them astray. */
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

const privateRanges = new BlockList()
for (const [address, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT, RFC 6598
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateRanges.addSubnet(address, prefix, 'ipv4')
}
for (const [address, prefix] of [['::1', 128], ['fc00::', 7], ['fe80::', 10]] as const) {
  privateRanges.addSubnet(address, prefix, 'ipv6')
}

/** No single machine: "this network", multicast, broadcast and the addresses that were never given out. */
const nobody = new BlockList()
for (const [address, prefix] of [['0.0.0.0', 8], ['224.0.0.0', 3]] as const) nobody.addSubnet(address, prefix, 'ipv4')
for (const [address, prefix] of [['::', 128], ['ff00::', 8]] as const) nobody.addSubnet(address, prefix, 'ipv6')

/** Whether `address` is a literal address at which no phone can be. */
export function isNobodysAddress(address: string): boolean {
  return isIn(nobody, address)
}

/** Whether `address` is a literal address that is not reachable across the internet. */
export function isPrivateAddress(address: string): boolean {
  return isIn(privateRanges, address)
}

/** The networks this machine is in, as its interfaces say now. */
export function ownNetworks(): BlockList {
  const networks = new BlockList()
  for (const entries of Object.values(networkInterfaces())) {
    for (const { cidr, family } of entries ?? []) {
      const [address, prefix] = cidr?.split('/') ?? []
      if (address === undefined || prefix === undefined) continue
      networks.addSubnet(address, Number(prefix), family === 'IPv6' ? 'ipv6' : 'ipv4')
    }
  }
  return networks
}

/** Whether `address`, if it is a literal one, is in `list`. */
export function isIn(list: BlockList, address: string): boolean {
  const bare = withoutZone(address)
  if (isIPv4(bare)) return list.check(bare, 'ipv4')
  return isIPv6(bare) && list.check(bare, 'ipv6')
}

/** `fe80::1%eth0` without its zone, which means nothing to others. */
export function withoutZone(address: string): string {
  const percent = address.indexOf('%')
  return percent < 0 ? address : address.slice(0, percent)
}

export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}
