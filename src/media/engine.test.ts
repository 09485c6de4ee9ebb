import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Sound } from './sound.ts'
import { MAX_DEPTH_MS, Scene, listen, settle, tone, until } from './testing/scene.ts'
import { TonePhone } from './testing/tone-phone.ts'

/** A tone of 8000 is heard at 8000; what leaks or hisses is far below this. */
const HEARD = 5000
const SILENT = 150

describe.each(['batched', 'portable'] as const)('media engine (%s driver)', (driver) => {
  const scene = new Scene({ driver })
  const { engine } = scene
  let music: Sound
  let prompt: Sound

  beforeAll(async () => {
    await engine.start()
    music = engine.addSound('music', { pcm: tone(2000, 0.25), loop: true })
    prompt = engine.addSound('prompt', { pcm: tone(2500, 0.3) })
  })
  afterEach(() => scene.clear())
  afterAll(() => scene.close())

  it('runs the driver that was asked for', () => {
    expect(engine.driver).toBe(driver)
    expect(engine.driverReason).toBe(driver === 'batched' ? null : 'the configuration asks for it')
  })

  it('lets each hear all others and not itself, whatever code and packet length it uses', async () => {
    const mix = engine.openMix({ label: 'room' })
    const lengths = [10, 20, 30, 40, 60, 20]
    const tones = [400, 700, 1000, 1300, 1600, 1900]
    const members = await Promise.all(
      tones.map((toneHz, i) => {
        const law = i % 2 ? 'PCMA' : 'PCMU'
        return scene.join({ toneHz, law, ptimeMs: lengths[i] ?? 20, amplitude: 4000 }, { mix })
      }),
    )
    const phones = members.map(({ phone }) => phone)
    await settle(phones)
    await listen(phones, 600)
    for (const phone of phones) {
      for (const toneHz of tones) {
        if (toneHz === phone.toneHz) expect(phone.hears(toneHz), `${phone.toneHz} hears itself`).toBeLessThan(SILENT)
        else expect(phone.hears(toneHz), `${phone.toneHz} hears ${toneHz}`).toBeGreaterThan(3200)
      }
    }
    mix.close()
  })

  it('numbers its packets without a gap, times them by the frame, marks the first alone', async () => {
    const mix = engine.openMix({ label: 'room' })
    const members = await Promise.all([10, 20, 30, 60].map((ptimeMs) => scene.join({ toneHz: 500, ptimeMs }, { mix })))
    await until(() => members.every(({ phone }) => phone.packets.length >= 20), 'everybody has twenty packets')
    const [held] = members
    held?.stream.hold({ music })
    await listen(members.map(({ phone }) => phone), 300)
    for (const { phone } of members) {
      const { packets } = phone
      for (let i = 1; i < packets.length; i++) {
        const [before, packet] = [packets[i - 1], packets[i]]
        if (!before || !packet) continue
        expect((packet.sequence - before.sequence) & 0xffff).toBe(1)
        expect((packet.timestamp - before.timestamp) >>> 0).toBe(phone.ptimeMs * 8)
        expect(packet.size).toBe(phone.ptimeMs * 8)
        expect(packet.marker).toBe(false)
        expect(packet.ssrc).toBe(before.ssrc)
      }
    }
    mix.close()
  })

  it('plays music to one alone, ends it within a frame of the second, and returns at one', async () => {
    const mix = engine.openMix({ label: 'room' })
    mix.setMusic(music)
    const first = await scene.join({ toneHz: 500 }, { mix })
    await settle([first.phone])
    await listen([first.phone])
    expect(first.phone.hears(2000)).toBeGreaterThan(HEARD)
    expect(first.phone.hears(500)).toBeLessThan(SILENT)

    const second = await scene.join({ toneHz: 900 }, { mix })
    await settle([first.phone, second.phone])
    await listen([first.phone, second.phone])
    expect(first.phone.hears(2000)).toBeLessThan(SILENT)
    expect(second.phone.hears(2000)).toBeLessThan(SILENT)
    expect(first.phone.hears(900)).toBeGreaterThan(HEARD)

    second.stream.close()
    await settle([first.phone])
    await listen([first.phone])
    expect(first.phone.hears(2000)).toBeGreaterThan(HEARD)
    expect(first.phone.hears(900)).toBeLessThan(SILENT)
    mix.close()
  })

  it('conceals what is lost and counts it', async () => {
    const mix = engine.openMix({ label: 'room' })
    const listener = await scene.join({ toneHz: 500 }, { mix })
    const lossy = await scene.join({ toneHz: 1000 }, { mix })
    lossy.phone.loses = (index) => index % 10 === 0
    await settle([listener.phone])
    await listen([listener.phone], 1000)
    expect(listener.phone.hears(1000)).toBeGreaterThan(HEARD)
    // A machine that is busy makes both telephones stumble alike.
    const concealed = (): number => lossy.stream.stats().framesConcealed - listener.stream.stats().framesConcealed
    await until(() => concealed() >= 3, 'concealed frames are counted')
    mix.close()
  })

  it('keeps a held call apart: it hears its music, and nobody hears it', async () => {
    const mix = engine.openMix({ label: 'room' })
    const [a, b, c] = await Promise.all([500, 900, 1300].map((toneHz) => scene.join({ toneHz }, { mix })))
    if (!a || !b || !c) throw new Error('three joined')
    const phones = [a.phone, b.phone, c.phone]
    await settle(phones)
    a.stream.hold({ music })
    await settle(phones)
    await listen(phones)
    expect(a.phone.hears(2000)).toBeGreaterThan(HEARD)
    expect(a.phone.hears(900)).toBeLessThan(SILENT)
    expect(b.phone.hears(500)).toBeLessThan(SILENT)
    expect(b.phone.hears(1300)).toBeGreaterThan(HEARD)
    a.stream.hold({ music: null })
    await settle(phones)
    await listen(phones)
    expect(a.phone.loudest).toBeLessThan(20)
    a.stream.hold(false)
    await settle(phones)
    await listen(phones)
    expect(a.phone.hears(900)).toBeGreaterThan(HEARD)
    expect(b.phone.hears(500)).toBeGreaterThan(HEARD)
    mix.close()
  })

  it('mutes towards the mix, not from it', async () => {
    const mix = engine.openMix({ label: 'room' })
    const [a, b] = await Promise.all([500, 900].map((toneHz) => scene.join({ toneHz }, { mix })))
    if (!a || !b) throw new Error('two joined')
    const digits: string[] = []
    a.stream.on('digit', (digit) => digits.push(digit))
    a.stream.mute(true)
    await settle([a.phone, b.phone])
    await listen([a.phone, b.phone])
    expect(b.phone.loudest).toBeLessThan(20)
    expect(a.phone.hears(900)).toBeGreaterThan(HEARD)
    a.phone.press(5)
    await until(() => digits.length > 0, 'the digit of a muted call arrives')
    a.stream.mute(false)
    await settle([a.phone, b.phone])
    await listen([b.phone])
    expect(b.phone.hears(500)).toBeGreaterThan(HEARD)
    mix.close()
  })

  it('plays to one alone, in place of what it heard, and says how that ended', async () => {
    const mix = engine.openMix({ label: 'room' })
    const [a, b] = await Promise.all([500, 900].map((toneHz) => scene.join({ toneHz }, { mix })))
    if (!a || !b) throw new Error('two joined')
    await settle([a.phone, b.phone])
    a.phone.forget()
    b.phone.forget()
    expect(await a.stream.play([prompt, prompt])).toBe('finished')
    expect(a.phone.packets.length).toBeGreaterThanOrEqual(29)
    expect(a.phone.packets.length).toBeLessThan(36)
    expect(a.phone.hears(2500)).toBeGreaterThan(4000)
    expect(a.phone.hears(900)).toBeLessThan(1500)
    expect(b.phone.hears(2500)).toBeLessThan(SILENT)
    await settle([a.phone])
    await listen([a.phone])
    expect(a.phone.hears(900)).toBeGreaterThan(HEARD)

    const replaced = a.stream.play([music])
    const stopped = a.stream.play([music])
    expect(await replaced).toBe('stopped')
    a.stream.stopPlaying()
    expect(await stopped).toBe('stopped')
    const closed = a.stream.play([music])
    a.stream.close()
    expect(await closed).toBe('closed')
    expect(await a.stream.play([music])).toBe('closed')
    mix.close()
  })

  it('announces to all members over their voices, one announcement after another', async () => {
    const mix = engine.openMix({ label: 'room' })
    const [a, b] = await Promise.all([500, 900].map((toneHz) => scene.join({ toneHz }, { mix })))
    if (!a || !b) throw new Error('two joined')
    const phones = [a.phone, b.phone]
    await settle(phones)
    for (const phone of phones) phone.forget()
    const ends = await Promise.all([mix.announce([prompt]), mix.announce([prompt])])
    expect(ends).toEqual(['finished', 'finished'])
    for (const phone of phones) {
      expect(phone.packets.length).toBeGreaterThanOrEqual(29)
      expect(phone.hears(2500)).toBeGreaterThan(4000)
    }
    expect(a.phone.hears(900)).toBeGreaterThan(HEARD)
    expect(a.phone.hears(500)).toBeLessThan(SILENT)
    const closed = mix.announce([music])
    mix.close()
    expect(await closed).toBe('closed')
  })

  it('ends the announcement to a room that nobody is in', async () => {
    const mix = engine.openMix({ label: 'room' })
    expect(await mix.announce([prompt])).toBe('finished')
    mix.close()
  })

  it('sends silence to a call that is in no mix', async () => {
    const { phone } = await scene.join({ toneHz: 500 })
    await settle([phone])
    await listen([phone])
    expect(phone.loudest).toBeLessThan(20)
  })

  it('works over IPv6', async () => {
    const mix = engine.openMix({ label: 'room' })
    const a = await scene.join({ toneHz: 500, host: '::1' }, { mix })
    const b = await scene.join({ toneHz: 900 }, { mix })
    await settle([a.phone, b.phone])
    await listen([a.phone, b.phone])
    expect(a.phone.hears(900)).toBeGreaterThan(HEARD)
    expect(b.phone.hears(500)).toBeGreaterThan(HEARD)
    mix.close()
  })

  it('finds the source behind a NAT, and sends there', async () => {
    const mix = engine.openMix({ label: 'room' })
    const other = await scene.join({ toneHz: 900 }, { mix })
    const behind = await scene.join(
      { toneHz: 500 },
      { mix, format: { remote: { address: '192.168.77.5', port: 4000, rtcpPort: 4001, rtcpMux: false } } },
    )
    await settle([other.phone, behind.phone])
    await listen([other.phone, behind.phone])
    expect(behind.phone.hears(900)).toBeGreaterThan(HEARD)
    expect(other.phone.hears(500)).toBeGreaterThan(HEARD)
    mix.close()
  })

  it('lets the source that the SDP names take over from one behind a NAT', async () => {
    const mix = engine.openMix({ label: 'room' })
    const other = await scene.join({ toneHz: 900 }, { mix })
    const named = await new TonePhone({ toneHz: 1300 }).open()
    const { address, port } = { address: '127.0.0.1', port: named.port }
    const remote = { address, port, rtcpPort: port + 1, rtcpMux: false }
    const weaker = await scene.join({ toneHz: 500 }, { mix, format: { remote } })
    await settle([other.phone, weaker.phone])
    weaker.phone.stopSending()
    named.send(weaker.stream.port)
    await settle([other.phone, named])
    await listen([other.phone, named])
    expect(named.hears(900)).toBeGreaterThan(HEARD)
    expect(other.phone.hears(1300)).toBeGreaterThan(HEARD)
    named.close()
    mix.close()
  })

  it('follows a source whose port changed, once the old one is silent', async () => {
    const mix = engine.openMix({ label: 'room' })
    const other = await scene.join({ toneHz: 900 }, { mix })
    const moving = await scene.join({ toneHz: 500 }, { mix })
    await settle([other.phone, moving.phone])
    moving.phone.stopSending()
    await moving.phone.moveToNewPort()
    await listen([other.phone], 1100)
    moving.phone.send(moving.stream.port)
    await settle([other.phone, moving.phone])
    await listen([other.phone, moving.phone])
    expect(moving.phone.hears(900)).toBeGreaterThan(HEARD)
    expect(other.phone.hears(500)).toBeGreaterThan(HEARD)
    mix.close()
  })

  it('does not hear strangers', async () => {
    const mix = engine.openMix({ label: 'room' })
    const [a, b] = await Promise.all([500, 900].map((toneHz) => scene.join({ toneHz }, { mix })))
    if (!a || !b) throw new Error('two joined')
    await settle([a.phone, b.phone])
    const stranger = await new TonePhone({ toneHz: 1700, host: '127.0.0.1' }).open()
    stranger.ssrc = a.phone.ssrc // knows even that
    stranger.sequence = a.phone.sequence
    stranger.send(a.stream.port)
    await settle([a.phone, b.phone])
    await listen([a.phone, b.phone], 600)
    expect(b.phone.hears(1700)).toBeLessThan(SILENT)
    expect(a.phone.hears(1700)).toBeLessThan(SILENT)
    expect(b.phone.hears(500)).toBeGreaterThan(HEARD)
    expect(stranger.packets).toEqual([])
    for (let i = 0; i < 200; i++) {
      stranger.sendRaw(Uint8Array.from({ length: i }, (_, k) => (k === 0 ? 0x80 | (i & 15) : i * k)), a.stream.port)
    }
    await listen([b.phone], 300)
    expect(b.phone.hears(500)).toBeGreaterThan(HEARD)
    stranger.close()
    mix.close()
  })

  it('never lets the packets of an ended call reach the next one', async () => {
    const mix = engine.openMix({ label: 'room' })
    const witness = await scene.join({ toneHz: 900 }, { mix })
    const ended = await scene.join({ toneHz: 500 }, { mix })
    await settle([witness.phone, ended.phone])
    ended.stream.close() // and its telephone goes on sending
    const next = await Promise.all(Array.from({ length: 20 }, () => scene.openStream()))
    for (const stream of next) {
      stream.configure(witness.phone.format({ remote: { address: '127.0.0.1', port: 9, rtcpPort: 10, rtcpMux: false } }))
      stream.enter(mix)
    }
    const proven: number[] = []
    for (const stream of next) stream.on('proven', ({ port }) => proven.push(port))
    await settle([witness.phone])
    await listen([witness.phone], 600)
    expect(witness.phone.hears(500)).toBeLessThan(SILENT)
    expect(proven).toEqual([])
    for (const stream of next) stream.close()
    mix.close()
  })

  it('sends nothing where the SDP names nobody, or while the other end holds us', async () => {
    const remote = { address: '0.0.0.0', port: 4000, rtcpPort: 4001, rtcpMux: false }
    const nobody = await scene.join({ toneHz: 500 }, { sending: false, format: { remote } })
    const holding = await scene.join({ toneHz: 700 }, { format: { sending: false } })
    const witness = await scene.join({ toneHz: 900 })
    await listen([witness.phone], 500)
    expect(nobody.phone.packets).toEqual([])
    expect(holding.phone.packets).toEqual([])
    holding.stream.configure(holding.phone.format())
    await until(() => holding.phone.packets.length > 3, 'sending goes on')
    expect(holding.phone.packets.map(({ marker }) => marker).slice(0, 3)).toEqual([true, false, false])
  })

  it('shows the line in its statistics', async () => {
    const { phone, stream } = await scene.join({ toneHz: 500 })
    await until(() => stream.stats().packetsReceived > 60, 'packets are counted')
    const stats = stream.stats()
    expect(stats.levelDbov).toBeGreaterThan(-17)
    expect(stats.levelDbov).toBeLessThan(-14)
    // How little is enough is told by the buffer's own tests: here it follows a machine that may be busy.
    expect(stats.depthMs).toBeLessThanOrEqual(MAX_DEPTH_MS)
    expect(stats.packetsSent).toBeGreaterThan(50)
    const [worker] = engine.stats()
    expect(worker?.streams).toBe(1)
    expect(worker?.ticks).toBeGreaterThan(50)
    expect(worker?.latenessMaxMs).toBeGreaterThan(0)
    phone.stopSending()
    stream.close()
    expect(stream.stats().packetsReceived).toBeGreaterThan(60)
  })
})
