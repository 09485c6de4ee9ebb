/**
 * The errors that come from outside, and the one for our own mistakes.
 *
 * An error says what was expected and what came, and carries a stable `code` that the panel translates and scripts
 * compare. A bug is a broken promise of our own: it ends the part that owns it (a call, a room, a worker), never the server.
 */

export type ErrorCode =
  | 'invalid'
  | 'not-found'
  | 'conflict'
  | 'changed-meanwhile'
  | 'denied'
  | 'not-signed-in'
  | 'too-many-attempts'
  | 'unavailable'
  | (string & {})

export type FieldErrors = Readonly<Record<string, string>>

export type ErrorOptions = {
  /** Stable, kebab-case; defaults to the class's own. */
  readonly code?: ErrorCode
  readonly cause?: unknown
}

/** Base of every error that is answered to somebody rather than crashing the part that met it. */
export abstract class OutsideError extends Error {
  readonly code: ErrorCode

  constructor(message: string, code: ErrorCode, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
  }
}

/** The input breaks a rule. `fields` maps a field's path to the code of what is wrong with it. */
export class Invalid extends OutsideError {
  readonly fields: FieldErrors

  constructor(message: string, options: ErrorOptions & { readonly fields?: FieldErrors } = {}) {
    super(message, options.code ?? 'invalid', options.cause)
    this.fields = options.fields ?? {}
  }
}

/** What was asked for does not exist. */
export class NotFound extends OutsideError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options.code ?? 'not-found', options.cause)
  }
}

/** The input is well formed but clashes with what is there: a number in use, a record changed meanwhile. */
export class Conflict extends OutsideError {
  readonly fields: FieldErrors

  constructor(message: string, options: ErrorOptions & { readonly fields?: FieldErrors } = {}) {
    super(message, options.code ?? 'conflict', options.cause)
    this.fields = options.fields ?? {}
  }
}

/** Who asks may not do this. */
export class Denied extends OutsideError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options.code ?? 'denied', options.cause)
  }
}

/** It could work later, or with another setting: a busy port, an unwritable folder, a closing server. */
export class Unavailable extends OutsideError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options.code ?? 'unavailable', options.cause)
  }
}

/** A broken promise of our own. */
export class Bug extends Error {
  override readonly name = 'Bug'
}

/** Ends the part that calls it. `why` says which promise was broken. */
export function bug(why: string, cause?: unknown): never {
  throw new Bug(why, cause === undefined ? undefined : { cause })
}

/** The default branch of every switch over a union: the compiler proves it is never reached. */
export function unreachable(value: never): never {
  return bug(`unreachable value ${JSON.stringify(value)}`)
}
