/** Session descriptions as test phones write and read them; on purpose not those of `src/call`. */

export type PhoneDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export type PhoneDescription = {
  readonly address: string
  readonly port: number
  /** In order of preference: 8 A-law, 0 mu-law. */
  readonly payloadTypes: readonly number[]
  readonly telephoneEvent: number | null
  readonly ptimeMs: number
  readonly direction: PhoneDirection
}

export function writeSdp(description: PhoneDescription & { readonly sessionId: number; readonly version: number }): Uint8Array {
  const { address, port, payloadTypes, telephoneEvent, ptimeMs, direction, sessionId, version } = description
  const family = address.includes(':') ? 'IP6' : 'IP4'
  const types = telephoneEvent === null ? payloadTypes : [...payloadTypes, telephoneEvent]
  const lines = [
    'v=0',
    `o=phone ${sessionId} ${version} IN ${family} ${address}`,
    's=-',
    `c=IN ${family} ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${types.join(' ')}`,
    ...payloadTypes.map((type) => `a=rtpmap:${type} ${type === 0 ? 'PCMU' : 'PCMA'}/8000`),
    ...(telephoneEvent === null ? [] : [`a=rtpmap:${telephoneEvent} telephone-event/8000`, `a=fmtp:${telephoneEvent} 0-15`]),
    `a=ptime:${ptimeMs}`,
    `a=${direction}`,
  ]
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n`)
}

/** Reads the first audio stream. @throws Error when there is none. */
export function readSdp(bytes: Uint8Array): PhoneDescription {
  const text = new TextDecoder().decode(bytes)
  const media = /^m=audio (\d+) RTP\/AVP ([\d ]+)\r?$/m.exec(text)
  const address = /^c=IN IP[46] (\S+)\r?$/m.exec(text)?.[1]
  if (!media || address === undefined) throw new Error(`no audio in ${JSON.stringify(text)}`)
  const types = (media[2] ?? '').trim().split(/ +/).map(Number)
  const event = /^a=rtpmap:(\d+) telephone-event\/8000\r?$/m.exec(text)?.[1]
  const telephoneEvent = event === undefined ? null : Number(event)
  const direction = /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(text)?.[1] ?? 'sendrecv'
  return {
    address,
    port: Number(media[1]),
    payloadTypes: types.filter((type) => type !== telephoneEvent),
    telephoneEvent,
    ptimeMs: Number(/^a=ptime:(\d+)\r?$/m.exec(text)?.[1] ?? 20),
    direction: direction as PhoneDirection,
  }
}
