/**
 * Log lines. `error`: someone must act; `warn`: healed by itself; `info`: calls, rooms and trunks come and go;
 * `debug`: messages. Fields carry the room's, call's or trunk's id. Never a PIN, a password, a digit typed at a PIN prompt.
 */
import { pino } from 'pino'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'
export const logLevels = ['error', 'warn', 'info', 'debug'] as const satisfies readonly LogLevel[]

export type LogFields = Readonly<Record<string, unknown>>

export interface Log {
  error(fields: LogFields, text: string): void
  warn(fields: LogFields, text: string): void
  info(fields: LogFields, text: string): void
  debug(fields: LogFields, text: string): void
  /** A log whose every line carries `fields` too. */
  with(fields: LogFields): Log
  /** Whether `level` is written at all; asked before building a costly line. */
  writes(level: LogLevel): boolean
}

/** Writes to standard output: JSON lines for programs, or `plain` ones for a person at a terminal. */
export function createLog(level: LogLevel, { plain = false }: { readonly plain?: boolean } = {}): Log {
  const formatters = { level: (label: string) => ({ level: label }) }
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }
  return wrap(plain ? pino(options, { write: (line) => void process.stdout.write(plainLine(line)) }) : pino(options))
}

/** `12:00:00 info  phone registered  number=201 source=udp:192.0.2.7:5060` */
export function plainLine(json: string): string {
  const { level, time, msg, ...fields } = JSON.parse(json) as Record<string, unknown>
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  // What a stranger sent must not move the cursor of a terminal.
  const text = `${String(msg)}  ${rest.join(' ')}`.replace(/\p{Cc}/gu, ' ').trimEnd()
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${text}\n`
}

/** Writes nothing; for tests and for parts run alone. */
export const silentLog: Log = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  with: () => silentLog,
  writes: () => false,
}

type PinoLike = {
  error(fields: object, text: string): void
  warn(fields: object, text: string): void
  info(fields: object, text: string): void
  debug(fields: object, text: string): void
  child(fields: object): PinoLike
  isLevelEnabled(level: string): boolean
}

function wrap(pinoLog: PinoLike): Log {
  return {
    error: (fields, text) => pinoLog.error(fields, text),
    warn: (fields, text) => pinoLog.warn(fields, text),
    info: (fields, text) => pinoLog.info(fields, text),
    debug: (fields, text) => pinoLog.debug(fields, text),
    with: (fields) => wrap(pinoLog.child(fields)),
    writes: (level) => pinoLog.isLevelEnabled(level),
  }
}
