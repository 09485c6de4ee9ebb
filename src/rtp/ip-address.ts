/**
 * IP addresses as four 32-bit words in network order, IPv4 as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2), so that both
 * families compare by four integer comparisons and fit into typed arrays. Text only at the edge: names are not looked up.
 */

/** Four words. Not changed after it was made, except by `loadAddress`. */
export type IpAddress = Uint32Array

const WORDS = 4
const GROUPS = 8
const MAPPED = 0xffff

/** `::` */
export function unspecifiedAddress(): IpAddress {
  return new Uint32Array(WORDS)
}

/**
 * Reads an IPv4 or IPv6 literal; a zone (`%eth0`) is ignored.
 * @returns null for anything else, names included.
 */
export function parseAddress(text: string): IpAddress | null {
  const groups = text.includes(':') ? parseIpv6Groups(text) : mapped(parseIpv4(text))
  if (!groups) return null
  return Uint32Array.from({ length: WORDS }, (_, i) => (((groups[2 * i] ?? 0) << 16) | (groups[2 * i + 1] ?? 0)) >>> 0)
}

/** The shortest usual form (RFC 5952): dotted for IPv4, lower case with the longest run of zeros left out for IPv6. */
export function formatAddress(address: IpAddress): string {
  const groups = Array.from({ length: GROUPS }, (_, i) => ((address[i >> 1] ?? 0) >>> (i % 2 ? 0 : 16)) & 0xffff)
  if (isIpv4(address)) {
    const word = address[3] ?? 0
    return [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff].join('.')
  }
  const run = longestZeroRun(groups)
  const hex = (from: number, to: number): string => groups.slice(from, to).map((group) => group.toString(16)).join(':')
  return run.length < 2 ? hex(0, GROUPS) : `${hex(0, run.start)}::${hex(run.start + run.length, GROUPS)}`
}

export function isIpv4(address: IpAddress): boolean {
  return address[0] === 0 && address[1] === 0 && address[2] === MAPPED
}

/** `0.0.0.0` or `::`: nobody's address. */
export function isUnspecified(address: IpAddress): boolean {
  return address[0] === 0 && address[1] === 0 && (address[2] === 0 || address[2] === MAPPED) && address[3] === 0
}

export function sameAddress(a: IpAddress, b: IpAddress): boolean {
  return a[3] === b[3] && a[2] === b[2] && a[1] === b[1] && a[0] === b[0]
}

/** Overwrites `target` with the address that stands in `bytes` at `offset`: 4 bytes of IPv4 or 16 of IPv6. */
export function loadAddress(target: IpAddress, bytes: DataView, offset: number, sizeBytes: 4 | 16): void {
  if (sizeBytes === 4) {
    target[0] = 0
    target[1] = 0
    target[2] = MAPPED
    target[3] = bytes.getUint32(offset)
    return
  }
  for (let i = 0; i < WORDS; i++) target[i] = bytes.getUint32(offset + 4 * i)
}

function mapped(ipv4: number[] | null): number[] | null {
  return ipv4 && [0, 0, 0, 0, 0, MAPPED, ...ipv4]
}

/** Two groups of 16 bits. Leading zeros are refused: some read them as octal. */
function parseIpv4(text: string): number[] | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (!match) return null
  const parts = match.slice(1)
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return null
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number)
  return [(a << 8) | b, (c << 8) | d]
}

function parseIpv6Groups(text: string): number[] | null {
  const halves = text.replace(/%[^%]+$/, '').split('::')
  if (halves.length > 2) return null
  const [head = '', tail] = halves
  const before = parseGroups(head, tail === undefined)
  const after = tail === undefined ? [] : parseGroups(tail, true)
  if (!before || !after) return null
  const missing = GROUPS - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  return [...before, ...Array.from({ length: missing }, () => 0), ...after]
}

/** Colon-separated groups; the last may be an IPv4 address when it ends the whole text. */
function parseGroups(text: string, endsAddress: boolean): number[] | null {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16))
      continue
    }
    const ipv4 = endsAddress && i === parts.length - 1 ? parseIpv4(part) : null
    if (!ipv4) return null
    groups.push(...ipv4)
  }
  return groups
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}
