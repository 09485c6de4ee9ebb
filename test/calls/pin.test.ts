/** The PIN at the door: right, wrong, interrupted, by key press of either kind; heard by nobody inside. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loudness, toneSet } from '../kit/ears.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import type { Phone } from '../kit/phone.ts'
import { expectHears, expectMusic, expectSilence, Scene } from '../kit/scene.ts'
import { until } from '../kit/wait.ts'

const tones = toneSet(2)
const [insider = 0, visitor = 0] = tones

let scene: Scene

beforeAll(async () => {
  scene = await Scene.begin()
})
afterEach(() => scene.clear())
afterAll(() => scene.end())

/** A room with a PIN and one inside; a visitor who hears the prompt at its door. */
async function atTheDoor(pin: string): Promise<{ number: string; inside: PhoneCall; call: PhoneCall }> {
  const { number } = await scene.room({ pin })
  const [inside] = await scene.meeting(number, [insider])
  await inside.sound.press(pin)
  await scene.untilInside(number, 1)
  const call = await (await scene.person({ toneHz: visitor })).call(number)
  await expectMusic(call)
  return { number, inside: inside, call }
}

async function expectInside({ number, inside, call }: { number: string; inside: PhoneCall; call: PhoneCall }): Promise<void> {
  await scene.untilInside(number, 2)
  await expectHears(call, [insider], tones)
  await expectHears(inside, [visitor], tones)
}

describe('a room with a PIN', () => {
  it('lets in at once who presses the right one, with the prompt still being spoken', async () => {
    const place = await atTheDoor('1234')
    await place.call.sound.press('1234')
    await expectInside(place)
  })

  it('takes a # after it as well', async () => {
    const place = await atTheDoor('77')
    await place.call.sound.press('77#')
    await expectInside(place)
  })

  it('knows 0000 as a PIN, and one digit, and twenty', async () => {
    for (const pin of ['0000', '0', '12345678901234567890']) {
      const place = await atTheDoor(pin)
      await place.call.sound.press(pin, { pressMs: 40, gapMs: 40 })
      await expectInside(place)
      await scene.clear()
    }
  })

  it('takes digits of SIP INFO, in both forms', async () => {
    const place = await atTheDoor('48')
    expect((await place.call.info('4')).status).toBe(200)
    expect((await place.call.info('8', 'application/dtmf')).status).toBe(200)
    await expectInside(place)
  })

  it('counts a press that comes both ways once', async () => {
    const place = await atTheDoor('5505')
    for (const digit of '5505') await Promise.all([place.call.sound.press(digit), place.call.info(digit)])
    await expectInside(place)
  })

  it('falls silent at the first digit and waits', async () => {
    const { call } = await atTheDoor('1234')
    await call.sound.press('1')
    const pressedMs = performance.now()
    await until(() => call.sound.recording.since(pressedMs).length >= 20, { what: 'sound packets' })
    await expectSilence(call)
  })

  it('asks again after a wrong one, and takes the right one then', async () => {
    const place = await atTheDoor('1234')
    await place.call.sound.press('4321#')
    await expectMusic(place.call)
    await scene.untilInside(place.number, 1)
    await place.call.sound.press('1234')
    await expectInside(place)
  })

  it('says goodbye after the third wrong one, hangs up, and writes it down', async () => {
    const { number, inside, call } = await atTheDoor('1234')
    for (const wrong of ['1#', '54321#', '#']) await call.sound.press(wrong)
    await expectMusic(call)
    // Too late: whatever is pressed now changes nothing.
    await call.sound.press('1234')
    const end = await call.untilEnded(12_000)
    expect(end.reason).toContain('wrong-pin')
    await scene.untilInside(number, 1)
    expect(await scene.endReason(call.callId)).toBe('wrong-pin')
    expect((await scene.server.api.stay(call.callId))?.enteredAt).toBeNull()
    await expectMusic(inside)
  })

  it('writes down who hangs up at the door', async () => {
    const { call } = await atTheDoor('1234')
    await call.sound.press('12')
    await call.hangUp()
    expect(await scene.endReason(call.callId)).toBe('no-pin')
  })

  it('never logs a digit or a PIN', async () => {
    const place = await atTheDoor('90817263')
    await place.call.sound.press('90817263')
    await expectInside(place)
    expect(scene.server.output).not.toContain('90817263')
  })
})

describe('digits inside a room', () => {
  it('are heard by nobody', async () => {
    const { number } = await scene.room()
    const [a, b] = await scene.meeting(number, [null, null])
    await expectSilence(a)
    const listening = a.sound.listen(900)
    await b.sound.press('0123*#', { pressMs: 80, gapMs: 40 })
    expect(loudness(await listening)).toBeLessThan(-55)
  })
})

describe('guessing PINs', () => {
  /** Three wrong ones in one call. */
  async function guess(number: string, guesser: Phone): Promise<void> {
    const call = await guesser.call(number)
    for (const digit of '1#2#3#') await call.info(digit).catch(() => {})
    await call.hangUp().catch(() => {})
  }

  it('over many calls is refused before long, and keeps nobody else out', async () => {
    const { number } = await scene.room({ pin: '8642' })
    const guesser = await scene.person()
    const guesses = async () => {
      for (let calls = 0; calls < 8; calls++) await guess(number, guesser)
    }
    await expect(guesses()).rejects.toThrow('refused with 403 Too Many Wrong PINs')
    const other = await scene.room({ pin: '1' })
    await (await guesser.call(other.number)).info('1')
    await scene.untilInside(other.number, 1)
    const colleague = await (await scene.person()).call(number)
    for (const digit of '8642') await colleague.info(digit)
    await scene.untilInside(number, 1)
  })

  it('in many calls at once teaches no more', async () => {
    const { number } = await scene.room({ pin: '7' })
    const guesser = await scene.person()
    const calls = await Promise.all(Array.from({ length: 4 }, () => guesser.call(number)))
    const [last, ...others] = calls
    for (const call of others) for (const digit of '1#2#3#') await call.info(digit).catch(() => {})
    await last?.info('7')
    expect((await last?.untilEnded())?.by).toBe('server')
    expect(await scene.endReason(last?.callId ?? '')).toBe('wrong-pin')
  })
})
