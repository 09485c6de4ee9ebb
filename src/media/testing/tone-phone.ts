/** A telephone for tests of the media plane: sends a tone of its own by real UDP and keeps what it hears. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { PCMA, PCMU, decodeSample, encodeSample } from '../../audio/g711.ts'
import type { StreamFormat } from '../stream.ts'

const RATE_HZ = 8000

export type PhoneOptions = {
  readonly toneHz: number
  readonly law?: 'PCMU' | 'PCMA'
  readonly ptimeMs?: number
  readonly host?: string
  readonly amplitude?: number
}

export type HeardPacket = {
  readonly atMs: number
  readonly marker: boolean
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
  readonly payloadType: number
  readonly size: number
}

type OwnPacket = {
  readonly payload: Uint8Array
  readonly payloadType: number
  readonly marker?: boolean
  readonly timestamp?: number
}

export class TonePhone {
  readonly toneHz: number
  readonly law: 'PCMU' | 'PCMA'
  readonly ptimeMs: number
  readonly host: string
  amplitude: number
  ssrc = Math.floor(Math.random() * 0x7fffffff)
  sequence = Math.floor(Math.random() * 0xffff)
  timestamp = Math.floor(Math.random() * 0xffffffff)
  /** Packets whose sequence number this accepts are not sent, though counted. */
  loses: (index: number) => boolean = () => false
  readonly packets: HeardPacket[] = []
  /** RTCP that came to the port of its sound. */
  readonly reports: Buffer[] = []
  #samples: number[] = []
  #socket: Socket
  #toPort = 0
  #timer: NodeJS.Timeout | null = null
  #phase = 0
  #sent = 0
  #startedMs = 0
  #keyPackets: { event: number; duration: number; end: boolean }[] = []
  #jammed: { readonly event: number; duration: number; readonly timestamp: number } | null = null
  #keyTimestamp = 0

  constructor({ toneHz, law = 'PCMU', ptimeMs = 20, host = '127.0.0.1', amplitude = 8000 }: PhoneOptions) {
    this.toneHz = toneHz
    this.law = law
    this.ptimeMs = ptimeMs
    this.host = host
    this.amplitude = amplitude
    this.#socket = this.#createSocket()
  }

  async open(): Promise<this> {
    this.#socket.bind(0, this.host)
    await once(this.#socket, 'listening')
    return this
  }

  get port(): number {
    return this.#socket.address().port
  }

  format(changes: Partial<StreamFormat> = {}): StreamFormat {
    const payloadType = this.law === 'PCMU' ? 0 : 8
    return {
      remote: { address: this.host, port: this.port, rtcpPort: this.port + 1, rtcpMux: false },
      send: { codec: this.law, payloadType, ptimeMs: this.ptimeMs },
      receive: [{ codec: 'PCMU', payloadType: 0 }, { codec: 'PCMA', payloadType: 8 }],
      telephoneEvent: 101,
      sending: true,
      receiving: true,
      ...changes,
    }
  }

  /** Sends its tone to the port, a packet each ptime, until {@link stopSending}. */
  send(toPort: number): void {
    this.stopSending()
    this.#toPort = toPort
    this.#startedMs = performance.now()
    this.#sent = 0
    this.#timer = setInterval(() => {
      const due = Math.floor((performance.now() - this.#startedMs) / this.ptimeMs)
      while (this.#sent < due) {
        this.#sent++
        this.#sendNext()
      }
    }, 2)
  }

  stopSending(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  /** Presses a key (RFC 4733): its packets take the place of sound. */
  press(event: number, { durationMs = 100 }: { readonly durationMs?: number } = {}): void {
    const step = this.ptimeMs * 8
    for (let duration = step; duration < durationMs * 8; duration += step) this.#keyPackets.push({ event, duration, end: false })
    for (let i = 0; i < 3; i++) this.#keyPackets.push({ event, duration: durationMs * 8, end: true })
  }

  /** A key that is never released: its packets go on beside the sound. */
  jam(event: number): void {
    this.#jammed = { event, duration: 0, timestamp: this.timestamp }
  }

  /** A new socket, hence another source port; everything else goes on. */
  async moveToNewPort(): Promise<void> {
    this.#socket.close()
    this.#socket = this.#createSocket()
    await this.open()
  }

  sendRaw(data: Uint8Array, port: number): void {
    this.#socket.send(data, port, this.host)
  }

  forget(): void {
    this.#samples = []
    this.packets.length = 0
  }

  get heardSamples(): number {
    return this.#samples.length
  }

  /** Amplitude of the tone in what was heard since {@link forget}, by Goertzel's algorithm. */
  hears(toneHz: number): number {
    const coefficient = 2 * Math.cos((2 * Math.PI * toneHz) / RATE_HZ)
    let s1 = 0
    let s2 = 0
    for (const sample of this.#samples) {
      const s0 = sample + coefficient * s1 - s2
      s2 = s1
      s1 = s0
    }
    const power = s1 * s1 + s2 * s2 - coefficient * s1 * s2
    return this.#samples.length ? (2 * Math.sqrt(Math.max(0, power))) / this.#samples.length : 0
  }

  get loudest(): number {
    return this.#samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  }

  close(): void {
    this.stopSending()
    this.#socket.close()
  }

  packet({ payload, payloadType, marker = false, timestamp = this.timestamp }: OwnPacket): Uint8Array {
    const data = new Uint8Array(12 + payload.length)
    const view = new DataView(data.buffer)
    view.setUint8(0, 0x80)
    view.setUint8(1, (marker ? 0x80 : 0) | payloadType)
    view.setUint16(2, this.sequence)
    view.setUint32(4, timestamp)
    view.setUint32(8, this.ssrc)
    data.set(payload, 12)
    return data
  }

  #createSocket(): Socket {
    const socket = createSocket(this.host.includes(':') ? 'udp6' : 'udp4')
    socket.on('message', (data) => this.#hear(data))
    socket.on('error', () => {})
    return socket
  }

  #sendNext(): void {
    const samples = this.ptimeMs * 8
    const key = this.#keyPackets.shift()
    if (key) {
      if (key.duration === samples) this.#keyTimestamp = this.timestamp
      const payload = Uint8Array.of(key.event, (key.end ? 0x80 : 0) | 10, key.duration >> 8, key.duration & 255)
      this.sendRaw(this.packet({ payload, payloadType: 101, timestamp: this.#keyTimestamp }), this.#toPort)
      this.#phase += samples
    } else {
      const law = this.law === 'PCMU' ? PCMU : PCMA
      const payload = new Uint8Array(samples)
      for (let i = 0; i < samples; i++) {
        const sample = this.amplitude * Math.sin((2 * Math.PI * this.toneHz * this.#phase++) / RATE_HZ)
        payload[i] = encodeSample(law, Math.round(sample))
      }
      if (!this.loses(this.#sent)) this.sendRaw(this.packet({ payload, payloadType: this.law === 'PCMU' ? 0 : 8 }), this.#toPort)
    }
    this.sequence = (this.sequence + 1) & 0xffff
    if (this.#jammed) this.#sendJammed(this.#jammed, samples)
    this.timestamp = (this.timestamp + samples) >>> 0
  }

  #sendJammed(key: { readonly event: number; duration: number; readonly timestamp: number }, samples: number): void {
    key.duration = Math.min(key.duration + samples, 0xffff)
    const payload = Uint8Array.of(key.event, 10, key.duration >> 8, key.duration & 255)
    this.sendRaw(this.packet({ payload, payloadType: 101, timestamp: key.timestamp }), this.#toPort)
    this.sequence = (this.sequence + 1) & 0xffff
  }

  #hear(data: Buffer): void {
    const second = data.readUInt8(1)
    if (second >= 192 && second <= 223) {
      this.reports.push(data)
      return
    }
    const payloadType = data.readUInt8(1) & 0x7f
    this.packets.push({
      atMs: performance.now(),
      marker: data.readUInt8(1) >= 0x80,
      sequence: data.readUInt16BE(2),
      timestamp: data.readUInt32BE(4),
      ssrc: data.readUInt32BE(8),
      payloadType,
      size: data.length - 12,
    })
    const law = payloadType === 0 ? PCMU : PCMA
    for (let i = 12; i < data.length; i++) this.#samples.push(decodeSample(law, data[i] as number))
  }
}
