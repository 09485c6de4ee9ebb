import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ntpHigh, ntpLow, ntpMiddle } from '../rtp/rtcp-time.ts'
import { readRtcp, writeRtcp, type Reports } from '../rtp/rtcp.ts'
import { Scene, until } from './testing/scene.ts'

const read = (data: Buffer): Reports => {
  const reports = readRtcp(new DataView(data.buffer, data.byteOffset, data.length), 0, data.length)
  if (!reports) throw new Error('not RTCP')
  return reports
}

describe.each(['batched', 'portable'] as const)('reports (%s driver)', (driver) => {
  const scene = new Scene({ driver })
  let socket: Socket
  const heard: Buffer[] = []

  beforeAll(() => scene.engine.start())
  afterEach(() => {
    scene.clear()
    heard.length = 0
  })
  afterAll(() => scene.close())

  it('go to the RTCP port, tell of both directions, take in what comes back, and say goodbye', async () => {
    socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    socket.on('message', (data) => heard.push(data))
    const { phone, stream } = await scene.join({ toneHz: 500 }, { sending: false })
    phone.loses = (index) => index % 4 === 0
    const format = phone.format()
    stream.configure({ ...format, remote: { ...format.remote, rtcpPort: socket.address().port } })
    phone.send(stream.port)
    await until(() => heard.length > 0, 'a report comes', 8000)

    const first = read(heard[0] as Buffer)
    const [packet] = phone.packets
    expect(first.ssrc).toBe(packet?.ssrc)
    expect(first.cname).toMatch(/^veche-/)
    expect(first.sender?.packets).toBeGreaterThan(20)
    expect(first.sender?.octets).toBe((first.sender?.packets ?? 0) * 160)
    expect(Math.abs((first.sender?.ntpHigh ?? 0) - ntpHigh(Date.now()))).toBeLessThan(3)
    // Its RTP timestamp is that of the packets of the same moment.
    const nearest = phone.packets.at(-1)
    expect(Math.abs(((first.sender?.timestamp ?? 0) - (nearest?.timestamp ?? 0)) | 0)).toBeLessThan(160 * 4)
    expect(first.byes).toEqual([])
    const [block] = first.blocks
    expect(block?.ssrc).toBe(phone.ssrc)
    expect(block?.fractionLost).toBeGreaterThan(40)
    expect(block?.fractionLost).toBeLessThan(80)

    // The other end answers, half a second after the report that it saw.
    const view = new DataView(new ArrayBuffer(400))
    const sizeBytes = writeRtcp(view, 0, {
      ssrc: phone.ssrc,
      sender: null,
      cname: 'phone',
      bye: false,
      block: {
        ssrc: first.ssrc, fractionLost: 64, lost: 9, highestSequence: 1, jitter: 2,
        lastSenderReport: ntpMiddle(ntpHigh(Date.now() - 700), ntpLow(Date.now() - 700)),
        sinceSenderReport: Math.round(0.5 * 65536),
      },
    })
    socket.send(new Uint8Array(view.buffer, 0, sizeBytes), stream.port + 1, '127.0.0.1')
    await until(() => stream.stats().roundTripMs !== null, 'the round trip is known')
    expect(stream.stats().roundTripMs).toBeGreaterThan(190)
    expect(stream.stats().roundTripMs).toBeLessThan(300)
    expect(stream.stats().remoteLossFraction).toBe(0.25)
    expect(stream.stats().packetsRefused).toBe(0)

    const before = heard.length
    stream.close()
    await until(() => heard.length > before, 'the goodbye comes')
    expect(read(heard.at(-1) as Buffer).byes).toEqual([first.ssrc])
    socket.close()
  })

  it('go to the port of sound when muxed, and are told from sound there', async () => {
    const { phone, stream } = await scene.join({ toneHz: 500 }, { sending: false })
    const format = phone.format()
    stream.configure({ ...format, remote: { ...format.remote, rtcpPort: phone.port, rtcpMux: true } })
    phone.send(stream.port)
    await until(() => phone.reports.length > 0, 'a report comes', 8000)
    const { ssrc } = read(phone.reports[0] as Buffer)
    const view = new DataView(new ArrayBuffer(400))
    const block = { ssrc, fractionLost: 128, lost: 1, highestSequence: 1, jitter: 2, lastSenderReport: 0, sinceSenderReport: 0 }
    const sizeBytes = writeRtcp(view, 0, { ssrc: phone.ssrc, sender: null, cname: 'phone', bye: false, block })
    phone.sendRaw(new Uint8Array(view.buffer, 0, sizeBytes), stream.port)
    await until(() => stream.stats().remoteLossFraction === 0.5, 'the report is read')
    expect(stream.stats().roundTripMs).toBeNull()
  })

  it('of strangers change nothing', async () => {
    const { phone, stream } = await scene.join({ toneHz: 500 })
    await until(() => phone.packets.length > 3, 'it flows')
    socket = createSocket('udp4').bind(0, '127.0.0.2')
    await once(socket, 'listening')
    const view = new DataView(new ArrayBuffer(400))
    const { ssrc = 0 } = phone.packets[0] ?? {}
    const block = { ssrc, fractionLost: 128, lost: 1, highestSequence: 1, jitter: 2, lastSenderReport: 0, sinceSenderReport: 0 }
    const sizeBytes = writeRtcp(view, 0, { ssrc: phone.ssrc, sender: null, cname: 'phone', bye: true, block })
    for (let i = 0; i < 5; i++) socket.send(new Uint8Array(view.buffer, 0, sizeBytes), stream.port + 1, '127.0.0.1')
    const { packetsReceived } = stream.stats()
    await until(() => stream.stats().packetsReceived > packetsReceived + 60, 'two seconds went by')
    expect(stream.stats().remoteLossFraction).toBeNull()
    socket.close()
  })
})
