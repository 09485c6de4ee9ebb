/**
 * Names of header fields: how they are written, their compact forms (RFC 3261 §7.3.3, RFC 3265, RFC 3515, RFC 3841,
 * RFC 3892, RFC 4028, RFC 4474, RFC 8224), and which are lists by their grammar.
 */

export type FieldName = {
  /** Lower case: what names are compared by. */
  readonly key: string
  /** As printed. */
  readonly name: string
  /** Values are separated by commas (RFC 3261 §7.3.1); anything else may hold a comma that means nothing. */
  readonly list: boolean
  /** Printed on one line. Addresses are printed one a line: older readers take only that. */
  readonly joined: boolean
}

/** One line of a message's head, or one value of a list. */
export type Field = { readonly name: FieldName; readonly value: string }

const singles = [
  'Authorization', 'Call-ID', 'Content-Disposition', 'Content-Length', 'Content-Type', 'CSeq', 'Date', 'Event', 'Expires', 'From',
  'Max-Forwards', 'MIME-Version', 'Min-Expires', 'Min-SE', 'Organization', 'Priority', 'Privacy', 'Proxy-Authenticate',
  'Proxy-Authorization', 'Authentication-Info', 'RAck', 'Refer-To', 'Referred-By', 'Replaces', 'Reply-To', 'Retry-After', 'RSeq',
  'Server', 'Session-Expires', 'SIP-ETag', 'SIP-If-Match', 'Subject', 'Subscription-State', 'Timestamp', 'To', 'User-Agent',
  'WWW-Authenticate', 'Target-Dialog', 'Identity', 'Flow-Timer',
]
const addressLists = [
  'Via', 'Route', 'Record-Route', 'Contact', 'Path', 'Service-Route', 'Diversion', 'History-Info', 'P-Asserted-Identity',
  'P-Preferred-Identity', 'P-Associated-URI', 'Alert-Info', 'Call-Info', 'Error-Info', 'Warning', 'Reason', 'Accept-Contact',
  'Reject-Contact', 'Geolocation',
]
const tokenLists = [
  'Accept', 'Accept-Encoding', 'Accept-Language', 'Allow', 'Allow-Events', 'Content-Encoding', 'Content-Language', 'In-Reply-To',
  'Proxy-Require', 'Require', 'Supported', 'Unsupported', 'Request-Disposition', 'Recv-Info',
]
const compactForms = {
  a: 'Accept-Contact', b: 'Referred-By', c: 'Content-Type', d: 'Request-Disposition', e: 'Content-Encoding', f: 'From',
  i: 'Call-ID', j: 'Reject-Contact', k: 'Supported', l: 'Content-Length', m: 'Contact', o: 'Event', r: 'Refer-To', s: 'Subject',
  t: 'To', u: 'Allow-Events', v: 'Via', x: 'Session-Expires', y: 'Identity',
}

const known = new Map<string, FieldName>()
for (const [names, list, joined] of [
  [singles, false, false],
  [addressLists, true, false],
  [tokenLists, true, true],
] as const) {
  for (const name of names) {
    const field: FieldName = { key: name.toLowerCase(), name, list, joined }
    known.set(name, field).set(field.key, field)
  }
}
for (const [letter, name] of Object.entries(compactForms)) {
  const field = known.get(name)
  if (field) known.set(letter, field).set(letter.toUpperCase(), field)
}

/** The field that is written `name`, whatever its case; unknown ones keep the case they came in. */
export function fieldName(name: string): FieldName {
  const found = known.get(name)
  if (found) return found
  const key = name.toLowerCase()
  return known.get(key) ?? { key, name, list: false, joined: false }
}
