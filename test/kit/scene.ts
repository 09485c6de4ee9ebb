/** What every scenario begins with: a server, rooms, people with phones; and the questions about who hears whom. */
import type { Conference, ConferenceDraftInput } from '../../src/model/conference.ts'
import { expect } from 'vitest'
import type { DialOptions } from './dialling.ts'
import { hasOtherSound, judge, loudness, silenceDb } from './ears.ts'
import type { PhoneCall } from './phone-call.ts'
import { Phone, type PhoneOptions } from './phone.ts'
import { Server, type ServerOptions } from './server.ts'
import { until } from './wait.ts'

export type PersonOptions = Omit<Partial<PhoneOptions>, 'number' | 'secret' | 'target'> & {
  readonly transport?: 'udp' | 'tcp'
  readonly target?: PhoneOptions['target']
}

const windowMs = 300
const settledWithinMs = 6000

export class Scene {
  readonly server: Server
  readonly #phones: Phone[] = []
  #nextNumber = 2000
  #nextRoom = 7000

  constructor(server: Server) {
    this.server = server
  }

  static async begin(options: ServerOptions = {}): Promise<Scene> {
    return new Scene(await Server.start(options))
  }

  /** Hangs up all phones, stops the server; complains when it did not end well. */
  async end(): Promise<void> {
    await this.clear()
    await this.server.discard()
  }

  /** Hangs up all phones and waits until their rooms are closed; for `afterEach`. */
  async clear(): Promise<void> {
    await Promise.all(this.#phones.splice(0).map((phone) => phone.close()))
  }

  /** A conference with a number of its own unless one is given. */
  room(draft: Partial<ConferenceDraftInput> = {}): Promise<Conference> {
    const number = draft.number ?? String(this.#nextRoom++)
    return this.server.api.createConference({ name: `Room ${number}`, number, ...draft })
  }

  /** An employee made by the API, and a phone with the account; not registered. */
  async person(options: PersonOptions = {}): Promise<Phone> {
    const number = String(this.#nextNumber++)
    const { secret } = await this.server.api.createEmployee({ name: `Person ${number}`, number })
    return this.phone({ number, secret, ...options })
  }

  /** Any phone; closed with the scene. */
  async phone({
    transport,
    ...options
  }: PersonOptions & { readonly number: string; readonly secret: string | null }): Promise<Phone> {
    const phone = await Phone.open({ target: this.server.sip(transport), ...options })
    this.#phones.push(phone)
    return phone
  }

  /** As many people as tones, each calling `number`, one after another. */
  async meeting<const Tones extends readonly (number | null)[]>(
    number: string,
    tones: Tones,
    options: DialOptions = {},
  ): Promise<{ [Index in keyof Tones]: PhoneCall }> {
    const calls: PhoneCall[] = []
    for (const toneHz of tones) calls.push(await (await this.person({ toneHz })).call(number, options))
    // One call for each tone: the same length and order.
    return calls as { [Index in keyof Tones]: PhoneCall }
  }

  /** Waits until `count` participants are in the room with `number`. */
  async untilInside(number: string, count: number, limitMs = 5000): Promise<void> {
    await until(
      async () => {
        const rooms = await this.server.api.rooms()
        return (rooms.find((room) => room.number === number)?.participants.length ?? 0) === count
      },
      { what: `${count} participants in ${number}`, limitMs },
    )
  }

  /** Waits for the finished row of a call and gives its reason. */
  async endReason(callId: string, limitMs = 5000): Promise<string> {
    const stay = await until(
      async () => (await this.server.api.history()).find((one) => one.callId === callId && one.endReason !== null),
      {
        what: `the finished row of call ${callId}`,
        limitMs,
      },
    )
    return stay.endReason ?? ''
  }
}

/**
 * Expects that `call` comes to hear exactly `tones` out of `among`, and goes on hearing exactly them. Sound takes a moment to
 * arrive, and a busy machine sends late now and then: windows are listened to until two in a row are right.
 */
export async function expectHears(call: PhoneCall, tones: readonly number[], among: readonly number[]): Promise<void> {
  const wanted = [...tones].sort((a, b) => a - b)
  const verdict = async () => {
    const samples = await call.sound.listen(windowMs)
    const heard = judge(samples, among)
    const other = hasOtherSound(samples, among)
    const isRight =
      heard.unclear.length === 0 &&
      !other &&
      heard.tones.length === wanted.length &&
      wanted.every((tone) => heard.tones.includes(tone))
    return {
      isRight,
      hears: [...heard.tones].sort((a, b) => a - b),
      unclear: heard.unclear,
      other,
      loudness: Math.round(heard.loudness),
    }
  }
  const deadline = performance.now() + settledWithinMs
  let before = await verdict()
  let last = await verdict()
  while (!(before.isRight && last.isRight) && performance.now() < deadline) [before, last] = [last, await verdict()]
  if (!before.isRight) last = before
  expect({ hears: last.hears, unclear: last.unclear, other: last.other, loudness: last.loudness }).toEqual({
    hears: wanted,
    unclear: [],
    other: false,
    loudness: last.loudness,
  })
}

/** Expects silence: nothing but the line's idle noise, and that sound packets come all the same. */
export async function expectSilence(call: PhoneCall): Promise<void> {
  await expectSound(call, 'silence')
}

/** Expects music or speech: sound that is none of `tones`. */
export async function expectMusic(call: PhoneCall, tones: readonly number[] = []): Promise<void> {
  await expectSound(call, 'music', tones)
}

async function expectSound(call: PhoneCall, wanted: 'silence' | 'music', tones: readonly number[] = []): Promise<void> {
  const verdict = async () => {
    const samples = await call.sound.listen(windowMs)
    const sound = hasOtherSound(samples, tones) ? 'music' : 'silence'
    return { sound, loudness: Math.round(loudness(samples)), quiet: loudness(samples) < silenceDb }
  }
  const deadline = performance.now() + settledWithinMs
  let last = await verdict()
  while (last.sound !== wanted && performance.now() < deadline) last = await verdict()
  expect(last).toMatchObject({ sound: wanted, ...(wanted === 'silence' && { quiet: true }) })
}
