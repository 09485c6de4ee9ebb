/**
 * The header fields of a message, in their order (RFC 3261 §7.3). CONTRACT: class to be implemented by the wire work.
 *
 * Names are matched without case; compact forms are made long at parsing. A field that is a list by its grammar (Via,
 * Route, Record-Route, Contact, Supported, Require, Allow ...) is split at its commas when parsed: one entry per value.
 */
import type { NameAddr } from './name-addr.ts'
import type { Via } from './via.ts'

export type CSeq = { readonly number: number; readonly method: string }

export interface HeadersContract {
  /** First value, raw (trimmed). */
  get(name: string): string | undefined
  /** All values in order, raw. */
  all(name: string): readonly string[]
  has(name: string): boolean
  /** Replaces every value of `name` by `value` at the place of the first (or at the end). */
  set(name: string, value: string): this
  add(name: string, value: string): this
  /** Before the first value of the same name, or at the top. */
  prepend(name: string, value: string): this
  remove(name: string): this
  /** Removes the first value of `name`. */
  removeFirst(name: string): this
  copy(): Headers
  [Symbol.iterator](): IterableIterator<readonly [name: string, value: string]>

  // Parsed once, remembered until changed. The parser has looked at the mandatory ones, so on a parsed message they do
  // not throw; @throws Invalid when a header made by other means is malformed.
  readonly via: Via
  readonly vias: readonly Via[]
  readonly from: NameAddr
  readonly to: NameAddr
  readonly cseq: CSeq
  readonly callId: string
  readonly contacts: readonly NameAddr[]
  readonly routes: readonly NameAddr[]
  readonly recordRoutes: readonly NameAddr[]
  /** `Expires`, seconds; undefined when absent or malformed (RFC 3261 §20.19). */
  readonly expires: number | undefined
  /** Option tags of `Supported`, `Require` ..., lower case. */
  tokens(name: string): readonly string[]
}

export declare class Headers implements HeadersContract {
  constructor(entries?: Iterable<readonly [string, string]>)
  get(name: string): string | undefined
  all(name: string): readonly string[]
  has(name: string): boolean
  set(name: string, value: string): this
  add(name: string, value: string): this
  prepend(name: string, value: string): this
  remove(name: string): this
  removeFirst(name: string): this
  copy(): Headers
  [Symbol.iterator](): IterableIterator<readonly [name: string, value: string]>
  get via(): Via
  get vias(): readonly Via[]
  get from(): NameAddr
  get to(): NameAddr
  get cseq(): CSeq
  get callId(): string
  get contacts(): readonly NameAddr[]
  get routes(): readonly NameAddr[]
  get recordRoutes(): readonly NameAddr[]
  get expires(): number | undefined
  tokens(name: string): readonly string[]
}
