/**
 * The header fields of a message, in their order (RFC 3261 §7.3).
 *
 * Names are matched without case; compact forms are made long. A field that is a list by its grammar (Via, Route,
 * Record-Route, Contact, Supported, Require, Allow ...) is split at its commas: one entry per value.
 */
import { Invalid } from '../base/errors.ts'
import { type NameAddr, parseNameAddr } from './name-addr.ts'
import { type Via, parseVia } from './via.ts'
import { type Field, type FieldName, fieldName } from './wire/header-field.ts'
import { isToken, parseDecimal, sliceTrimmed, splitAtCommas } from './wire/scan.ts'

export type CSeq = { readonly number: number; readonly method: string }

/** RFC 3261 §8.1.1.5. */
const maxCSeq = 2 ** 31 - 1
/** RFC 3261 §20.19; what exceeds it is taken as this. */
const maxExpires = 2 ** 32 - 1

export class Headers {
  #fields: Field[] = []
  /** What the getters have read, by the key of its field; malformed values are not remembered. */
  #read: Map<string, unknown> | undefined

  constructor(entries: Iterable<readonly [name: string, value: string]> = []) {
    for (const [name, value] of entries) this.add(name, value)
  }

  /** For the parser: fields that are split and trimmed already. The array becomes the headers' own. */
  static ofFields(fields: Field[]): Headers {
    const headers = new Headers()
    headers.#fields = fields
    return headers
  }

  /** First value, raw (trimmed). */
  get(name: string): string | undefined {
    const { key } = fieldName(name)
    for (const field of this.#fields) if (field.name.key === key) return field.value
    return undefined
  }

  /** All values in order, raw. */
  all(name: string): readonly string[] {
    const { key } = fieldName(name)
    const values: string[] = []
    for (const field of this.#fields) if (field.name.key === key) values.push(field.value)
    return values
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** Replaces every value of `name` by `value` at the place of the first (or at the end). */
  set(name: string, value: string): this {
    const field = fieldName(name)
    const at = this.#indexOf(field)
    this.remove(name)
    this.#fields.splice(at < 0 ? this.#fields.length : at, 0, ...fieldsOf(field, value))
    return this
  }

  add(name: string, value: string): this {
    const field = fieldName(name)
    this.#fields.push(...fieldsOf(field, value))
    this.#read?.delete(field.key)
    return this
  }

  /** Before the first value of the same name, or at the top. */
  prepend(name: string, value: string): this {
    const field = fieldName(name)
    this.#fields.splice(Math.max(this.#indexOf(field), 0), 0, ...fieldsOf(field, value))
    this.#read?.delete(field.key)
    return this
  }

  remove(name: string): this {
    const { key } = fieldName(name)
    this.#fields = this.#fields.filter((field) => field.name.key !== key)
    this.#read?.delete(key)
    return this
  }

  /** Removes the first value of `name`. */
  removeFirst(name: string): this {
    const field = fieldName(name)
    const at = this.#indexOf(field)
    if (at >= 0) this.#fields.splice(at, 1)
    this.#read?.delete(field.key)
    return this
  }

  copy(): Headers {
    const copy = Headers.ofFields(this.#fields.slice())
    if (this.#read) copy.#read = new Map(this.#read)
    return copy
  }

  *[Symbol.iterator](): IterableIterator<readonly [name: string, value: string]> {
    for (const { name, value } of this.#fields) yield [name.name, value]
  }

  /** For the printer: the entries themselves. */
  get fields(): readonly Field[] {
    return this.#fields
  }

  // Parsed once, remembered until changed. The parser has looked at all of them but `Expires`, so on a parsed message
  // they do not throw; @throws Invalid when a header made by other means is malformed or, where one must be, missing.

  get via(): Via {
    return this.#first('Via', parseVia)
  }

  get vias(): readonly Via[] {
    return this.#every('Via', parseVia)
  }

  get from(): NameAddr {
    return this.#first('From', parseNameAddr)
  }

  get to(): NameAddr {
    return this.#first('To', parseNameAddr)
  }

  get cseq(): CSeq {
    return this.#first('CSeq', parseCSeq)
  }

  get callId(): string {
    return this.#first('Call-ID', parseCallId)
  }

  /** Without the `*` that removes all bindings; that is asked for by `get('Contact')`. */
  get contacts(): readonly NameAddr[] {
    return this.#every('Contact', parseNameAddr)
  }

  get routes(): readonly NameAddr[] {
    return this.#every('Route', parseNameAddr)
  }

  get recordRoutes(): readonly NameAddr[] {
    return this.#every('Record-Route', parseNameAddr)
  }

  /** `Expires`, seconds; undefined when absent or malformed (RFC 3261 §20.19). */
  get expires(): number | undefined {
    const value = this.get('Expires')
    const seconds = value === undefined ? undefined : parseDecimal(value, maxExpires)
    return seconds === Infinity ? maxExpires : seconds
  }

  /** Option tags of `Supported`, `Require` ..., lower case. */
  tokens(name: string): readonly string[] {
    return this.all(name)
      .filter((value) => value !== '')
      .map((value) => value.toLowerCase())
  }

  /** Which of the fields every message needs, or that have a getter, is missing or malformed; undefined when none is. */
  fault(): string | undefined {
    if (!this.#parsed('Via', parseVia)?.length) return 'Via'
    for (const name of ['From', 'To']) if (!this.#parsed(name, parseNameAddr)?.length) return name
    if (!this.#parsed('Call-ID', parseCallId)?.length) return 'Call-ID'
    if (!this.#parsed('CSeq', parseCSeq)?.length) return 'CSeq'
    for (const name of ['Contact', 'Route', 'Record-Route']) if (!this.#parsed(name, parseNameAddr)) return name
    return undefined
  }

  #indexOf({ key }: FieldName): number {
    return this.#fields.findIndex((field) => field.name.key === key)
  }

  #first<T>(name: string, parse: (text: string) => T | undefined): T {
    const [first] = this.#every(name, parse)
    if (first === undefined) throw new Invalid(`expected a ${name} header field, none came`)
    return first
  }

  #every<T>(name: string, parse: (text: string) => T | undefined): readonly T[] {
    const parsed = this.#parsed(name, parse)
    if (!parsed) throw new Invalid(`expected ${name} header fields, came ${this.all(name).join(', ').slice(0, 200)}`)
    return parsed
  }

  /** All values of a field; undefined when one of them is malformed. A key is always read by the same `parse`. */
  #parsed<T>(name: string, parse: (text: string) => T | undefined): readonly T[] | undefined {
    const { key } = fieldName(name)
    const remembered = this.#read?.get(key)
    if (remembered) return remembered as readonly T[]
    const values: T[] = []
    for (const field of this.#fields) {
      if (field.name.key !== key || (field.value === '*' && key === 'contact')) continue
      const value = parse(field.value)
      if (value === undefined) return undefined
      values.push(value)
    }
    this.#read ??= new Map()
    this.#read.set(key, values)
    return values
  }
}

/** A number below 2^31, a space, a method (RFC 3261 §20.16). */
function parseCSeq(text: string): CSeq | undefined {
  let end = 0
  while (end < text.length && text.charCodeAt(end) !== 32 && text.charCodeAt(end) !== 9) end++
  const number = parseDecimal(text.slice(0, end), maxCSeq)
  const method = sliceTrimmed(text, end, text.length)
  return number === undefined || number === Infinity || !isToken(method) ? undefined : { number, method }
}

/** Any text without spaces; stricter readers find nothing in it that we need. */
function parseCallId(text: string): string | undefined {
  return text === '' || text.includes(' ') || text.includes('\t') ? undefined : text
}

/** The entries that `value` makes. No line end gets into a message this way, whoever chose the value. */
function fieldsOf(name: FieldName, value: string): Field[] {
  const clean = value.includes('\n') || value.includes('\r') ? value.replaceAll('\r', ' ').replaceAll('\n', ' ') : value
  const trimmed = sliceTrimmed(clean, 0, clean.length)
  return name.list ? splitAtCommas(trimmed).map((piece) => ({ name, value: piece })) : [{ name, value: trimmed }]
}
