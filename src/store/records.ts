/** What all saved records share: a version that grows at every save, moments as text, an order for people. */
import type { Clock } from '../base/clock.ts'
import { Conflict } from '../base/errors.ts'

export type IfVersion = {
  /** The version that the change was made from; left out: whatever is there is changed. */
  readonly version?: number | undefined
}

/** Now, as it is stored and shown. */
export function isoTime(clock: Clock): string {
  return new Date(clock.wallMs()).toISOString()
}

/** @throws Conflict (`changed-meanwhile`) when the record is not the one the change was made from. */
export function refuseStale(old: { readonly version: number }, version: number | undefined): void {
  if (version === undefined || version === old.version) return
  const message = `The record was changed meanwhile: the change is for version ${version}, it now has version ${old.version}.`
  throw new Conflict(message, { code: 'changed-meanwhile' })
}

const collator = new Intl.Collator(['ru', 'en'], { numeric: true, sensitivity: 'base' })

/** As a person sorts names, Russian and English; equal names by number. */
export function byName(one: Named, other: Named): number {
  return collator.compare(one.name, other.name) || collator.compare(one.number, other.number)
}

type Named = { readonly name: string; readonly number: string }
