/** A real phone: baresip, playing a tone from a file and recording what it hears. Commands go to it by its control connection. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { talkAmplitude } from './ears.ts'
import { freePorts } from './ports.ts'
import type { SipTarget } from './sip-line.ts'
import { until } from './wait.ts'
import { toneWav, wavSamples } from './wav.ts'

/** Why it cannot be used here; null when it can. */
export const baresipMissing: string | null =
  spawnSync('which', ['baresip']).status === 0 ? null : 'baresip is not installed (Debian package baresip-core)'

const modules = spawnSync(
  'sh',
  ['-c', 'ls -d /usr/lib/baresip/modules /usr/lib/*/baresip/modules /usr/local/lib/baresip/modules 2>/dev/null | head -1'],
  { encoding: 'utf8' },
)
const modulePath = modules.stdout.trim() || '/usr/lib/baresip/modules'

export type BaresipOptions = {
  readonly target: SipTarget
  readonly number: string
  readonly secret: string
  readonly toneHz: number
  /** `pcma` or `pcmu`. */
  readonly codec?: 'pcma' | 'pcmu'
}

export class Baresip {
  output = ''
  readonly #options: BaresipOptions
  readonly #folder: string
  readonly #control: number
  readonly #process: ChildProcess

  private constructor(
    options: BaresipOptions,
    { folder, control, process }: { readonly folder: string; readonly control: number; readonly process: ChildProcess },
  ) {
    this.#options = options
    this.#folder = folder
    this.#control = control
    this.#process = process
    for (const stream of [process.stdout, process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text))
  }

  /** Starts it; resolves when it is registered. */
  static async start(options: BaresipOptions): Promise<Baresip> {
    const { target, number, secret, toneHz, codec = 'pcma' } = options
    const folder = await mkdtemp(join(tmpdir(), 'veche-baresip-'))
    const ports = await freePorts('127.0.0.1')
    // It takes the port above its SIP port for TLS, asked or not.
    const control = ports.sip + 5
    await mkdir(join(folder, 'heard'))
    await writeFile(join(folder, 'tone.wav'), toneWav(toneHz, { seconds: 60, amplitude: talkAmplitude }))
    const account = `<sip:${number}@${target.address}:${target.port};transport=${target.transport}>`
    await writeFile(join(folder, 'accounts'), `${account};auth_pass=${secret};regint=60;audio_codecs=${codec}\n`)
    const config = [
      `sip_listen 127.0.0.1:${ports.sip}`,
      'net_interface 127.0.0.1',
      `rtp_ports ${ports.media}-${ports.media + 40}`,
      `ctrl_tcp_listen 127.0.0.1:${control}`,
      `audio_source aufile,${join(folder, 'tone.wav')}`,
      'audio_player aubridge,nowhere',
      'audio_srate 8000-8000',
      'audio_channels 1-1',
      `snd_path ${join(folder, 'heard')}`,
      `module_path ${modulePath}`,
      ...['g711', 'aufile', 'aubridge', 'sndfile'].map((name) => `module ${name}.so`),
      ...['uuid', 'account'].map((name) => `module_tmp ${name}.so`),
      ...['menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
    ]
    await writeFile(join(folder, 'config'), `${config.join('\n')}\n`)
    const process = spawn('baresip', ['-f', folder], { stdio: ['ignore', 'pipe', 'pipe'] })
    const phone = new Baresip(options, { folder, control, process })
    try {
      await phone.#until(() => / 200 OK \(/.test(phone.output), 'baresip to register')
      return phone
    } catch (error) {
      await phone.stop()
      throw error
    }
  }

  /** Calls; resolves when the call is up. */
  async call(number: string): Promise<void> {
    const { address, port } = this.#options.target
    await this.command('dial', `sip:${number}@${address}:${port}`)
    await this.#until(() => this.output.includes('Call established'), `baresip's call to ${number}`)
  }

  /** Presses a key. */
  async press(digit: string): Promise<void> {
    await this.command('sndcode', digit)
  }

  /** Any command of its menu, by a netstring of JSON. */
  async command(command: string, params = ''): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: this.#control })
    socket.on('error', () => {})
    await once(socket, 'connect')
    const text = JSON.stringify({ command, params, token: 'test' })
    socket.write(`${Buffer.byteLength(text)}:${text},`)
    await once(socket, 'data')
    socket.destroy()
  }

  get callIsOver(): boolean {
    return /session closed|Call with .* terminated/i.test(this.output)
  }

  /** The last `ms` of what it has heard. */
  async heard(ms: number): Promise<Int16Array> {
    const folder = join(this.#folder, 'heard')
    const name = (await readdir(folder)).find((file) => file.endsWith('-dec.wav'))
    if (name === undefined) throw new Error(`baresip recorded nothing; it wrote:\n${this.output.slice(-2000)}`)
    return wavSamples(await readFile(join(folder, name))).slice(-ms * 8)
  }

  /** Hangs up and ends it. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGTERM')
      const limit = setTimeout(() => this.#process.kill('SIGKILL'), 3000)
      await once(this.#process, 'exit')
      clearTimeout(limit)
    }
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #until(look: () => boolean, what: string): Promise<void> {
    await until(look, { what, limitMs: 8000 }).catch((error: Error) => {
      throw new Error(`${error.message}; it wrote:\n${this.output.slice(-2000)}`)
    })
  }
}
