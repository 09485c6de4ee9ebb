// Renders every prompt of texts.json: RHVoice speaks, sox resamples, and what is left here is trimming and level.
//   node prompts/render.mjs              all prompts
//   node prompts/render.mjs goodbye ...  only these
// Needs the Debian packages named in README.md. The same packages give the same bytes.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gainOf, peakDb, RATE_HZ, speechDb, writeWav } from './wav.mjs'

/**
 * Both voices put most of their power into the fundamental, about 200 Hz, which no telephone carries: on a line they
 * would be 10 dB quieter than a person, and dull. `shape` (sox effects) brings their long-term spectrum to that of
 * natural speech (Byrne and others, 1994); the level is set after it.
 */
const VOICES = {
  ru: {
    name: 'elena',
    // A little under the voice's own pace: on a line the endings of Russian words are easily lost.
    ratePercent: 94,
    shape: ['highpass', '220', 'equalizer', '220', '1.2q', '-11', 'equalizer', '1450', '1.5q', '-3', 'equalizer', '3300', '1.5q', '-4'],
  },
  en: {
    name: 'slt',
    ratePercent: 100,
    shape: ['highpass', '180', 'equalizer', '175', '1.2q', '-7', 'equalizer', '3000', '0.8q', '8'],
  },
}

/** What the voice is given instead of the text where it would say a word wrongly; the accent marks the stress. */
const SAID = {
  ru: [['Сервер', 'Сэ́рвэр']],
  en: [],
}

const SPEECH_DB = -20
const PEAK_DB = -3
const LEAD_SECONDS = 0.04
const TAIL_SECONDS = 0.12
const FADE_SECONDS = 0.01
/** Sound this far below the speech level still belongs to a word (the closing of a stop, a last soft consonant). */
const EDGE_BELOW_SPEECH_DB = 32

const here = import.meta.dirname
const texts = JSON.parse(readFileSync(join(here, 'texts.json'), 'utf8'))
const only = process.argv.slice(2)
const scratch = mkdtempSync(join(tmpdir(), 'prompts-'))

for (const [language, voice] of Object.entries(VOICES)) {
  mkdirSync(join(here, language), { recursive: true })
  for (const key of only.length > 0 ? only : Object.keys(texts)) {
    const samples = levelled(trimmed(spoken(texts[key][language], { language, voice })))
    writeWav(join(here, language, `${key}.wav`), samples)
    const seconds = (samples.length / RATE_HZ).toFixed(2)
    console.log(`${language}/${key}: ${seconds} s, ${speechDb(samples).toFixed(1)} dB, peak ${peakDb(samples).toFixed(1)} dB`)
  }
}
rmSync(scratch, { recursive: true })

/** The voice's own 24 kHz, shaped and brought to our rate. */
function spoken(text, { language, voice }) {
  const said = SAID[language].reduce((words, [written, sounded]) => words.replace(written, sounded), text)
  const file = join(scratch, 'voice.wav')
  execFileSync('RHVoice-test', ['-q', 'max', '-p', voice.name, '-r', String(voice.ratePercent), '-o', file], { input: said })
  const raw = execFileSync('sox', [
    file, '-t', 'raw', '-e', 'signed-integer', '-b', '32', '-', 'gain', '-6', ...voice.shape, 'rate', '-v', String(RATE_HZ),
  ], { maxBuffer: 1 << 26 })
  return Float64Array.from({ length: raw.length / 4 }, (_, i) => raw.readInt32LE(i * 4) / 2 ** 31)
}

/** The same short silence before and after every prompt, so that prompts can follow one another. */
function trimmed(samples) {
  const edge = gainOf(speechDb(samples) - EDGE_BELOW_SPEECH_DB)
  const first = samples.findIndex((sample) => Math.abs(sample) > edge)
  const last = samples.findLastIndex((sample) => Math.abs(sample) > edge)
  const lead = Math.round(LEAD_SECONDS * RATE_HZ)
  const tail = Math.round(TAIL_SECONDS * RATE_HZ)
  const fade = Math.round(FADE_SECONDS * RATE_HZ)
  return Float64Array.from({ length: lead + (last - first + 1) + tail }, (_, i) => {
    const fromEnds = Math.min(i, lead + last - first + tail - i)
    return (samples[first - lead + i] ?? 0) * Math.min(1, fromEnds / fade)
  })
}

/** One speech level for all prompts. Bending the peaks takes a little of the level, so it is set more than once. */
function levelled(samples) {
  let out = samples
  for (let pass = 0; pass < 3; pass++) {
    const gain = gainOf(SPEECH_DB - speechDb(out))
    out = out.map((sample) => bent(sample * gain))
  }
  return out
}

/** Above the knee a peak is bent towards the ceiling, not cut. */
function bent(sample) {
  const knee = gainOf(PEAK_DB - 3)
  const room = gainOf(PEAK_DB) - knee
  const over = Math.abs(sample) - knee
  return over <= 0 ? sample : Math.sign(sample) * (knee + room * Math.tanh(over / room))
}
