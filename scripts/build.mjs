// Builds what is older than its sources: the sound kernel (WebAssembly), the server (dist/), the panel (dist/panel/).
// `node scripts/build.mjs [kernel|server|panel]...`; without names: everything.
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const at = (...parts) => join(root, ...parts)
const kernel = at('src', 'audio', 'kernel', 'kernel.wasm')

const steps = {
  kernel: {
    sources: ['src/audio/kernel/assembly', 'scripts/build-kernel.mjs'],
    output: kernel,
    run: () => node('scripts/build-kernel.mjs'),
  },
  server: {
    sources: ['src', 'tsconfig.json', 'tsconfig.build.json', 'package.json'],
    output: at('dist', '.server-built'),
    run() {
      // What was compiled from a file that is gone must not stay.
      for (const name of existsSync(at('dist')) ? readdirSync(at('dist')) : []) {
        if (!name.includes('panel')) rmSync(at('dist', name), { recursive: true })
      }
      node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json')
      mkdirSync(at('dist', 'audio', 'kernel'), { recursive: true })
      copyFileSync(kernel, at('dist', 'audio', 'kernel', 'kernel.wasm'))
      chmodSync(at('dist', 'cli.js'), 0o755)
      writeFileSync(at('dist', '.server-built'), '')
    },
  },
  panel: {
    sources: ['web', 'src/model', 'package.json'],
    output: at('dist', '.panel-built'),
    run() {
      node('node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn')
      writeFileSync(at('dist', '.panel-built'), '')
    },
  },
}

/** Runs the named steps, each only when a source is newer than its output. */
export function build(names = Object.keys(steps)) {
  for (const name of names) {
    const step = steps[name]
    if (!step) throw new Error(`unknown build step "${name}"; known: ${Object.keys(steps).join(', ')}`)
    if (existsSync(step.output) && newest(step.sources) <= statSync(step.output).mtimeMs) continue
    process.stdout.write(`building the ${name}\n`)
    step.run()
  }
}

function node(script, ...args) {
  execFileSync(process.execPath, [at(script), ...args], { cwd: root, stdio: 'inherit' })
}

function newest(sources) {
  let latest = 0
  const look = (path) => {
    const stat = statSync(path)
    if (stat.isDirectory()) for (const name of readdirSync(path)) look(join(path, name))
    else if (!path.endsWith('.wasm')) latest = Math.max(latest, stat.mtimeMs)
  }
  for (const source of sources) if (existsSync(at(source))) look(at(source))
  return latest
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    build(process.argv.length > 2 ? process.argv.slice(2) : undefined)
  } catch (error) {
    process.stderr.write(`the build failed: ${error.message}\n`)
    process.exit(1)
  }
}
