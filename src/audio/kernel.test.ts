import { describe, it, expect } from 'vitest'
import { loadKernel, KERNEL_RESERVED_BYTES } from './kernel.ts'
import { PCMA, PCMU, decodeSample, encodeSample } from './g711.ts'

const memory = new WebAssembly.Memory({ initial: 16, maximum: 16 })
const kernel = loadKernel(memory)
const A = KERNEL_RESERVED_BYTES
const B = 300_000
const bytes = new Uint8Array(memory.buffer)
const pcm = new Int16Array(memory.buffer)
const sums = new Int32Array(memory.buffer)

describe('kernel', () => {
  it('decodes every octet as the tables do', () => {
    for (let code = 0; code < 256; code++) bytes[A + code] = code
    kernel.decodeUlaw(A, B, 256)
    for (let code = 0; code < 256; code++) expect(pcm[B / 2 + code]).toBe(decodeSample(PCMU, code))
    kernel.decodeAlaw(A, B, 256)
    for (let code = 0; code < 256; code++) expect(pcm[B / 2 + code]).toBe(decodeSample(PCMA, code))
  })

  it('decodes counts that fill no whole block, and writes nothing after them', () => {
    for (let i = 0; i < 64; i++) bytes[A + i] = i * 3
    for (const count of [1, 15, 17, 33]) {
      pcm.fill(77, B / 2, B / 2 + 64)
      kernel.decodeUlaw(A, B, count)
      for (let i = 0; i < 64; i++) expect(pcm[B / 2 + i]).toBe(i < count ? decodeSample(PCMU, i * 3) : 77)
      pcm.fill(77, B / 2, B / 2 + 64)
      kernel.decodeAlaw(A, B, count)
      for (let i = 0; i < 64; i++) expect(pcm[B / 2 + i]).toBe(i < count ? decodeSample(PCMA, i * 3) : 77)
    }
  })

  it('encodes every sample as the tables do', () => {
    for (let sample = -32768; sample < 32768; sample++) pcm[A / 2 + sample + 32768] = sample
    let wrong = 0
    kernel.encodeUlaw(A, B, 65536)
    for (let sample = -32768; sample < 32768; sample++) if (bytes[B + sample + 32768] !== encodeSample(PCMU, sample)) wrong++
    kernel.encodeAlaw(A, B, 65536)
    for (let sample = -32768; sample < 32768; sample++) if (bytes[B + sample + 32768] !== encodeSample(PCMA, sample)) wrong++
    expect(wrong).toBe(0)
  })

  it('measures energy up to full scale', () => {
    pcm.fill(-32768, A / 2, A / 2 + 160)
    expect(kernel.energy(A, 160)).toBe(160 * 32768 * 32768)
    pcm.fill(3, A / 2, A / 2 + 160)
    expect(kernel.energy(A, 160)).toBe(160 * 9)
  })

  it('adds in 32 bits and takes one voice out without residue', () => {
    const own = A + 1024
    const sum = A + 4096
    for (let i = 0; i < 160; i++) {
      pcm[A / 2 + i] = Math.round(20000 * Math.sin(i / 5))
      pcm[own / 2 + i] = Math.round(32000 * Math.cos(i / 3))
    }
    kernel.setSum(sum, A, 160)
    kernel.addToSum(sum, own, 160)
    for (let i = 0; i < 160; i++) expect(sums[sum / 4 + i]).toBe((pcm[A / 2 + i] as number) + (pcm[own / 2 + i] as number))
    kernel.limitOthers(sum, own, B, 160)
    for (let i = 0; i < 160; i++) expect(pcm[B / 2 + i]).toBe(pcm[A / 2 + i])
  })

  it('limits softly: unchanged below the knee, rising above it, never wrapping', () => {
    const sum = A + 4096
    const loud = [30000, -30000, 40000, 65000, -65000, 300_000, -300_000, 3_000_000, 2 ** 30, -(2 ** 30)]
    const values = [0, -1, 100, -24576, 24576, 24600, ...loud]
    values.forEach((value, i) => (sums[sum / 4 + i] = value))
    kernel.limitSum(sum, B, 16)
    const out = values.map((_, i) => pcm[B / 2 + i] as number)
    expect(out.slice(0, 5)).toEqual([0, -1, 100, -24576, 24576])
    const rising = [24576, 24600, 30000, 40000, 65000, 300_000, 3_000_000].map((value) => out[values.indexOf(value)] as number)
    for (let i = 1; i < rising.length; i++) expect(rising[i]).toBeGreaterThanOrEqual(rising[i - 1] as number)
    expect(out[8]).toBeGreaterThan(28000)
    expect(out[14]).toBeGreaterThan(32000)
    expect(out[15]).toBe(-(out[14] as number))
  })
})
