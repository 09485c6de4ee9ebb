/** Everything a room can say, loaded once at start: spoken prompts by language, tones, music. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Sound } from '../media/sound.ts'
import { readSoundFile } from '../media/sound-file.ts'
import { joinTone, leaveTone } from '../media/tones.ts'
import { languages, type Language } from '../model/language.ts'

export const promptNames = ['enter-pin', 'wrong-pin', 'goodbye', 'conference-ended'] as const
export type PromptName = (typeof promptNames)[number]

/** The part of the media engine that takes sounds. */
export interface SoundShelf {
  addSound(name: string, options: { readonly pcm: Int16Array; readonly loop?: boolean }): Sound
}

export type Prompts = {
  readonly spoken: (language: Language, prompt: PromptName) => Sound
  /** For one who is alone. */
  readonly music: Sound
  readonly tones: { readonly joined: Sound; readonly left: Sound }
}

/**
 * Loads `<language>/<prompt>.wav` and `music/default.wav`, each from the first of `folders` that has it: an administrator's
 * own sounds come before those that were made for veche.
 * @throws Invalid naming the file when one is missing or is no sound.
 */
export async function loadPrompts(folders: readonly string[], shelf: SoundShelf): Promise<Prompts> {
  const pathOf = (name: string): string => {
    const paths = folders.map((folder) => join(folder, `${name}.wav`))
    return paths.find((path) => existsSync(path)) ?? paths.at(-1) ?? name
  }
  const spoken = new Map<string, Sound>()
  for (const language of languages) {
    for (const prompt of promptNames) {
      const name = `${language}/${prompt}`
      spoken.set(name, shelf.addSound(name, { pcm: await readSoundFile(pathOf(name)) }))
    }
  }
  const music = shelf.addSound('music/default', { pcm: await readSoundFile(pathOf('music/default'), { loop: true }), loop: true })
  const tones = { joined: shelf.addSound('tone/joined', { pcm: joinTone() }), left: shelf.addSound('tone/left', { pcm: leaveTone() }) }
  return {
    // Every pair of language and prompt was put in by the loop above.
    spoken: (language, prompt) => spoken.get(`${language}/${prompt}`)!,
    music,
    tones,
  }
}
