/** What `veche start` says to a person: where the panel is, where phones register, how to dial the room. */
import { networkInterfaces } from 'node:os'
import type { FirstRun } from './first-run.ts'
import type { HostPort } from './config.ts'

export type Greeting = {
  readonly version: string
  readonly http: HostPort
  readonly sip: readonly HostPort[]
  readonly publicAddress: string | null
  readonly media: string
  readonly dataFolder: string
  readonly firstRun: FirstRun | null
  /** The number of a conference to try, if there is one. */
  readonly room: string | null
}

export function greetingText({ version, http, sip, publicAddress, media, dataFolder, firstRun, room }: Greeting): string {
  const panel = reachable(http).map((host) => `http://${bracketed(host)}:${http.port}/`)
  const phones = [...new Set(sip.flatMap((one) => reachable(one).map((host) => `${bracketed(host)}:${one.port}`)))]
  const lines = [
    '',
    `veche ${version}`,
    '',
    `  Panel            ${panel.join('  ')}`,
    `  Phones register  ${phones.join('  ')}  (UDP and TCP)`,
    ...(publicAddress === null ? [] : [`  Public address   ${publicAddress}`]),
    `  Sound            ${media}`,
    `  Data             ${dataFolder}`,
    ...(room === null ? [] : ['', `  Dial ${room} from a registered phone to enter the room.`]),
  ]
  if (firstRun) {
    lines.push('', '  First start:')
    lines.push(`    administrator  ${firstRun.login}`)
    lines.push(firstRun.password === null ? '    password       as set by VECHE_ADMIN_PASSWORD' : `    password       ${firstRun.password}   (shown this once: change it in the panel)`)
    if (firstRun.employees.length > 0) {
      lines.push(`    employees      ${firstRun.employees.map(({ number }) => number).join(', ')}: their SIP secrets are in the panel, under Employees`)
    }
  }
  return `${lines.join('\n')}\n\n`
}

/** Addresses that a person can type: for "every address" those of this machine's networks, IPv4 first. */
function reachable({ host }: HostPort): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
  return found.length > 0 ? found.slice(0, 3) : ['127.0.0.1']
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
