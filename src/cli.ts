#!/usr/bin/env node
/** The command `veche`. This file runs on any Node; what it imports later needs a new one. */
import { fileURLToPath } from 'node:url'
import { movedToOwnNode } from './own-node.ts'

if (!(await movedToOwnNode(fileURLToPath(import.meta.url)))) {
  // A child of an old Node (see becomeNode) must not outlive it.
  if (process.connected) process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  const { runCommand } = await import('./commands.ts')
  await runCommand(process.argv)
}
