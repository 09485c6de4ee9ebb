// `npm run check`: types, lint. (Architecture, translations and documentation links are checked by tests.)
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const run = (what, script, ...args) => {
  process.stdout.write(`checking ${what}\n`)
  execFileSync(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root, stdio: 'inherit' })
}
try {
  run('types', 'typescript/bin/tsc', '--noEmit', '-p', '.')
  run('types of the panel', 'typescript/bin/tsc', '--noEmit', '-p', 'web')
  run('style', 'oxlint/bin/oxlint', '--deny-warnings', 'src', 'test', 'bench', 'scripts', 'web')
} catch {
  process.exit(1)
}
