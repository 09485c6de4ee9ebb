/** What is said about a stream: how it was negotiated, how it fares, how a playback on it ended. */

export type CodecName = 'PCMU' | 'PCMA'

/** What was negotiated; given again after every offer and answer (RFC 3264). */
export type StreamFormat = {
  /** From the remote `c=` and `m=` lines; literal address. `0.0.0.0` or port 0: nothing is sent. */
  readonly remote: { readonly address: string; readonly port: number; readonly rtcpPort: number; readonly rtcpMux: boolean }
  readonly send: { readonly codec: CodecName; readonly payloadType: number; readonly ptimeMs: number }
  /** Every payload type that may arrive, with its codec. */
  readonly receive: ReadonlyArray<{ readonly codec: CodecName; readonly payloadType: number }>
  /** RFC 4733 payload type in the direction to us, when negotiated; clock 8000. */
  readonly telephoneEvent: number | null
  /** What we send: false while the other end holds us (`sendonly`/`inactive` from it). */
  readonly sending: boolean
  /** Whether sound is expected from it; false switches the silence watch off. */
  readonly receiving: boolean
}

export type PlaybackEnd = 'finished' | 'stopped' | 'closed'

/** Line quality since the stream was opened; cheap to read at any time (shared memory, refreshed each second). */
export type StreamStats = {
  readonly packetsReceived: number
  readonly packetsSent: number
  /** Sequence gaps seen by playout: frames that had to be concealed. */
  readonly framesConcealed: number
  readonly packetsLate: number
  readonly packetsDuplicate: number
  /** Unproven, unknown payload type, malformed: refused. */
  readonly packetsRefused: number
  /** Interarrival jitter, RFC 3550 §6.4.1. */
  readonly jitterMs: number
  /** Sound waiting in the jitter buffer now. */
  readonly depthMs: number
  /** Loudness of the last second, dBov (0 is full scale, -127 is silence). */
  readonly levelDbov: number
  /** From RTCP; null before the first report. */
  readonly roundTripMs: number | null
  readonly remoteLossFraction: number | null
}
