/** One hop of a request's way (RFC 3261 §20.42, RFC 3581). */
import type { Params } from './uri.ts'

export type Via = {
  /** `UDP`, `TCP`, ... upper case. */
  readonly transport: string
  /** IPv6 without brackets. */
  readonly host: string
  readonly port?: number
  /** `branch`, `received`, `rport` and the rest; values as text. */
  readonly params: Params
}
