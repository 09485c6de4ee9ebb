// `npm start [-- flags of "veche start"]`: builds what needs building, then runs the server, on the user's Node where it is
// new enough and on the project's own where it is not.
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
try {
  build()
} catch (error) {
  process.stderr.write(`the build failed: ${error.message}\n`)
  process.exit(1)
}
const { becomeNode, isSupportedNode } = await import('../dist/own-node.js')
const users = process.env['npm_node_execpath']
const node = users && isSupportedNode(versionOf(users)) ? users : process.execPath
await becomeNode(node, [join(root, 'dist', 'cli.js'), 'start', ...process.argv.slice(2)])

function versionOf(path) {
  try {
    return execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim()
  } catch {
    return '0'
  }
}
