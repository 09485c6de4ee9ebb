/** The command line: `veche start` and its flags. */
import { Command } from 'commander'
import { OutsideError } from './base/errors.ts'
import { bootSettings, readConfig, type BootKey } from './config.ts'
import { closeOnSignals, startServer } from './server.ts'
import { version } from './version.ts'

/** Runs the command of `argv` (program, script, arguments). Ends the process with 1 and one clear line when it cannot. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  const program = new Command('veche').description('A self-hosted telephone-conference server').version(version)
  const start = program.command('start', { isDefault: true }).description('run the server').option('--config <file>', 'YAML file with the settings below; otherwise veche.yaml in the data folder')
  for (const { flag, value, what, otherwise, variable } of bootSettings) {
    if (flag) start.option(`${flag} <${value.toLowerCase()}>`, `${what} (default: ${otherwise}; environment: ${variable})`)
  }
  start.action(async (options: Record<string, string | undefined>) => {
    const { config: file, ...rest } = options
    const flags: Partial<Record<BootKey, string>> = {}
    for (const { key } of bootSettings) {
      const value = rest[key]
      if (value !== undefined) flags[key] = value
    }
    closeOnSignals(await startServer(readConfig({ flags, environment: process.env, file: file ?? null })))
  })
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exit(1)
  }
}

function messageOf(error: unknown): string {
  if (error instanceof OutsideError) return `veche cannot start: ${error.message}`
  return `veche cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}
