import { describe, it, expect } from 'vitest'
import { SourceTable } from './source-table.ts'

const address = (a: number, b: number, c: number, d: number): Uint32Array => Uint32Array.of(a, b, c, d)
const ipv4 = (word: number): Uint32Array => address(0, 0, 0xffff, word)

describe('table of sources', () => {
  it('finds what was put and nothing else', () => {
    const table = new SourceTable()
    table.put(3, ipv4(0x7f000001), 4000, 7)
    expect(table.find(3, ipv4(0x7f000001), 4000)).toBe(7)
    expect(table.find(4, ipv4(0x7f000001), 4000)).toBe(-1)
    expect(table.find(3, ipv4(0x7f000001), 4001)).toBe(-1)
    expect(table.find(3, ipv4(0xff000001), 4000)).toBe(-1)
    expect(table.find(3, address(1, 0, 0xffff, 0x7f000001), 4000)).toBe(-1)
    expect(table.find(3, address(0, 1, 0xffff, 0x7f000001), 4000)).toBe(-1)
    expect(table.find(3, address(0, 0, 0, 0x7f000001), 4000)).toBe(-1)
  })

  it('holds addresses with the highest bit set', () => {
    const table = new SourceTable()
    table.put(0, address(0xfe800000, 0x80000000, 0xffffffff, 0xc0a80001), 65535, 0)
    expect(table.find(0, address(0xfe800000, 0x80000000, 0xffffffff, 0xc0a80001), 65535)).toBe(0)
  })

  it('does not remove what another took over', () => {
    const table = new SourceTable()
    table.put(0, ipv4(1), 1, 10)
    table.put(0, ipv4(1), 1, 11)
    table.remove(0, ipv4(1), 1, 10)
    expect(table.find(0, ipv4(1), 1)).toBe(11)
    table.remove(0, ipv4(1), 1, 11)
    expect(table.find(0, ipv4(1), 1)).toBe(-1)
    expect(table.count).toBe(0)
  })

  it('agrees with a map through thousands of random changes', () => {
    const seed = 4711
    console.log(`seed ${seed}`)
    let state = seed
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    const table = new SourceTable()
    const map = new Map<string, number>()
    for (let i = 0; i < 40_000; i++) {
      const [socket, word, port] = [next(8), next(60) + 0xfffffff0, 4000 + next(12)]
      const key = `${socket} ${word >>> 0} ${port}`
      if (next(3) > 0) {
        table.put(socket, ipv4(word >>> 0), port, i)
        map.set(key, i)
      } else if (map.has(key)) {
        table.remove(socket, ipv4(word >>> 0), port, map.get(key) ?? -1)
        map.delete(key)
      }
    }
    expect(table.count).toBe(map.size)
    for (const [key, value] of map) {
      const [socket = 0, word = 0, port = 0] = key.split(' ').map(Number)
      expect(table.find(socket, ipv4(word), port)).toBe(value)
    }
  })
})
