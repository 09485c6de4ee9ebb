import { describe, expect, it } from 'vitest'
import { decodeG711, encodeG711, PCMA } from '../../src/audio/g711.ts'
import { hasOtherSound, judge, loudness, silenceDb, talkAmplitude, toneLevel, toneSet } from './ears.ts'

const samplesIn = (ms: number): number => ms * 8

function tones(frequencies: readonly number[], { amplitude = talkAmplitude, ms = 300 } = {}): Int16Array {
  const samples = new Int16Array(samplesIn(ms))
  for (let i = 0; i < samples.length; i++) {
    let sum = 0
    for (const frequency of frequencies) sum += amplitude * Math.sin((2 * Math.PI * frequency * i) / 8000 + frequency)
    samples[i] = Math.round(sum)
  }
  return samples
}

function throughAlaw(samples: Int16Array): Int16Array {
  const codes = new Uint8Array(samples.length)
  encodeG711(PCMA, samples, codes, 0)
  const heard = new Int16Array(samples.length)
  decodeG711(PCMA, codes, 0, heard)
  return heard
}

describe('the ears of the test phones', () => {
  it('measure the level of a tone', () => {
    expect(toneLevel(tones([1000], { amplitude: 32767 }), 1000)).toBeCloseTo(0, 1)
    expect(toneLevel(tones([1000], { amplitude: 3277 }), 1000)).toBeCloseTo(-20, 1)
    expect(loudness(tones([1000], { amplitude: 3277 }))).toBeCloseTo(-20, 1)
  })

  it('hear each of ten voices and miss the one that is not there', () => {
    const set = toneSet(10)
    for (const [index, missing] of set.entries()) {
      const others = set.filter((_, at) => at !== index)
      const heard = judge(throughAlaw(tones(others)), set)
      expect(heard.unclear).toEqual([])
      expect(heard.tones).toEqual(others)
      expect(heard.tones).not.toContain(missing)
      expect(hasOtherSound(throughAlaw(tones(others)), others)).toBe(false)
    }
  })

  it('call a voice that is much too quiet unclear, not heard', () => {
    const [mine = 0] = toneSet(3)
    expect(judge(tones([mine], { amplitude: talkAmplitude / 4 }), [mine])).toMatchObject({ tones: [], unclear: [mine] })
  })

  it('notice sound that no tone explains', () => {
    const set = toneSet(3)
    expect(hasOtherSound(tones([...set, 1500]), set)).toBe(true)
    expect(hasOtherSound(tones([...set, 1500].slice(0, 3)), set)).toBe(false)
    expect(hasOtherSound(tones([1500], { amplitude: 200 }))).toBe(true)
  })

  it('take the idle code of A-law for silence', () => {
    const idle = throughAlaw(new Int16Array(samplesIn(200)))
    expect(loudness(idle)).toBeLessThan(silenceDb)
    expect(hasOtherSound(idle)).toBe(false)
  })
})
