/**
 * A session description (SDP, RFC 8866) read into the little that a voice call needs, and written back.
 *
 * One audio stream over plain RTP is ours; every other `m=` line is remembered so that the answer can refuse it in its
 * place (RFC 3264 §6). Left out: SRTP, ICE, bundles.
 */
import { isIP } from 'node:net'
import { parse } from 'sdp-transform'
import { Invalid } from '../base/errors.ts'
import type { CodecName } from '../media/stream.ts'

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export type AudioCodec = { readonly codec: CodecName; readonly payloadType: number }

/** What the other end said about its sound. */
export type RemoteAudio = {
  /** Literal address; the signalling source when `c=` names a host (we do not resolve names from hostile text). */
  readonly address: string
  /** 0: the stream is refused or not there. */
  readonly port: number
  readonly rtcpPort: number
  readonly rtcpMux: boolean
  /** In its order of preference; only what we know. */
  readonly codecs: readonly AudioCodec[]
  readonly telephoneEvent: number | null
  /** How much sound it wants in a packet. */
  readonly ptimeMs: number
  readonly direction: Direction
}

/** A whole description: our audio and what stands around it. */
export type RemoteDescription = {
  readonly audio: RemoteAudio
  /** Which `m=` line `audio` is. */
  readonly audioIndex: number
  /** The first words of all `m=` lines (`video 0 RTP/AVP 96` without the port), for refusing them. */
  readonly mediaLines: ReadonlyArray<{ readonly type: string; readonly protocol: string; readonly formats: string }>
}

const maxSizeBytes = 16 * 1024
const maxMediaLines = 16
const staticCodecs: Readonly<Record<number, CodecName>> = { 0: 'PCMU', 8: 'PCMA' }
const ptimesMs = [10, 20, 30, 40, 50, 60]

/**
 * Reads an offer or an answer.
 * @param signallingAddress stands in for a `c=` line that names a host instead of an address.
 * @throws Invalid code `bad-sdp` when it is no SDP, `no-audio` when there is no audio stream that we could use.
 */
export function readDescription(bytes: Uint8Array, signallingAddress: string): RemoteDescription {
  if (bytes.length > maxSizeBytes) throw badSdp(`SDP of ${bytes.length} bytes, at most ${maxSizeBytes} are read`)
  const text = new TextDecoder().decode(bytes)
  if (!/^v=0\s*$/m.test(text.slice(0, 64))) throw badSdp('SDP does not begin with v=0')
  const session = parse(text)
  const media = session.media
  if (media.length > maxMediaLines) throw badSdp(`SDP with ${media.length} media lines, at most ${maxMediaLines} are read`)
  const mediaLines = media.map(({ type, protocol, payloads }) => {
    return { type: word(type), protocol: word(protocol), formats: formatsOf(payloads) }
  })
  const usable = media.flatMap((one, audioIndex) => {
    const audio = audioOf(one, { session, signallingAddress })
    return audio ? [{ audio, audioIndex }] : []
  })
  // One that is switched off is answered only where there is no other.
  const chosen = usable.find(({ audio }) => audio.port !== 0) ?? usable[0]
  if (!chosen) throw new Invalid('SDP offers no plain RTP audio in PCMA or PCMU', { code: 'no-audio' })
  return { ...chosen, mediaLines }
}

function badSdp(why: string): Invalid {
  return new Invalid(why, { code: 'bad-sdp' })
}

type Parsed = ReturnType<typeof parse>

type Around = { readonly session: Parsed; readonly signallingAddress: string }

/** What a media line says, when it is plain RTP audio in a codec that we know. */
function audioOf(one: Parsed['media'][number], { session, signallingAddress }: Around): RemoteAudio | undefined {
  if (one.type !== 'audio' || one.protocol !== 'RTP/AVP') return undefined
  const payloads = String(one.payloads ?? '')
  const codecs = knownCodecs(payloads, one.rtp ?? [])
  if (codecs.length === 0) return undefined
  const port = isPort(one.port) ? one.port : 0
  const stated = String((one.connection ?? session.connection)?.ip ?? '').split('/')[0] ?? ''
  const address = isIP(stated) ? stated : signallingAddress
  const rtcpMux = one.rtcpMux !== undefined
  const rtcpPort = rtcpMux ? port : isPort(one.rtcp?.port) && one.rtcp.port > 0 ? one.rtcp.port : Math.min(port + 1, 65535)
  const onHoldTheOldWay = address === '0.0.0.0' || address === '::'
  return {
    address,
    port,
    rtcpPort,
    rtcpMux,
    codecs,
    telephoneEvent: telephoneEventOf(payloads, one.rtp ?? []),
    ptimeMs: ptimeOf(one.ptime, one.maxptime),
    direction: onHoldTheOldWay ? 'inactive' : directionOf(one.direction ?? session.direction),
  }
}

/** What we say about our sound. */
export type LocalAudio = {
  /** Our address as the other end can reach it. */
  readonly address: string
  readonly port: number
  readonly codecs: readonly AudioCodec[]
  readonly telephoneEvent: number | null
  readonly ptimeMs: number
  readonly direction: Direction
  readonly rtcpMux: boolean
  /** `o=` identifies the description; the version grows with each change (RFC 3264 §8). */
  readonly sessionId: string
  readonly version: number
}

type Beside = Pick<RemoteDescription, 'audioIndex' | 'mediaLines'>

/** Writes our description; `beside` are the media lines of the offer it answers, refused in their places. */
export function writeDescription(local: LocalAudio, beside: Beside = { audioIndex: 0, mediaLines: [] }): Uint8Array {
  const family = local.address.includes(':') ? 'IP6' : 'IP4'
  const lines = [
    'v=0',
    `o=veche ${local.sessionId} ${local.version} IN ${family} ${local.address}`,
    's=-',
    `c=IN ${family} ${local.address}`,
    't=0 0',
  ]
  const count = Math.max(1, beside.mediaLines.length)
  for (let index = 0; index < count; index++) {
    const other = beside.mediaLines[index]
    if (index === beside.audioIndex || !other) lines.push(...audioLines(local))
    else lines.push(`m=${other.type} 0 ${other.protocol} ${other.formats}`)
  }
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n`)
}

function audioLines(local: LocalAudio): string[] {
  const { codecs, telephoneEvent } = local
  const types = [...codecs.map(({ payloadType }) => payloadType), ...(telephoneEvent === null ? [] : [telephoneEvent])]
  return [
    `m=audio ${local.port} RTP/AVP ${types.join(' ')}`,
    ...codecs.map(({ codec, payloadType }) => `a=rtpmap:${payloadType} ${codec}/8000`),
    ...(telephoneEvent === null ? [] : [`a=rtpmap:${telephoneEvent} telephone-event/8000`, `a=fmtp:${telephoneEvent} 0-15`]),
    `a=ptime:${local.ptimeMs}`,
    ...(local.rtcpMux ? ['a=rtcp-mux'] : []),
    `a=${local.direction}`,
  ]
}

type RtpMap = { readonly payload: number; readonly codec: string; readonly rate?: number }

function knownCodecs(payloads: string, maps: readonly RtpMap[]): AudioCodec[] {
  const found: AudioCodec[] = []
  for (const payloadType of payloadTypesOf(payloads)) {
    const map = maps.find(({ payload }) => payload === payloadType)
    const codec = map ? codecOf(map) : staticCodecs[payloadType]
    if (codec) found.push({ codec, payloadType })
  }
  return found
}

function codecOf({ codec, rate }: RtpMap): CodecName | undefined {
  const name = codec.toUpperCase()
  return (name === 'PCMU' || name === 'PCMA') && (rate === undefined || rate === 8000) ? name : undefined
}

function telephoneEventOf(payloads: string, maps: readonly RtpMap[]): number | null {
  for (const payloadType of payloadTypesOf(payloads)) {
    const map = maps.find(({ payload }) => payload === payloadType)
    if (map?.codec.toLowerCase() === 'telephone-event' && (map.rate ?? 8000) === 8000) return payloadType
  }
  return null
}

function payloadTypesOf(payloads: string): number[] {
  return payloads
    .split(/\s+/)
    .filter((text) => /^\d{1,3}$/.test(text))
    .map(Number)
    .filter((type) => type <= 127)
}

/** The nearest packet length that we send, not above what the other end can take. */
function ptimeOf(ptime: unknown, maxptime: unknown): number {
  const wanted = typeof ptime === 'number' && ptime > 0 ? ptime : 20
  const limit = typeof maxptime === 'number' && maxptime >= 10 ? maxptime : 60
  let best = 10
  for (const candidate of ptimesMs) if (candidate <= wanted && candidate <= limit) best = candidate
  return best
}

function directionOf(text: unknown): Direction {
  return text === 'sendonly' || text === 'recvonly' || text === 'inactive' ? text : 'sendrecv'
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65535
}

/** A token that may be repeated in our answer; anything else would let the offer write lines of its own. */
function word(text: unknown): string {
  return typeof text === 'string' && /^[A-Za-z0-9/._-]{1,32}$/.test(text) ? text : 'application'
}

function formatsOf(payloads: unknown): string {
  const text = String(payloads ?? '')
  return /^[A-Za-z0-9 ./_-]{1,200}$/.test(text) ? text : '0'
}
