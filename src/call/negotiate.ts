/**
 * Offer and answer (RFC 3264) for one voice call: which codec, which way sound flows, what each side is told. Pure.
 *
 * | the other end says | we answer | sound |
 * |---|---|---|
 * | sendrecv | sendrecv | both ways |
 * | sendonly (hold) | recvonly | none: what it plays while holding must not reach the room |
 * | recvonly | sendonly | only to it |
 * | inactive, `c=0.0.0.0` (hold of old) | inactive | none |
 * | port 0 (switched off, RFC 3264 §6) | port 0 | none |
 */
import { Invalid } from '../base/errors.ts'
import type { StreamFormat } from '../media/stream.ts'
import { readDescription, writeDescription } from './description.ts'
import type { AudioCodec, Direction, LocalAudio, RemoteAudio } from './description.ts'

/** Our end of the sound, fixed when the stream is opened. */
export type LocalEnd = {
  readonly address: string
  readonly port: number
  /** Identifies our descriptions in `o=`. */
  readonly sessionId: string
  /** Where the signalling comes from. */
  readonly signallingAddress: string
}

export type Agreement = {
  readonly format: StreamFormat
  /** The other end has put us on hold. */
  readonly held: boolean
}

const ourCodecs: readonly AudioCodec[] = [
  { codec: 'PCMA', payloadType: 8 },
  { codec: 'PCMU', payloadType: 0 },
]
const ourTelephoneEvent = 101
const ourPtimeMs = 20

/**
 * Answers an offer.
 * @param version of our description, one more than the last.
 * @throws Invalid `bad-sdp` or `no-audio`, to be refused with 400 or 488.
 */
export function answerOffer(
  offer: Uint8Array,
  { local, version }: { readonly local: LocalEnd; readonly version: number },
): Agreement & { readonly sdp: Uint8Array } {
  const description = readDescription(offer, local.signallingAddress)
  const { audio } = description
  const chosen = audio.codecs[0]
  if (!chosen) throw new Invalid('no codec in common', { code: 'no-audio' })
  const ours: LocalAudio = {
    address: local.address,
    port: audio.port === 0 ? 0 : local.port,
    codecs: [chosen],
    telephoneEvent: audio.telephoneEvent,
    ptimeMs: audio.ptimeMs,
    direction: mirrored[audio.direction],
    rtcpMux: audio.rtcpMux,
    sessionId: local.sessionId,
    version,
  }
  return { sdp: writeDescription(ours, description), ...agreement(audio, audio.telephoneEvent) }
}

/** Our offer: everything we can do, for an INVITE or re-INVITE that carried none. */
export function makeOffer({ local, version }: { readonly local: LocalEnd; readonly version: number }): Uint8Array {
  return writeDescription({
    address: local.address,
    port: local.port,
    codecs: ourCodecs,
    telephoneEvent: ourTelephoneEvent,
    ptimeMs: ourPtimeMs,
    direction: 'sendrecv',
    rtcpMux: false,
    sessionId: local.sessionId,
    version,
  })
}

/**
 * Reads the answer to `offer`, or to {@link makeOffer}'s when it is left out. What we did not offer does not begin to flow,
 * whatever the answer says.
 * @throws Invalid `bad-sdp` or `no-audio`.
 */
export function readAnswer(
  answer: Uint8Array,
  { local, offer }: { readonly local: LocalEnd; readonly offer?: Uint8Array },
): Agreement {
  const { audio } = readDescription(answer, local.signallingAddress)
  const offered = offer
    ? readDescription(offer, local.signallingAddress).audio
    : { direction: 'sendrecv' as const, telephoneEvent: ourTelephoneEvent }
  const direction = within(audio.direction, mirrored[offered.direction])
  return agreement({ ...audio, direction }, audio.telephoneEvent === null ? null : offered.telephoneEvent)
}

/** What both directions allow. */
function within(one: Direction, other: Direction): Direction {
  if (one === other || other === 'sendrecv') return one
  return one === 'sendrecv' ? other : 'inactive'
}

const mirrored: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
}

function agreement(audio: RemoteAudio, telephoneEvent: number | null): Agreement {
  const chosen = audio.codecs[0]
  if (!chosen) throw new Invalid('no codec in common', { code: 'no-audio' })
  const sending = audio.port !== 0 && (audio.direction === 'sendrecv' || audio.direction === 'recvonly')
  const receiving = audio.port !== 0 && audio.direction === 'sendrecv'
  return {
    format: {
      remote: { address: audio.address, port: audio.port, rtcpPort: audio.rtcpPort, rtcpMux: audio.rtcpMux },
      send: { codec: chosen.codec, payloadType: chosen.payloadType, ptimeMs: audio.ptimeMs },
      receive: audio.codecs,
      telephoneEvent,
      sending,
      receiving,
    },
    held: audio.direction === 'sendonly' || audio.direction === 'inactive' || audio.port === 0,
  }
}
