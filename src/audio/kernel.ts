/**
 * The sample kernels (`kernel/assembly`, WebAssembly SIMD) as typed functions over one linear memory.
 *
 * Pointers are byte offsets into that memory, counts are samples. G.711 mixing takes about a fifth of the time of plain
 * JavaScript this way (docs/media.md). `kernel/kernel.wasm` is built by `scripts/build-kernel.mjs`.
 */
import { readFileSync } from 'node:fs'
import { Unavailable } from '../base/errors.ts'

/** The first byte that is the user's: below it the kernels keep their own constants. */
export const KERNEL_RESERVED_BYTES = 4096

export type Kernel = {
  decodeUlaw(from: number, to: number, count: number): void
  decodeAlaw(from: number, to: number, count: number): void
  /** From here on `count` is a multiple of 16. */
  encodeUlaw(from: number, to: number, count: number): void
  encodeAlaw(from: number, to: number, count: number): void
  /** Sum of the squares. */
  energy(pcm: number, count: number): number
  /** Makes the 32-bit `sum` equal to the 16-bit `pcm`. */
  setSum(sum: number, pcm: number, count: number): void
  addToSum(sum: number, pcm: number, count: number): void
  /** Brings a 32-bit sum back to 16 bits with a soft knee. */
  limitSum(sum: number, pcm: number, count: number): void
  /** The same of `sum - own`. */
  limitOthers(sum: number, own: number, pcm: number, count: number): void
  copy(to: number, from: number, sizeBytes: number): void
  fill(to: number, octet: number, sizeBytes: number): void
}

/**
 * Binds the kernels to `memory`, which must not have more pages than the kernel declares (1 GiB).
 * @throws Unavailable when `kernel.wasm` has not been built.
 */
export function loadKernel(memory: WebAssembly.Memory): Kernel {
  const url = new URL('./kernel/kernel.wasm', import.meta.url)
  let code: Buffer
  try {
    code = readFileSync(url)
  } catch (cause) {
    throw new Unavailable(`${url.pathname} is missing: run "node scripts/build-kernel.mjs"`, { code: 'kernel-missing', cause })
  }
  const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } })
  return instance.exports as unknown as Kernel // the shape is the one of kernel/assembly/index.ts, checked by its test
}
