/** Whether two URIs name the same resource (RFC 3261 §19.1.4). */
import type { Params } from './params.ts'
import type { SipUri } from './uri.ts'
import { unescapePercent } from './wire/escape.ts'

/** Parameters that make a difference even when only one of the two URIs has them. */
const significant = ['user', 'ttl', 'method', 'maddr', 'transport']

/**
 * Compares as RFC 3261 §19.1.4 says: a port that is written differs from one that is not, parameters that only one side
 * has are overlooked but for a few. Stricter than "reaches the same phone", so two forms of one contact may differ.
 */
export function sameUri(a: SipUri, b: SipUri): boolean {
  if (a.scheme !== b.scheme) return false
  if (a.scheme === 'tel') return sameTel(a, b)
  if (a.scheme !== 'sip' && a.scheme !== 'sips') return a.host === b.host
  if (a.host !== b.host || a.port !== b.port || a.user !== b.user || a.password !== b.password) return false
  for (const name of significant) if ((name in a.params) !== (name in b.params)) return false
  for (const name in a.params) if (name in b.params && !sameValue(a.params[name], b.params[name])) return false
  return a.headers === b.headers || sameHeaders(a.headers ?? '', b.headers ?? '')
}

function sameValue(a: string | true | undefined, b: string | true | undefined): boolean {
  return a === b || (typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase())
}

/** All of one side must be on the other, in whatever order. */
function sameHeaders(a: string, b: string): boolean {
  const normal = (text: string): string =>
    text
      .split('&')
      .map((header) => {
        const [name = '', ...value] = header.split('=')
        return `${unescapePercent(name).toLowerCase()}=${unescapePercent(value.join('='))}`
      })
      .toSorted()
      .join('\n')
  return normal(a) === normal(b)
}

/** RFC 3966 §4: marks between the digits mean nothing, all parameters count. */
function sameTel(a: SipUri, b: SipUri): boolean {
  const digits = ({ user = '' }: SipUri): string => user.replace(/[-.()]/g, '').toLowerCase()
  const names = (params: Params): string => Object.keys(params).toSorted().join(';')
  if (digits(a) !== digits(b) || names(a.params) !== names(b.params)) return false
  for (const name in a.params) if (!sameValue(a.params[name], b.params[name])) return false
  return true
}
