/**
 * Boot configuration: flags, then environment, then file, one frozen object. What an administrator changes while the
 * server runs is in `model/settings.ts` instead.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join, resolve } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { Invalid } from './base/errors.ts'
import { logLevels, type LogLevel } from './base/log.ts'

export type HostPort = { readonly host: string; readonly port: number }

export type Config = {
  /** Absolute. Everything worth a backup is in it. */
  readonly dataFolder: string
  /** UDP and TCP on each. */
  readonly sip: readonly HostPort[]
  readonly http: HostPort
  /** Bind addresses for sound, and the first RTP port of each. */
  readonly media: readonly HostPort[]
  /** The address of this server as the internet sees it; null: it is not behind NAT. */
  readonly publicAddress: string | null
  /** Addresses or networks (CIDR) whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[]
  readonly mediaDriver: 'auto' | 'batched' | 'portable'
  readonly logLevel: LogLevel
  /** The first administrator's password; null: made at random and printed. */
  readonly adminPassword: string | null
  /** A key for unattended set-up; null: none. */
  readonly apiKey: string | null
}

/** One entry per setting: the same thing as flag, environment variable and key of the file. */
export const bootSettings = [
  { key: 'data', flag: '--data', variable: 'VECHE_DATA', value: 'DIR', what: 'data folder', otherwise: './data' },
  { key: 'sip', flag: '--sip', variable: 'VECHE_SIP', value: 'HOST:PORT', what: 'where phones register, UDP and TCP; several separated by commas', otherwise: 'every address, port 5060' },
  { key: 'http', flag: '--http', variable: 'VECHE_HTTP', value: 'HOST:PORT', what: 'panel and API', otherwise: 'every address, port 8080' },
  { key: 'media', flag: '--media', variable: 'VECHE_MEDIA', value: 'HOST:PORT', what: 'sound (RTP): address and first port; several separated by commas', otherwise: "the SIP addresses, from port 10000" },
  { key: 'publicAddress', flag: '--public-address', variable: 'VECHE_PUBLIC_ADDRESS', value: 'ADDRESS', what: 'our address on the internet when we are behind NAT', otherwise: 'none' },
  { key: 'trustedProxies', flag: '--trusted-proxies', variable: 'VECHE_TRUSTED_PROXIES', value: 'ADDRESSES', what: 'reverse proxies before the panel whose X-Forwarded headers are believed: addresses or networks, separated by commas', otherwise: 'none' },
  { key: 'logLevel', flag: '--log-level', variable: 'VECHE_LOG_LEVEL', value: 'LEVEL', what: `one of ${logLevels.join(', ')}`, otherwise: 'info' },
  { key: 'mediaDriver', flag: '--media-driver', variable: 'VECHE_MEDIA_DRIVER', value: 'DRIVER', what: 'auto, batched (Linux system calls) or portable', otherwise: 'auto' },
  { key: 'adminPassword', flag: null, variable: 'VECHE_ADMIN_PASSWORD', value: 'PASSWORD', what: 'password of the first administrator', otherwise: 'made at random, printed once' },
  { key: 'apiKey', flag: null, variable: 'VECHE_API_KEY', value: 'KEY', what: 'an API key for unattended set-up', otherwise: 'none' },
] as const

export type BootKey = (typeof bootSettings)[number]['key']

/** The wildcard addresses of the families that this machine has. IPv6 comes last: for HTTP it takes IPv4 in as well. */
const everyAddress = ['0.0.0.0', ...(hasIpv6() ? ['::'] : [])]

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === 'IPv6'))
}

export type ConfigSources = {
  /** By key, as typed. */
  readonly flags: Readonly<Partial<Record<BootKey, string>>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A YAML file with the keys of {@link bootSettings}; null: `veche.yaml` in the data folder, where there is one. */
  readonly file: string | null
}

/** @throws Invalid naming the setting, what was expected and what came. */
export function readConfig({ flags, environment, file }: ConfigSources): Config {
  const early = { ...fromEnvironment(environment), ...flags }
  const dataFromOutside = early.data ?? './data'
  const saved = file === null ? readFileSettings(join(dataFromOutside, 'veche.yaml'), false) : readFileSettings(file, true)
  const given: Partial<Record<BootKey, string>> = { ...saved, ...early }
  const sip = given.sip === undefined ? everyAddress.map((host) => ({ host, port: 5060 })) : hostPorts('sip', given.sip)
  return Object.freeze({
    dataFolder: resolve(given.data ?? './data'),
    sip,
    http: given.http === undefined ? { host: everyAddress.at(-1)!, port: 8080 } : hostPort('http', given.http),
    media: given.media === undefined ? sip.map(({ host }) => ({ host, port: 10_000 })) : hostPorts('media', given.media),
    publicAddress: given.publicAddress === undefined || given.publicAddress === '' ? null : address('publicAddress', given.publicAddress),
    trustedProxies: networks('trustedProxies', given.trustedProxies ?? ''),
    mediaDriver: oneOf('mediaDriver', given.mediaDriver ?? 'auto', ['auto', 'batched', 'portable']),
    logLevel: oneOf('logLevel', given.logLevel ?? 'info', logLevels),
    adminPassword: given.adminPassword || null,
    apiKey: given.apiKey || null,
  })
}

/** How a setting is named to people: `--sip (or VECHE_SIP)`. */
export function nameOf(key: BootKey): string {
  const { flag, variable } = bootSettings.find((setting) => setting.key === key)!
  return flag === null ? variable : `${flag} (or ${variable})`
}

function fromEnvironment(environment: ConfigSources['environment']): Partial<Record<BootKey, string>> {
  const given: Partial<Record<BootKey, string>> = {}
  for (const { key, variable } of bootSettings) {
    const value = environment[variable]
    if (value !== undefined && value !== '') given[key] = value
  }
  return given
}

function readFileSettings(path: string, required: boolean): Partial<Record<BootKey, string>> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (!required) return {}
    throw new Invalid(`the configuration file ${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
  let parsed: unknown
  try {
    parsed = parseYaml(text)
  } catch (cause) {
    throw new Invalid(`the configuration file ${path} is no YAML: ${messageOf(cause)}`, { cause })
  }
  if (parsed === null) return {}
  if (typeof parsed !== 'object' || Array.isArray(parsed)) throw new Invalid(`the configuration file ${path} must hold "key: value" lines`)
  const given: Partial<Record<BootKey, string>> = {}
  for (const [key, value] of Object.entries(parsed)) {
    const setting = bootSettings.find((one) => one.key === key)
    if (!setting) throw new Invalid(`the configuration file ${path} has an unknown key "${key}"; known: ${bootSettings.map((one) => one.key).join(', ')}`)
    given[setting.key] = Array.isArray(value) ? value.join(',') : String(value)
  }
  return given
}

function hostPorts(key: BootKey, text: string): HostPort[] {
  return text.split(',').map((one) => hostPort(key, one.trim()))
}

/** `127.0.0.1:5060`, `[::1]:5060`, `localhost:5060`. Port 0 asks the system for a free one. */
function hostPort(key: BootKey, text: string): HostPort {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (!host || !(port >= 0 && port <= 65535)) throw new Invalid(`${nameOf(key)} must be HOST:PORT, for example 192.0.2.1:${usualPort(key)} or [::]:${usualPort(key)}; it is "${text}"`)
  if (host === 'localhost') return { host: '127.0.0.1', port }
  if (!isIP(host)) throw new Invalid(`${nameOf(key)} must name an address of this machine, not a host name; it is "${text}"`)
  return { host, port }
}

function usualPort(key: BootKey): number {
  return key === 'http' ? 8080 : key === 'media' ? 10_000 : 5060
}

function address(key: BootKey, text: string): string {
  if (!isIP(text)) throw new Invalid(`${nameOf(key)} must be an IPv4 or IPv6 address; it is "${text}"`)
  return text
}

function networks(key: BootKey, text: string): string[] {
  const listed = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  for (const one of listed) {
    const [host = '', bits] = one.split('/')
    if (!isIP(host) || (bits !== undefined && !/^\d{1,3}$/.test(bits))) throw new Invalid(`${nameOf(key)} must be addresses or networks such as 192.0.2.0/24; it has "${one}"`)
  }
  return listed
}

function oneOf<T extends string>(key: BootKey, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text)
  if (!found) throw new Invalid(`${nameOf(key)} must be one of ${choices.join(', ')}; it is "${text}"`)
  return found
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
