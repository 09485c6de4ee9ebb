/**
 * A real server in a process of its own, on free ports, with a data folder of its own. Only processes started here are ever
 * signalled.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Api } from './api.ts'
import { freePorts, type ServerPorts } from './ports.ts'
import type { SipTarget } from './sip-line.ts'
import { bracketed } from './uri.ts'
import { until } from './wait.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const readyWithinMs = 20_000
const stoppedWithinMs = 10_000
export const adminPassword = 'correct horse battery'
export const apiKey = 'test-key-of-the-suite-0123456789'

export type ServerOptions = {
  /** Where it listens; `127.0.0.1` when left out. */
  readonly address?: string
  /** Left out: a new one, removed by {@link Server.discard}. */
  readonly dataFolder?: string
  readonly ports?: ServerPorts
  /** Further flags of `veche start`. */
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** A line of the server's log. */
export type LogLine = { readonly level: string; readonly msg: string } & Readonly<Record<string, unknown>>

export class Server {
  readonly address: string
  readonly ports: ServerPorts
  readonly dataFolder: string
  readonly api: Api
  /** Everything that the process wrote, both streams. */
  output = ''
  readonly #options: ServerOptions
  readonly #ownsFolder: boolean
  #process: ChildProcess | null = null

  private constructor(
    options: ServerOptions,
    { address, ports, dataFolder }: { readonly address: string; readonly ports: ServerPorts; readonly dataFolder: string },
  ) {
    this.#options = options
    this.#ownsFolder = options.dataFolder === undefined
    this.address = address
    this.ports = ports
    this.dataFolder = dataFolder
    this.api = new Api(`http://${bracketed(address)}:${ports.http}`, apiKey)
  }

  /** Starts a server and waits until it is ready. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const server = await Server.prepare(options)
    try {
      await server.run()
      return server
    } catch (error) {
      await server.kill()
      throw error
    }
  }

  /** Everything but the start. */
  static async prepare(options: ServerOptions = {}): Promise<Server> {
    buildKernel()
    const address = options.address ?? '127.0.0.1'
    const ports = options.ports ?? (await freePorts(address))
    const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'veche-calls-')))
    return new Server(options, { address, ports, dataFolder })
  }

  /** Where phones send to. */
  sip(transport: 'udp' | 'tcp' = 'udp'): SipTarget {
    return { transport, address: this.address, port: this.ports.sip }
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Starts the process, also again on the same folder and ports; resolves when `/healthz` says ready. */
  async run(): Promise<void> {
    const child = this.spawn()
    await until(
      async () => {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}:\n${this.output}`)
        return this.api.isReady()
      },
      { what: `the server to be ready; it wrote:\n${this.output}`, limitMs: readyWithinMs },
    )
  }

  /** Starts the process without waiting for anything. */
  spawn(): ChildProcess {
    const { flags = [], environment = {} } = this.#options
    const { sip, http, media } = this.ports
    const host = bracketed(this.address)
    const ways = [
      '--data',
      this.dataFolder,
      '--sip',
      `${host}:${sip}`,
      '--http',
      `${host}:${http}`,
      '--media',
      `${host}:${media}`,
    ]
    const child = spawn(process.execPath, [join(root, 'src', 'cli.ts'), 'start', ...ways, ...flags], {
      cwd: root,
      env: { ...cleanEnvironment(), VECHE_ADMIN_PASSWORD: adminPassword, VECHE_API_KEY: apiKey, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    this.#process = child
    return child
  }

  /** The lines of the log so far. */
  log(): readonly LogLine[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as LogLine)
  }

  /** Asks it to stop and waits for its end. @returns the exit code. */
  async stop(): Promise<number | null> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    child.kill('SIGTERM')
    const limit = setTimeout(() => child.kill('SIGKILL'), stoppedWithinMs)
    await once(child, 'exit')
    clearTimeout(limit)
    return child.exitCode
  }

  /** Cuts it off: nothing is finished, nothing is said. */
  async kill(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /**
   * Stops it, removes its folder, and complains when it did not end well: another exit code than 0, or a log line that asks
   * somebody to act.
   */
  async discard(): Promise<void> {
    const code = await this.stop()
    if (this.#ownsFolder) await rm(this.dataFolder, { recursive: true, force: true })
    const errors = this.log().filter(({ level }) => level === 'error')
    if (errors.length > 0) throw new Error(`the server logged errors:\n${errors.map((line) => JSON.stringify(line)).join('\n')}`)
    if (code !== 0) throw new Error(`the server ended with ${code}:\n${this.output.slice(-4000)}`)
  }
}

/** The environment without what would configure the server. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VECHE_') && name !== 'NODE_OPTIONS'))
}

function buildKernel(): void {
  if (existsSync(join(root, 'src/audio/kernel/kernel.wasm'))) return
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), 'kernel'], { cwd: root, stdio: 'ignore' })
}
