import { describe, expect, it } from 'vitest'
import { levelDbov, levelOctet, meanSquareDbov, SILENCE_DBOV, TalkMeter } from './level.ts'

const SECOND = 50

/** Feeds a level for a time; tells in how many of the frames somebody talked. */
function feed(meter: TalkMeter, frames: number, dbov: number | ((frame: number) => number)): number {
  let talking = 0
  for (let f = 0; f < frames; f++) if (meter.update(typeof dbov === 'number' ? dbov : dbov(f))) talking++
  return talking
}

/** Words of 300 ms with 100 ms between them, over a noise. */
const speech = (loudDbov: number, noiseDbov: number) => (f: number): number => (f % 20 < 15 ? loudDbov : noiseDbov)

describe('the level of a frame', () => {
  it.each([
    { name: 'a full-scale square wave', frame: Int16Array.from({ length: 160 }, (_, i) => (i % 2 ? 32767 : -32767)), dbov: 0 },
    { name: 'the largest negative', frame: new Int16Array(160).fill(-32768), dbov: 0 },
    {
      name: 'a full-scale sine', dbov: -3.01,
      frame: Int16Array.from({ length: 160 }, (_, i) => Math.round(32767 * Math.sin((Math.PI * i) / 8))),
    },
    { name: 'a tenth of full scale', frame: new Int16Array(160).fill(3277), dbov: -20 },
    { name: 'the smallest sound', frame: new Int16Array(160).fill(1), dbov: -90.3 },
    { name: 'silence', frame: new Int16Array(160), dbov: SILENCE_DBOV },
    { name: 'no samples', frame: new Int16Array(0), dbov: SILENCE_DBOV },
  ])('$name is $dbov dBov', ({ frame, dbov }) => {
    expect(levelDbov(frame)).toBeCloseTo(dbov, 1)
  })

  it('may be had from a mean square', () => {
    expect(meanSquareDbov(3277 ** 2)).toBeCloseTo(-20, 2)
    expect(meanSquareDbov(0)).toBe(SILENCE_DBOV)
    expect(meanSquareDbov(1e-9)).toBe(SILENCE_DBOV)
  })

  it.each([[0, 0], [-0.4, 0], [-30.6, 31], [-127, 127], [-200, 127], [3, 0]])('%f dBov is the octet %i', (dbov, octet) => {
    expect(levelOctet(dbov)).toBe(octet)
  })
})

describe('talk', () => {
  it('begins within 60 ms and ends within half a second', () => {
    const meter = new TalkMeter()
    expect(feed(meter, 2 * SECOND, -65)).toBe(0)
    expect(feed(meter, 3, -25)).toBe(1)
    expect(feed(meter, SECOND, -25)).toBe(SECOND)
    const hang = feed(meter, SECOND, -65)
    expect(hang).toBeGreaterThan(10)
    expect(hang).toBeLessThan(25)
    expect(meter.talking).toBe(false)
  })

  it('goes on through the pauses between words, for minutes', () => {
    const meter = new TalkMeter()
    feed(meter, SECOND, -65)
    expect(feed(meter, 180 * SECOND, speech(-25, -60))).toBeGreaterThan(180 * SECOND - 5)
  })

  it.each([-22, -30, -38, -44])('is heard at %i dBov over the noise of a mobile', (loud) => {
    const meter = new TalkMeter()
    feed(meter, 5 * SECOND, -58)
    expect(feed(meter, 10 * SECOND, speech(loud, -58))).toBeGreaterThan(10 * SECOND - 10)
  })

  it('is not a click, a cough of the line, or the hiss of a quiet one', () => {
    const meter = new TalkMeter()
    expect(feed(meter, 10 * SECOND, (f) => (f % 10 < 2 ? -20 : -65))).toBe(0)
    expect(feed(new TalkMeter(), 10 * SECOND, -55)).toBe(0)
    expect(feed(new TalkMeter(), 10 * SECOND, SILENCE_DBOV)).toBe(0)
  })

  it('is not the noise of a street, once it is known', () => {
    const meter = new TalkMeter()
    feed(meter, 12 * SECOND, -35)
    expect(feed(meter, 60 * SECOND, (f) => -35 + 4 * Math.sin(f))).toBe(0)
    expect(meter.noiseDbov).toBeGreaterThan(-42)
    expect(feed(meter, 5 * SECOND, speech(-15, -35))).toBeGreaterThan(5 * SECOND - 10)
  })

  it('is heard again at once when the noise ends', () => {
    const meter = new TalkMeter()
    feed(meter, 20 * SECOND, -30)
    feed(meter, SECOND / 2, -60)
    expect(meter.noiseDbov).toBeLessThan(-55)
    expect(feed(meter, SECOND, -40)).toBeGreaterThan(SECOND - 4)
  })

  it('once begun goes on at half the voice, which would not begin it', () => {
    const meter = new TalkMeter()
    feed(meter, 5 * SECOND, -60)
    expect(feed(meter, SECOND, -50 + 0.5)).toBe(0)
    feed(meter, 5 * SECOND, -60)
    feed(meter, 5, -30)
    expect(feed(meter, SECOND, -50 + 0.5)).toBe(SECOND)
  })

  it('is nothing on a line where all is whispers', () => {
    const meter = new TalkMeter()
    feed(meter, 5 * SECOND, -90)
    expect(feed(meter, 5 * SECOND, -51)).toBe(0)
  })

  it('shows a level that rises quickly and falls slowly', () => {
    const meter = new TalkMeter()
    feed(meter, 10, -20)
    expect(meter.levelDbov).toBeGreaterThan(-21)
    feed(meter, 5, -60)
    expect(meter.levelDbov).toBeGreaterThan(-40)
    feed(meter, 2 * SECOND, -60)
    expect(meter.levelDbov).toBeCloseTo(-60, 0)
  })

  it('knows nothing after a reset', () => {
    const meter = new TalkMeter()
    feed(meter, SECOND, -20)
    meter.reset()
    expect(meter.talking).toBe(false)
    expect(meter.levelDbov).toBe(SILENCE_DBOV)
  })
})
