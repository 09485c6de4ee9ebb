/** What the tests of the media plane share: an engine over loopback, telephones joined to it, waiting with a deadline. */
import { silentLog } from '../../base/log.ts'
import { systemClock } from '../../base/clock.ts'
import { MediaEngine, type MediaEngineOptions, type StreamRequest } from '../engine.ts'
import type { Mix } from '../mix.ts'
import type { Stream, StreamFormat } from '../stream.ts'
import { TonePhone, type PhoneOptions } from './tone-phone.ts'

export type Joined = { readonly phone: TonePhone; readonly stream: Stream }

/** The cap of every jitter buffer here. */
export const MAX_DEPTH_MS = 200

/** Ports below the range that the system gives out by itself. */
let nextPort = 20_000 + (process.pid % 50) * 200

export class Scene {
  readonly engine: MediaEngine
  readonly #joined: Joined[] = []

  constructor(options: Partial<MediaEngineOptions> = {}) {
    nextPort += 20
    this.engine = new MediaEngine({
      log: silentLog,
      clock: systemClock,
      listen: [{ host: '127.0.0.1', port: nextPort }, { host: '::1', port: nextPort }],
      workers: 1,
      driver: 'auto',
      maxDepthMs: MAX_DEPTH_MS,
      silenceLimitMs: 0,
      ...options,
    })
  }

  /** A telephone that sends its tone, its stream negotiated, in `mix` if one is given. */
  async join(
    options: PhoneOptions,
    { mix, format, request, sending = true }: {
      readonly mix?: Mix
      readonly format?: Partial<StreamFormat>
      readonly request?: Partial<StreamRequest>
      readonly sending?: boolean
    } = {},
  ): Promise<Joined> {
    const phone = await new TonePhone(options).open()
    const stream = await this.openStream({ localAddress: phone.host, signallingAddress: phone.host, ...request })
    stream.configure(phone.format(format))
    if (mix) stream.enter(mix)
    if (sending) phone.send(stream.port)
    const joined = { phone, stream }
    this.#joined.push(joined)
    return joined
  }

  openStream(request: Partial<StreamRequest> = {}): Promise<Stream> {
    return this.engine.openStream({ localAddress: '127.0.0.1', signallingAddress: '127.0.0.1', label: 'test', ...request })
  }

  /** Ends all calls: the next test starts with an empty engine. */
  clear(): void {
    for (const { phone, stream } of this.#joined.splice(0)) {
      stream.close()
      phone.close()
    }
  }

  async close(): Promise<void> {
    this.clear()
    await this.engine.close()
  }
}

/** Waits until `condition` holds. @throws when that has not come to pass within `limitMs` */
export async function until(condition: () => boolean, what: string, limitMs = 6000): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Forgets what the telephones heard, and waits until each has heard `forMs` anew. */
export async function listen(phones: readonly TonePhone[], forMs = 400): Promise<void> {
  for (const phone of phones) phone.forget()
  await until(() => phones.every(({ heardSamples }) => heardSamples >= forMs * 8), `every telephone has heard ${forMs} ms`)
}

/** Lets everything settle that a change still has under way: jitter buffers, frames in flight. */
export async function settle(phones: readonly TonePhone[]): Promise<void> {
  await listen(phones, 160)
}

/** `seconds` of a tone as 16-bit samples. */
export function tone(hz: number, seconds: number, amplitude = 6000): Int16Array {
  const sampleAt = (i: number): number => Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / 8000))
  return Int16Array.from({ length: Math.round(seconds * 8000) }, (_, i) => sampleAt(i))
}
