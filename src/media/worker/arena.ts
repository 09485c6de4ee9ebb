/**
 * All memory of a worker's sound: one WebAssembly memory of fixed size, so that neither the kernels nor the system calls
 * ever meet an address that moved. It is reserved, not used: pages that nobody touched cost nothing.
 */
import { KERNEL_RESERVED_BYTES, loadKernel, type Kernel } from '../../audio/kernel.ts'
import { Unavailable } from '../../base/errors.ts'

const PAGE_BYTES = 65536
/** Tried one after another: a system may refuse to reserve much more than it has. */
const SIZES_MIB = [1024, 512, 256, 128, 64]

export class Arena {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly pcm: Int16Array
  readonly words: Int32Array
  readonly kernel: Kernel
  #top = KERNEL_RESERVED_BYTES
  readonly #sizeBytes: number
  readonly #free = new Map<number, number[]>()

  /** @throws Unavailable when not even the smallest size can be reserved. */
  constructor() {
    const memory = reserve()
    this.kernel = loadKernel(memory)
    this.bytes = new Uint8Array(memory.buffer)
    this.view = new DataView(memory.buffer)
    this.pcm = new Int16Array(memory.buffer)
    this.words = new Int32Array(memory.buffer)
    this.#sizeBytes = memory.buffer.byteLength
  }

  get buffer(): ArrayBuffer {
    return this.bytes.buffer as ArrayBuffer // a WebAssembly memory that is not shared
  }

  /**
   * A zeroed piece at a multiple of 64, best given back by {@link release} with the same size.
   * @throws Unavailable when the arena is full.
   */
  take(sizeBytes: number): number {
    const rounded = (sizeBytes + 63) & ~63
    const used = this.#free.get(rounded)?.pop()
    if (used !== undefined) {
      this.bytes.fill(0, used, used + rounded)
      return used
    }
    if (this.#top + rounded > this.#sizeBytes) {
      throw new Unavailable(`the media memory of ${this.#sizeBytes >> 20} MiB is full`, { code: 'media-memory-full' })
    }
    const at = this.#top
    this.#top += rounded
    return at
  }

  release(at: number, sizeBytes: number): void {
    const rounded = (sizeBytes + 63) & ~63
    const list = this.#free.get(rounded)
    if (list) list.push(at)
    else this.#free.set(rounded, [at])
  }
}

function reserve(): WebAssembly.Memory {
  let cause: unknown
  for (const mebibytes of SIZES_MIB) {
    const pages = (mebibytes << 20) / PAGE_BYTES
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages })
    } catch (error) {
      cause = error
    }
  }
  throw new Unavailable('no memory can be reserved for sound', { code: 'media-memory-full', cause })
}
