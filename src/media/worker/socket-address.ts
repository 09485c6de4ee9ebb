/**
 * Socket addresses as the system lays them out, in the arena: also the portable driver keeps them in this form, so that
 * everything above sees one.
 *
 * ```
 * sockaddr_in   family (16, host order) | port (16) | IPv4 (32) | zero
 * sockaddr_in6  family (16, host order) | port (16) | flow (32) | IPv6 (128) | scope (32)
 * ```
 */
import { isIpv4, loadAddress, type IpAddress } from '../../rtp/ip-address.ts'

export const FAMILY_IPV4 = 2
export const FAMILY_IPV6 = 10

export const IPV4_BYTES = 16
export const IPV6_BYTES = 28

/** @returns how many bytes the form takes */
export function writeSocketAddress(view: DataView, at: number, address: IpAddress, port: number): number {
  const ipv4 = isIpv4(address)
  for (let i = 0; i < IPV6_BYTES; i += 4) view.setUint32(at + i, 0)
  view.setUint16(at, ipv4 ? FAMILY_IPV4 : FAMILY_IPV6, true)
  view.setUint16(at + 2, port)
  if (ipv4) {
    view.setUint32(at + 4, address[3] ?? 0)
    return IPV4_BYTES
  }
  for (let i = 0; i < 4; i++) view.setUint32(at + 8 + 4 * i, address[i] ?? 0)
  return IPV6_BYTES
}

/** Reads the address into `target`. @returns the port */
export function readSocketAddress(view: DataView, at: number, target: IpAddress): number {
  if (view.getUint16(at, true) === FAMILY_IPV4) loadAddress(target, view, at + 4, 4)
  else loadAddress(target, view, at + 8, 16)
  return view.getUint16(at + 2)
}

export function socketAddressBytes(view: DataView, at: number): number {
  return view.getUint16(at, true) === FAMILY_IPV4 ? IPV4_BYTES : IPV6_BYTES
}
