// Compiles src/audio/kernel/assembly (AssemblyScript) to src/audio/kernel/kernel.wasm.
// `node scripts/build-kernel.mjs`, or `buildKernel()` from another script; nothing is done when the result is newer than
// its sources.
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { spawnSync } from 'node:child_process'

const root = new URL('../', import.meta.url)
const assembly = new URL('src/audio/kernel/assembly/', root)
const result = new URL('src/audio/kernel/kernel.wasm', root)
// The memory is given by the user of the kernel, who decides its size; 1 GiB is only the declared upper bound.
const maximumPages = 16384

export function buildKernel() {
  const sources = [import.meta.url, ...readdirSync(assembly).map((name) => new URL(name, assembly).href)]
  if (modified(result) > Math.max(...sources.map(modified))) return
  const partial = fileURLToPath(new URL(`kernel.${process.pid}.partial`, assembly))
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory']
  const memory = ['--importMemory', '--noExportMemory', '--initialMemory', '1',
    '--maximumMemory', String(maximumPages), '--memoryBase', '1024']
  const compiler = fileURLToPath(new URL('node_modules/assemblyscript/bin/asc.js', root))
  const run = spawnSync(
    process.execPath,
    [compiler, fileURLToPath(new URL('index.ts', assembly)), ...options, ...memory, '--outFile', partial],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  if (run.status !== 0) {
    rmSync(partial, { force: true })
    throw new Error(`the audio kernel does not compile (asc ended with ${run.status})`)
  }
  renameSync(partial, fileURLToPath(result)) // whole or not at all: test processes may be reading it
}

/** For `globalSetup` of the test runner. */
export function setup() {
  buildKernel()
}

function modified(url) {
  return statSync(fileURLToPath(url), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildKernel()
