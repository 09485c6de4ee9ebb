/** A sound of the disk, made ready for the media plane's rate. */
import { readFile } from 'node:fs/promises'
import { Invalid } from '../base/errors.ts'
import { RATE_HZ } from '../audio/frame.ts'
import { resample } from '../audio/resample.ts'
import { parseWav } from '../audio/wav.ts'

/**
 * Reads a WAV file as 16-bit mono at the media plane's rate.
 * @throws Invalid naming the file when it is missing or is no WAV that can be read.
 */
export async function readSoundFile(path: string): Promise<Int16Array> {
  try {
    const { pcm, rateHz } = parseWav(await readFile(path))
    return rateHz === RATE_HZ ? pcm : resample(pcm, { fromHz: rateHz, toHz: RATE_HZ })
  } catch (cause) {
    throw new Invalid(`the sound ${path} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
