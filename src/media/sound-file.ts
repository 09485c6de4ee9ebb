/** A sound of the disk, made ready for the media plane's rate. */
import { readFile } from 'node:fs/promises'
import { RATE_HZ } from '../audio/frame.ts'
import { resample } from '../audio/resample.ts'
import { parseWav, toMono } from '../audio/wav.ts'
import { Invalid } from '../base/errors.ts'

/** How far a loop is continued at both ends, so that the filter finds at the seam what will be heard there; parts of a second. */
const seamPart = 10

/**
 * Reads a WAV file as 16-bit mono at the media plane's rate.
 * @param loop it will be played round and round: the seam stays as smooth as the file has it
 * @throws Invalid naming the file when it is missing or is no WAV that can be read
 */
export async function readSoundFile(path: string, { loop = false }: { readonly loop?: boolean } = {}): Promise<Int16Array> {
  try {
    const wav = parseWav(await readFile(path))
    const pcm = toMono(wav)
    return loop ? resampleLoop(pcm, wav.rateHz) : resample(pcm, { fromHz: wav.rateHz, toHz: RATE_HZ })
  } catch (cause) {
    throw new Invalid(`the sound ${path} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

function resampleLoop(pcm: Int16Array, fromHz: number): Int16Array {
  const margin = Math.min(Math.floor(fromHz / seamPart), pcm.length)
  const round = new Int16Array(pcm.length + 2 * margin)
  round.set(pcm.subarray(pcm.length - margin))
  round.set(pcm, margin)
  round.set(pcm.subarray(0, margin), margin + pcm.length)
  const resampled = resample(round, { fromHz, toHz: RATE_HZ })
  const start = Math.round((margin * RATE_HZ) / fromHz)
  return resampled.slice(start, start + Math.round((pcm.length * RATE_HZ) / fromHz))
}
