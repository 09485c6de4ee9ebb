/** Reading and changing one record whose version is its entity tag (RFC 9110 §13.1), the same for every resource. */
import type { FastifyReply } from 'fastify'
import { entityTag, isKnown, versionToMatch } from '../entity-tag.ts'

type Versioned = { readonly version: number }

/** The part of a store that such a resource needs. */
interface Records<Stored extends Versioned, Change> {
  get(id: string): Promise<Stored>
  change(id: string, change: Change, condition: { readonly version: number | undefined }): Promise<Stored>
}

type Request = {
  readonly params: { readonly id: string }
  readonly headers: { readonly 'if-match'?: string | undefined; readonly 'if-none-match'?: string | undefined }
}

/** The record with its tag, or 304 to a client that has it. */
export async function readTagged<Stored extends Versioned>(
  records: Pick<Records<Stored, never>, 'get'>,
  { request, reply }: { readonly request: Request; readonly reply: FastifyReply },
): Promise<Stored | undefined> {
  const found = await records.get(request.params.id)
  reply.header('etag', entityTag(found)).header('cache-control', 'private, no-cache')
  if (!isKnown(request.headers['if-none-match'], found)) return found
  reply.code(304)
  return undefined
}

/** Saves the body, if the record is still the one that `If-Match` names. */
export async function saveTagged<Stored extends Versioned, Change>(
  records: Records<Stored, Change>,
  { request, reply }: { readonly request: Request & { readonly body: Change }; readonly reply: FastifyReply },
): Promise<Stored> {
  const { id } = request.params
  const version = versionToMatch(request.headers['if-match'], await records.get(id))
  const saved = await records.change(id, request.body, { version })
  reply.header('etag', entityTag(saved))
  return saved
}
