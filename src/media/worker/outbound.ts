/**
 * Packets of what a stream hears: one per frame as a rule, without a copy; frames are halved or gathered where another
 * packet length was negotiated. The timestamp runs on through everything (hold, pauses, a target not known yet); the
 * sequence counts what was sent; the marker stands at the first packet after a pause (RFC 3551 §4.1).
 */
import { FRAME_SAMPLES } from '../../audio/frame.ts'
import { RTP_HEADER_BYTES, writeRtpHeader } from '../../rtp/packet.ts'
import type { Arena } from './arena.ts'
import type { Network } from './network.ts'
import { GATHERED_BYTES, HEADER_SLOT_BYTES, type WorkerStream } from './worker-stream.ts'

type Outlet = { readonly arena: Arena; readonly network: Network }

/** Sends the frame of FRAME_SAMPLES octets at `frame`. It must stay as it is until the network is flushed. */
export function sendFrame(stream: WorkerStream, frame: number, through: Outlet): void {
  const { arena, network } = through
  const samples = stream.sendSamples
  if (samples === FRAME_SAMPLES) {
    sendPacket(stream, arena, network, frame, FRAME_SAMPLES, stream.timestamp, 0)
  } else if (samples < FRAME_SAMPLES) {
    for (let sent = 0, slot = 0; sent < FRAME_SAMPLES; sent += samples, slot++) {
      sendPacket(stream, arena, network, frame + sent, samples, stream.timestamp + sent, slot)
    }
  } else {
    const to = (stream.gatheredFrom + stream.gatheredBytes) % GATHERED_BYTES
    arena.kernel.copy(stream.gathered + to, frame, FRAME_SAMPLES)
    stream.gatheredBytes += FRAME_SAMPLES
    if (stream.gatheredBytes < samples) return
    const timestamp = stream.timestamp + FRAME_SAMPLES - stream.gatheredBytes
    sendPacket(stream, arena, network, stream.gathered + stream.gatheredFrom, samples, timestamp, 0)
    stream.gatheredFrom = (stream.gatheredFrom + samples) % GATHERED_BYTES
    stream.gatheredBytes -= samples
  }
}

/** Nothing may be sent in this tick: what was gathered is old when sending goes on. */
export function pauseSending(stream: WorkerStream): void {
  stream.marker = true
  stream.gatheredFrom = 0
  stream.gatheredBytes = 0
}

function sendPacket(
  stream: WorkerStream,
  arena: Arena,
  network: Network,
  payload: number,
  size: number,
  timestamp: number,
  slot: number,
): void {
  const header = stream.headers + slot * HEADER_SLOT_BYTES
  writeRtpHeader(arena.view, header, stream.sendType, stream.marker ? 1 : 0, stream.sequence, timestamp, stream.ssrc)
  stream.marker = false
  stream.sequence = (stream.sequence + 1) & 0xffff
  stream.packetsSent++
  stream.octetsSent += size
  network.send(stream.pair.rtp, stream.address, header, RTP_HEADER_BYTES, payload, size)
}
