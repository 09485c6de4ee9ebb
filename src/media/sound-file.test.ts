import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeWav } from '../audio/wav.ts'
import { readSoundFile } from './sound-file.ts'

async function fileWith(bytes: Uint8Array): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'veche-sound-')), 'x.wav')
  await writeFile(path, bytes)
  return path
}

/** A whole number of periods: its end continues at its beginning. */
function sine(rateHz: number, frequencyHz: number, seconds: number): Int16Array {
  return Int16Array.from({ length: rateHz * seconds }, (_, i) => Math.round(10_000 * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz)))
}

describe('a sound file', () => {
  it('at another rate comes out at ours', async () => {
    const pcm = await readSoundFile(await fileWith(writeWav({ rateHz: 16_000, channels: [sine(16_000, 500, 1)] })))
    expect(pcm.length).toBe(8000)
    expect(Math.abs((pcm[4004] ?? 0) - 10_000)).toBeLessThan(100)
  })

  it('that loops has no seam', async () => {
    const loop = await readSoundFile(await fileWith(writeWav({ rateHz: 16_000, channels: [sine(16_000, 500, 1)] })), { loop: true })
    expect(loop.length).toBe(8000)
    const round = [...loop.subarray(-100), ...loop.subarray(0, 100)]
    const wanted = Array.from({ length: 200 }, (_, i) => 10_000 * Math.sin((2 * Math.PI * 500 * (i - 100)) / 8000))
    expect(Math.max(...round.map((sample, i) => Math.abs(sample - (wanted[i] ?? 0))))).toBeLessThan(30)
  })

  it('that is none is refused by its name', async () => {
    await expect(readSoundFile(await fileWith(Uint8Array.of(1, 2, 3)))).rejects.toThrow(/x\.wav/)
    await expect(readSoundFile('/nowhere/y.wav')).rejects.toThrow(/y\.wav/)
  })
})
