/** Entity tags and what a client makes depend on them (RFC 9110 §8.8.3, §13.1). A record's tag is its version, quoted. */
import { Conflict } from '../base/errors.ts'

export function entityTag(record: { readonly version: number }): string {
  return `"${record.version}"`
}

/**
 * The version that `If-Match` asks for; undefined when it does not ask.
 * Weak tags are taken too: proxies weaken the tags of what they compress.
 * @throws Conflict (`changed-meanwhile`) when the record has none of the tags
 */
export function versionToMatch(header: string | undefined, record: { readonly version: number }): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  if (tags(header).includes(entityTag(record))) return record.version
  throw new Conflict(`The record was changed meanwhile: it has the tag ${entityTag(record)}, the request is for ${header}.`, {
    code: 'changed-meanwhile',
  })
}

/** Whether the client has this version already (`If-None-Match`). */
export function isKnown(header: string | undefined, record: { readonly version: number }): boolean {
  return header !== undefined && (header.trim() === '*' || tags(header).includes(entityTag(record)))
}

function tags(header: string): string[] {
  return header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
}
