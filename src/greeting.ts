/** What `veche start` says to a person: where the panel is, where phones register, how to dial the room. */
import type { HostPort } from './config.ts'
import type { Conference } from './model/conference.ts'
import type { FirstRun } from './first-run.ts'
import { bracketed, reachableHosts } from './own-addresses.ts'

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

/** The room that is easiest to try: one without a PIN, the oldest. */
export function easiestRoom(conferences: readonly Conference[]): string | null {
  const open = conferences.filter(({ pin }) => pin === null)
  return open.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))[0]?.number ?? null
}

export function greetingText({ version, http, sip, publicAddress, media, dataFolder, firstRun, room }: Greeting): string {
  // A panel that listens on :: takes IPv4 in as well, and that is the easier one to type.
  const panel = reachableHosts(http.host === '::' ? '0.0.0.0' : http.host).map((host) => `http://${bracketed(host)}:${http.port}/`)
  const phones = [...new Set(sip.flatMap((one) => reachableHosts(one.host).map((host) => `${bracketed(host)}:${one.port}`)))]
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
    const password = firstRun.password === null ? 'as set by VECHE_ADMIN_PASSWORD' : `${firstRun.password}   (shown this once: change it in the panel)`
    lines.push(`    password       ${password}`)
    if (firstRun.employees.length > 0) {
      lines.push(`    employees      ${firstRun.employees.map(({ number }) => number).join(', ')}: their SIP passwords are in the panel, under Employees`)
    }
  }
  return `${lines.join('\n')}\n\n`
}
