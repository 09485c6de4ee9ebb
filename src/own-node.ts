/**
 * Running on a Node that is new enough. The project carries one of its own; where the user's is too old, this process
 * becomes that one. Written for old Nodes: it may import nothing that needs a new one.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const alreadyTried = 'VECHE_OWN_NODE'
/** F_SETFD of fcntl(2), the same on Linux and macOS. */
const setDescriptorFlags = 2

/** Whether `version` (`22.18.0`) is one that veche is tested on: 22.18 and later of 22, 24.11 and later of 24, 26 and later. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major >= 26 || (major === 24 && minor >= 11) || (major === 22 && minor >= 18)
}

/** The Node that came with the project's development dependencies, if it is there. */
export function ownNodePath(): string | null {
  const path = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(path) ? path : null
}

/**
 * On a Node that is too old: goes on as `script` with the same arguments on the project's own, and resolves true (or
 * never). On a good one: resolves false at once.
 */
export async function movedToOwnNode(script: string): Promise<boolean> {
  if (isSupportedNode(process.versions.node)) return false
  const own = ownNodePath()
  if (own === null || process.env[alreadyTried] !== undefined) {
    process.stderr.write(`veche needs Node 22.18, 24.11 or 26 and later; this is ${process.versions.node}. Run "npm install" in ${root}: it brings one.\n`)
    process.exit(1)
  }
  process.env[alreadyTried] = own
  await becomeNode(own, [script, ...process.argv.slice(2)])
  return true
}

/**
 * Replaces this process by `node args...`, keeping its process id, so that signals (SIGKILL too) reach the right one.
 * Where that cannot be done, starts it as a child that shares our input and output and does not outlive us.
 */
export async function becomeNode(node: string, args: readonly string[]): Promise<void> {
  if (process.platform === 'linux' || process.platform === 'darwin') {
    try {
      const koffi = createRequire(import.meta.url)('koffi')
      const libc = koffi.load(process.platform === 'linux' ? 'libc.so.6' : 'libSystem.dylib')
      const execv = libc.func('int execv(const char *path, const char **argv)')
      const fcntl = libc.func('int fcntl(int fd, int command, ...)')
      // Node keeps its input and output from programs that follow it (FD_CLOEXEC); here one is to have them.
      for (const fd of [0, 1, 2]) fcntl(fd, setDescriptorFlags, 'int', 0)
      execv(node, [node, ...args, null]) // returns only when it failed
    } catch {
      // No foreign calls here (another libc, another platform): a child does as well.
    }
  }
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
  await new Promise<never>(() => {})
}
