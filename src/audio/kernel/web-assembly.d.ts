// The part of the WebAssembly interface that is used: the compiler's library has it for browsers only.
declare namespace WebAssembly {
  class Memory {
    constructor(options: { initial: number; maximum: number })
    readonly buffer: ArrayBuffer
  }
  class Module {
    constructor(code: Uint8Array)
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>)
    readonly exports: Record<string, unknown>
  }
}
