import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { Scene, listen, settle, tone, until } from './testing/scene.ts'
import type { StreamFormat } from './stream.ts'

describe('media engine', () => {
  let scene: Scene | null = null
  const start = async (options: ConstructorParameters<typeof Scene>[0] = {}): Promise<Scene> => {
    scene = new Scene(options)
    await scene.engine.start()
    return scene
  }
  afterEach(async () => {
    await scene?.close()
    scene = null
  })

  it('skips ports that others hold', async () => {
    const held = createSocket('udp4').bind(15_001, '127.0.0.1')
    await once(held, 'listening')
    await start({ listen: [{ host: '127.0.0.1', port: 15_000 }] })
    const ports = await Promise.all(
      Array.from({ length: 12 }, () => scene?.openStream()),
    )
    const numbers = ports.map((stream) => stream?.port ?? 0).toSorted((a, b) => a - b)
    expect(numbers[0]).toBe(15_002)
    expect(numbers.every((port) => port % 2 === 0)).toBe(true)
    // Nobody has proven his source yet: each has a pair of his own.
    expect(new Set(numbers).size).toBe(12)
    held.close()
  })

  it.each(['batched', 'portable'] as const)('says which address cannot be bound (%s)', async (driver) => {
    scene = new Scene({ driver, listen: [{ host: '192.0.2.77', port: 15_100 }] })
    await expect(scene.engine.start()).rejects.toMatchObject({
      name: 'Unavailable',
      code: 'EADDRNOTAVAIL',
      message: expect.stringMatching(/192\.0\.2\.77:15100/),
    })
  })

  it('refuses a stream of a family that it does not listen on', async () => {
    const { engine } = await start({ listen: [{ host: '127.0.0.1', port: 15_200 }] })
    const request = { localAddress: '::1', signallingAddress: '::1', label: '' }
    await expect(engine.openStream(request)).rejects.toMatchObject({ code: 'no-media-address' })
  })

  it('shares a pair of ports among calls whose sources are proven', async () => {
    const { engine } = await start({ listen: [{ host: '127.0.0.1', port: 15_300 }] })
    const mix = engine.openMix({ label: 'room' })
    const phones = []
    for (let i = 0; i < 20; i++) {
      const joined = await scene?.join({ toneHz: 300 + i * 100, amplitude: 1000 }, { mix })
      if (!joined) throw new Error('joined')
      await until(() => joined.phone.packets.length > 2, 'it has been answered')
      phones.push(joined)
    }
    expect(new Set(phones.map(({ stream }) => stream.port)).size).toBeLessThanOrEqual(9)
    await settle(phones.map(({ phone }) => phone))
    await listen(phones.map(({ phone }) => phone), 400)
    for (const { phone } of phones) {
      expect(phone.hears(phone.toneHz)).toBeLessThan(100)
      expect(phone.hears(phone.toneHz === 300 ? 400 : 300)).toBeGreaterThan(600)
    }
  })

  it.each(['batched', 'portable'] as const)('tells once when nothing comes from a call (%s)', async (driver) => {
    const here = await start({ driver, silenceLimitMs: 600 })
    const { phone, stream } = await here.join({ toneHz: 500 })
    const held = await here.join({ toneHz: 500 }, { format: { receiving: false }, sending: false })
    let silent = 0
    let wrong = 0
    stream.on('silent', () => silent++)
    held.stream.on('silent', () => wrong++)
    await listen([phone], 1500)
    expect(silent).toBe(0)
    phone.stopSending()
    await until(() => silent === 1, 'silence was told')
    phone.send(stream.port)
    await listen([phone], 300)
    phone.stopSending()
    await until(() => silent === 2, 'silence was told again')
    expect(wrong).toBe(0)
  })

  it.each(['batched', 'portable'] as const)('survives the death of a worker (%s)', async (driver) => {
    const here = await start({ driver })
    const { engine } = here
    const music = engine.addSound('music', { pcm: tone(2000, 0.25), loop: true })
    const mix = engine.openMix({ label: 'room' })
    mix.setMusic(music)
    const { stream } = await here.join({ toneHz: 500 }, { mix })
    const playing = stream.play([music])
    const announcing = mix.announce([music])
    let lost = 0
    let told: Error | null = null
    stream.on('lost', () => lost++)
    engine.on('worker-lost', (error) => (told = error))
    stream.configure({ receive: null } as unknown as StreamFormat) // a bug in the worker
    await until(() => told !== null, 'the loss was told')
    expect(lost).toBe(1)
    expect(stream.closed).toBe(true)
    expect(await playing).toBe('closed')
    expect(await announcing).toBe('closed')
    expect(mix.closed).toBe(false)
    const next = await here.join({ toneHz: 900 }, { mix })
    expect(next.stream.port).toBe(stream.port) // the dead worker's sockets are closed
    await settle([next.phone])
    await listen([next.phone])
    expect(next.phone.hears(2000)).toBeGreaterThan(4000)
  })

  it('leaves nothing behind', async () => {
    const before = process.getActiveResourcesInfo().length
    const here = await start()
    const { stream } = await here.join({ toneHz: 500 })
    const mix = here.engine.openMix({ label: 'room' })
    await here.close()
    expect(stream.closed).toBe(true)
    expect(mix.closed).toBe(true)
    expect(here.engine.stats()).toEqual([])
    await expect(here.openStream()).rejects.toMatchObject({ code: 'media-down' })
    await until(() => process.getActiveResourcesInfo().length <= before, 'threads and sockets are gone')
  })
})
