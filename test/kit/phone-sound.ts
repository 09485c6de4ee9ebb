/**
 * A test phone's sound: an RTP socket that sends a tone, silence or key presses (RFC 4733) in packets of any length, and records
 * what comes. One socket for all calls of the phone, one call at a time.
 */
import { createSocket, type Socket } from 'node:dgram'
import { encodeG711 } from '../../src/audio/g711.ts'
import {
  looksLikeRtcp,
  MARKER,
  PAYLOAD_AT,
  PAYLOAD_BYTES,
  PAYLOAD_TYPE,
  readRtpHeader,
  RTP_FIELDS,
  RTP_HEADER_BYTES,
  SEQUENCE,
  SSRC,
  TIMESTAMP,
  writeRtpHeader,
} from '../../src/rtp/packet.ts'
import { talkAmplitude } from './ears.ts'
import { startBeating, stopBeating, type Beating } from './metronome.ts'
import { lawOf, layOut, Recording } from './recording.ts'
import { until } from './wait.ts'

export type Destination = { readonly address: string; readonly port: number }

const rateHz = 8000
const samplesPerMs = rateHz / 1000
const keys = '0123456789*#ABCD'
const endRepeats = 3

type Press = {
  readonly event: number
  readonly durationMs: number
  readonly gapMs: number
  timestamp: number
  sentMs: number
  ends: number
  restMs: number
}

export class PhoneSound implements Beating {
  readonly recording = new Recording()
  /** What is sent: a tone, or silence when null. */
  toneHz: number | null = null
  amplitude = talkAmplitude
  /** Nothing is sent at all, as by a phone that is gone. */
  stopped = false
  payloadType: 0 | 8 = 8
  telephoneEvent: number | null = 101
  dueMs = 0
  /** Packets lost on purpose: called with each packet's number, true keeps it from being sent. */
  dropPacket: (number: number) => boolean = () => false
  sent = 0
  /** RTCP packets that came to the port of the sound. */
  rtcpReceived = 0
  readonly #socket: Socket
  readonly #address: Destination
  #periodMs = 20
  #to: Destination | null = null
  #sequence = Math.floor(Math.random() * 0xffff)
  #timestamp = Math.floor(Math.random() * 0xffff_ffff)
  #ssrc = Math.floor(Math.random() * 0xffff_ffff)
  #phase = 0
  #presses: Press[] = []
  #closed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    const { address, port } = socket.address()
    this.#address = { address, port }
    const fields = new Int32Array(RTP_FIELDS)
    socket.on('error', () => {})
    socket.on('message', (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      if (looksLikeRtcp(view, 0, bytes.length)) return void this.rtcpReceived++
      if (!readRtpHeader(view, 0, bytes.length, fields)) return
      const [begin = 0, size = 0] = [fields[PAYLOAD_AT], fields[PAYLOAD_BYTES]]
      this.recording.add({
        atMs: performance.now(),
        sequence: fields[SEQUENCE] ?? 0,
        timestamp: (fields[TIMESTAMP] ?? 0) >>> 0,
        ssrc: (fields[SSRC] ?? 0) >>> 0,
        marker: fields[MARKER] === 1,
        payloadType: fields[PAYLOAD_TYPE] ?? 0,
        payload: Uint8Array.prototype.slice.call(bytes, begin, begin + size),
      })
    })
  }

  /** On an even port, as RFC 3550 §11 has it, so that no other phone's RTCP comes in here. */
  static async open(address: string): Promise<PhoneSound> {
    for (;;) {
      const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.bind(0, address, () => resolve())
      })
      if (socket.address().port % 2 === 0) return new PhoneSound(socket)
      socket.close()
    }
  }

  get address(): Destination {
    return this.#address
  }

  get periodMs(): number {
    return this.#periodMs
  }

  /** Begins to send to `to`, a packet each `periodMs`. */
  start(to: Destination, { payloadType, periodMs }: { readonly payloadType: 0 | 8; readonly periodMs: number }): void {
    this.#to = to
    this.payloadType = payloadType
    this.#periodMs = periodMs
    this.dueMs = performance.now() + Math.random() * periodMs
    startBeating(this)
  }

  stop(): void {
    stopBeating(this)
    this.#to = null
    this.#presses = []
  }

  /** Idempotent. */
  close(): void {
    this.stop()
    if (!this.#closed) this.#socket.close()
    this.#closed = true
  }

  /** A new source, as a phone that was restarted. */
  newSource(): void {
    this.#ssrc = Math.floor(Math.random() * 0xffff_ffff)
    this.#sequence = Math.floor(Math.random() * 0xffff)
  }

  /** Presses keys one after another (RFC 4733); resolves when the last one was released. */
  async press(
    digits: string,
    { pressMs = 60, gapMs = 60 }: { readonly pressMs?: number; readonly gapMs?: number } = {},
  ): Promise<void> {
    for (const digit of digits) {
      const event = keys.indexOf(digit)
      if (event < 0) throw new Error(`no key ${digit}`)
      this.#presses.push({ event, durationMs: pressMs, gapMs, timestamp: 0, sentMs: 0, ends: 0, restMs: 0 })
    }
    await until(() => this.#presses.length === 0, {
      what: `the keys ${digits} to be pressed`,
      limitMs: 3000 + digits.length * (pressMs + gapMs + 200),
    })
  }

  /** Hears for `ms` from now on, of sound that arrives after this moment; samples at 8000 Hz, missing packets silent. */
  async listen(ms: number): Promise<Int16Array> {
    const beganMs = performance.now()
    const before = this.recording.heardMs
    const cameMs = () => this.recording.heardMs - before
    await until(() => cameMs() >= ms, { what: `${ms} ms of sound`, limitMs: ms * 3 + 2000 }).catch((error: Error) => {
      throw new Error(`${error.message}; ${cameMs()} ms came`)
    })
    return layOut(this.recording.since(beganMs))
  }

  beat(): void {
    const to = this.#to
    if (!to) return
    const length = this.#periodMs * samplesPerMs
    const timestamp = this.#timestamp
    this.#timestamp = (this.#timestamp + length) >>> 0
    const press = this.#presses[0]
    if (press && press.ends < endRepeats) return this.#beatKey(to, press, timestamp)
    if (press && (press.restMs += this.#periodMs) >= press.gapMs) this.#presses.shift()
    const bytes = new Uint8Array(RTP_HEADER_BYTES + length)
    encodeG711(lawOf(this.payloadType), this.#samples(length), bytes, RTP_HEADER_BYTES)
    this.#send(to, { bytes, payloadType: this.payloadType, marker: this.sent === 0 ? 1 : 0, timestamp })
  }

  #beatKey(to: Destination, press: Press, timestamp: number): void {
    const first = press.sentMs === 0
    if (first) press.timestamp = timestamp
    this.#phase = 0
    if (press.sentMs < press.durationMs) press.sentMs += this.#periodMs
    const released = press.sentMs >= press.durationMs
    if (released) press.ends++
    const duration = press.sentMs * samplesPerMs
    const bytes = new Uint8Array(RTP_HEADER_BYTES + 4)
    bytes.set([press.event, (released ? 0x80 : 0) | 10, duration >> 8, duration & 0xff], RTP_HEADER_BYTES)
    this.#send(to, { bytes, payloadType: this.telephoneEvent ?? 101, marker: first ? 1 : 0, timestamp: press.timestamp })
  }

  #send(
    to: Destination,
    packet: { readonly bytes: Uint8Array; readonly payloadType: number; readonly marker: number; readonly timestamp: number },
  ): void {
    const { bytes, payloadType, marker, timestamp } = packet
    this.#sequence = (this.#sequence + 1) & 0xffff
    const number = this.sent++
    if (this.stopped || this.#closed || this.dropPacket(number)) return
    writeRtpHeader(new DataView(bytes.buffer), 0, payloadType, marker, this.#sequence, timestamp, this.#ssrc)
    this.#socket.send(bytes, to.port, to.address, () => {})
  }

  #samples(length: number): Int16Array {
    const samples = new Int16Array(length)
    if (this.toneHz === null) return samples
    const step = (2 * Math.PI * this.toneHz) / rateHz
    for (let i = 0; i < length; i++) {
      samples[i] = Math.round(Math.sin(this.#phase) * this.amplitude)
      this.#phase += step
    }
    if (this.#phase > 1e6) this.#phase %= 2 * Math.PI
    return samples
  }

  /** Sends anything to anywhere from this socket. */
  sendRaw(bytes: Uint8Array, to: Destination): void {
    this.#socket.send(bytes, to.port, to.address, () => {})
  }
}
