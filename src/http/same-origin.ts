/**
 * Whether a request that a browser makes comes from our own pages.
 *
 * A cookie travels with whatever a browser sends here, so what changes something on the strength of a cookie must prove its
 * origin: by `Sec-Fetch-Site` (sent to https and localhost only) or by `Origin` (sent with every unsafe method).
 */
import type { FastifyRequest } from 'fastify'
import { Denied } from '../base/errors.ts'

/**
 * Lets requests of our own pages pass. `silence`: what to do with those that say nothing of their origin, as programs do.
 * @throws Denied (`cross-site`)
 */
export function refuseCrossSite(request: FastifyRequest, { silence }: { readonly silence: 'refused' | 'allowed' }): void {
  const site = request.headers['sec-fetch-site']
  const origin = request.headers.origin
  if (site === 'same-origin') return
  if (site === undefined && origin !== undefined && hostOf(origin) === request.host.toLowerCase()) return
  if (site === undefined && origin === undefined && silence === 'allowed') return
  const from = origin ?? site ?? 'an unknown place'
  const message = `A browser's request must come from a page of ${request.host}; this one comes from ${from}.`
  throw new Denied(message, { code: 'cross-site' })
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
