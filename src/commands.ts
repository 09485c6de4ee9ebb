/** The command line: `veche start`, `veche backup`, `veche password`. */
import { Command } from 'commander'
import { systemClock } from './base/clock.ts'
import { NotFound, OutsideError } from './base/errors.ts'
import { newSecret } from './base/ids.ts'
import { silentLog } from './base/log.ts'
import { bootSettings, readConfig, type BootKey, type Config } from './config.ts'
import { closeOnSignals, startServer } from './server.ts'
import { isStore, openStore, type Store } from './store/store.ts'
import { version } from './version.ts'

type Options = Readonly<Record<string, string | undefined>>

/** Runs the command of `argv` (program, script, arguments). Ends the process with 1 and one clear line when it cannot. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  const program = new Command('veche').description('A self-hosted telephone-conference server').version(version)
  withSettings(program.command('start').description('run the server')).action(async (options: Options) => {
    closeOnSignals(await startServer(configOf(options)))
  })
  withSettings(program.command('backup <file>').description('copy the database to a new file, while the server runs'), ['data']).action(async (file: string, options: Options) => {
    await withStore(configOf(options), (store) => store.backup(file))
    process.stdout.write(`the database was copied to ${file}\n`)
  })
  withSettings(program.command('password [login]').description("give an administrator a new random password, when it was lost"), ['data']).action(async (login = 'admin', options: Options) => {
    await withStore(configOf(options), async (store) => {
      const administrator = (await store.administrators.list()).find((one) => one.login === login)
      if (!administrator) throw new NotFound(`there is no administrator "${login}"`)
      const password = newSecret()
      await store.administrators.changePassword(administrator.id, password)
      await store.signIns.revokeAllOf(administrator.id)
      process.stdout.write(`the new password of ${login} is ${password}\n`)
    })
  })
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    process.stderr.write(`veche: ${error instanceof OutsideError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  }
}

function withSettings(command: Command, keys: readonly BootKey[] = bootSettings.map(({ key }) => key)): Command {
  command.option('--config <file>', 'YAML file with the settings; otherwise veche.yaml in the data folder')
  for (const { key, flag, value, what, otherwise, variable } of bootSettings) {
    if (flag && keys.includes(key)) command.option(`${flag} <${value.toLowerCase()}>`, `${what} (default: ${otherwise}; environment: ${variable})`)
  }
  return command
}

function configOf({ config: file, ...rest }: Options): Config {
  const flags: Partial<Record<BootKey, string>> = {}
  for (const { key } of bootSettings) {
    const value = rest[key]
    if (value !== undefined) flags[key] = value
  }
  return readConfig({ flags, environment: process.env, file: file ?? null })
}

/** A look at the data beside a server that may be running. */
async function withStore({ dataFolder }: Config, use: (store: Store) => Promise<void>): Promise<void> {
  // A mistyped folder must not become a new, empty database, and its backup.
  if (!isStore(dataFolder)) throw new NotFound(`there is no data of veche in ${dataFolder}: name its folder with --data`)
  const store = await openStore({ folder: dataFolder, clock: systemClock, log: silentLog, role: 'tool' })
  try {
    await use(store)
  } finally {
    await store.close()
  }
}
