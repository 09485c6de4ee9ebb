/**
 * Who sends from where: (socket, address, port) -> a number, in flat arrays with open addressing and linear probing.
 * Grows at join, never at a packet.
 */
import type { IpAddress } from '../../rtp/ip-address.ts'

const KEY_WORDS = 6
const START_SIZE = 1024

export class SourceTable {
  #size = START_SIZE
  #keys = new Int32Array(START_SIZE * KEY_WORDS)
  /** Value + 1; 0: free. */
  #values = new Int32Array(START_SIZE)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** @returns the value, or -1 */
  find(socket: number, address: IpAddress, port: number): number {
    return (this.#values[this.#probe(socket, address, port)] as number) - 1
  }

  /** Enters or replaces. `value` is not negative. */
  put(socket: number, address: IpAddress, port: number, value: number): void {
    if (this.#count * 2 >= this.#size) this.#grow()
    const place = this.#probe(socket, address, port)
    if (this.#values[place] === 0) this.#count++
    this.#values[place] = value + 1
    const key = place * KEY_WORDS
    this.#keys[key] = socket
    this.#keys[key + 1] = port
    for (let i = 0; i < 4; i++) this.#keys[key + 2 + i] = address[i] as number
  }

  /** Removes the entry if it has this value: another may have taken the key over. */
  remove(socket: number, address: IpAddress, port: number, value: number): void {
    let gap = this.#probe(socket, address, port)
    if (this.#values[gap] !== value + 1) return
    this.#count--
    const mask = this.#size - 1
    // Entries behind the gap move up unless that would put them before their own place.
    for (let next = (gap + 1) & mask; this.#values[next] !== 0; next = (next + 1) & mask) {
      const home = this.#homeOf(next)
      if (((next - home) & mask) < ((next - gap) & mask)) continue
      this.#keys.copyWithin(gap * KEY_WORDS, next * KEY_WORDS, (next + 1) * KEY_WORDS)
      this.#values[gap] = this.#values[next] as number
      gap = next
    }
    this.#values[gap] = 0
  }

  #probe(socket: number, address: IpAddress, port: number): number {
    const mask = this.#size - 1
    const keys = this.#keys
    const a0 = (address[0] as number) | 0
    const a1 = (address[1] as number) | 0
    const a2 = (address[2] as number) | 0
    const a3 = (address[3] as number) | 0
    let place = hash(socket, port, a0, a1, a2, a3) & mask
    while (this.#values[place] !== 0) {
      const key = place * KEY_WORDS
      if (
        keys[key + 5] === a3 && keys[key + 1] === port && keys[key] === socket &&
        keys[key + 4] === a2 && keys[key + 3] === a1 && keys[key + 2] === a0
      ) {
        return place
      }
      place = (place + 1) & mask
    }
    return place
  }

  #homeOf(place: number): number {
    const key = place * KEY_WORDS
    const at = (word: number): number => this.#keys[key + word] as number
    return hash(at(0), at(1), at(2), at(3), at(4), at(5)) & (this.#size - 1)
  }

  #grow(): void {
    const keys = this.#keys
    const values = this.#values
    this.#size *= 2
    this.#keys = new Int32Array(this.#size * KEY_WORDS)
    this.#values = new Int32Array(this.#size)
    this.#count = 0
    const address = new Uint32Array(4)
    for (let i = 0; i < values.length; i++) {
      if (values[i] === 0) continue
      const key = i * KEY_WORDS
      for (let word = 0; word < 4; word++) address[word] = keys[key + 2 + word] as number
      this.put(keys[key] as number, address, keys[key + 1] as number, (values[i] as number) - 1)
    }
  }
}

function hash(socket: number, port: number, a0: number, a1: number, a2: number, a3: number): number {
  let mixed = Math.imul(a3 ^ Math.imul(port, 0x85ebca6b) ^ Math.imul(socket, 0xc2b2ae35), 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ a2 ^ Math.imul(a1, 0x27d4eb2f) ^ Math.imul(a0, 0x165667b1), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) & 0x3fffffff // a small integer: nothing is allocated
}
