// The instruments, each a sum of sine partials: nothing above the band can fold back, and the same input gives the
// same samples. An instrument takes { hz, seconds, velocity } and returns the samples of one note, its release included.
import { RATE_HZ } from '../wav.mjs'

/** Above this a partial is left out. */
const HIGHEST_HZ = 6500
/** A struck note has died away after this many time constants. */
const DEAD = 6

/** Partials of a struck or plucked tone: [ratio to the note, amplitude, time constant in seconds at middle C]. */
function struck({ partials, attackSeconds, dampSeconds, tremolo = { hz: 0, depth: 0 } }) {
  return ({ hz, seconds, velocity }) => {
    const length = Math.ceil((seconds + dampSeconds * DEAD) * RATE_HZ)
    const out = new Float64Array(length)
    partials.forEach(([ratio, amplitude, decaySeconds], index) => {
      if (hz * ratio > HIGHEST_HZ) return
      // Higher notes ring shorter; a harder touch is also a brighter one.
      const fall = Math.exp(-1 / (decaySeconds * (262 / hz) ** 0.4 * RATE_HZ))
      const step = (2 * Math.PI * hz * ratio) / RATE_HZ
      let level = amplitude * (index === 0 ? velocity : velocity ** 1.6)
      for (let i = 0; i < length; i++) {
        out[i] += level * Math.sin(step * i)
        level *= fall
      }
    })
    const sounding = seconds * RATE_HZ
    for (let i = 0; i < length; i++) {
      const attack = Math.min(1, i / (attackSeconds * RATE_HZ))
      const damp = i < sounding ? 1 : Math.exp((sounding - i) / (dampSeconds * RATE_HZ))
      const wave = 1 - tremolo.depth * (0.5 - 0.5 * Math.cos((2 * Math.PI * tremolo.hz * i) / RATE_HZ))
      out[i] *= attack * damp * wave
    }
    return out
  }
}

/** A blown or bowed tone: amplitudes of its harmonics, several slightly detuned players, a vibrato that comes late. */
function sustained({ harmonics, attackSeconds, releaseSeconds, detuneCents = [0], vibratoCents = 0 }) {
  const vibratoHz = 5.1
  return ({ hz, seconds, velocity }) => {
    const length = Math.ceil((seconds + releaseSeconds * DEAD) * RATE_HZ)
    const out = new Float64Array(length)
    const sounding = seconds * RATE_HZ
    detuneCents.forEach((cents, player) => {
      let phase = player
      for (let i = 0; i < length; i++) {
        const t = i / RATE_HZ
        const depth = vibratoCents * Math.min(1, Math.max(0, t - 0.25) / 0.5)
        const bend = cents + depth * Math.sin(2 * Math.PI * vibratoHz * t)
        phase += (2 * Math.PI * hz * 2 ** (bend / 1200)) / RATE_HZ
        let sample = 0
        for (let n = 1; n <= harmonics.length && hz * n < HIGHEST_HZ; n++) sample += harmonics[n - 1] * Math.sin(phase * n)
        out[i] += sample
      }
    })
    for (let i = 0; i < length; i++) {
      const attack = 1 - Math.exp(-i / (attackSeconds * RATE_HZ))
      const release = i < sounding ? 1 : Math.exp((sounding - i) / (releaseSeconds * RATE_HZ))
      out[i] *= (velocity * attack * release) / detuneCents.length
    }
    return out
  }
}

export const electricPiano = struck({
  partials: [[1, 1, 1.6], [2, 0.4, 0.9], [3, 0.2, 0.6], [4, 0.12, 0.4], [5, 0.05, 0.3], [7.02, 0.09, 0.07]],
  attackSeconds: 0.004,
  dampSeconds: 0.09,
})

export const vibraphone = struck({
  partials: [[1, 1, 2.2], [2, 0.18, 1.4], [3, 0.08, 0.8], [4, 0.22, 0.5], [6.3, 0.05, 0.08]],
  attackSeconds: 0.003,
  dampSeconds: 0.22,
  tremolo: { hz: 4.4, depth: 0.3 },
})

/** A nylon string plucked at a fifth of its length: the fifth harmonic is missing. */
export const guitar = struck({
  partials: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [n, Math.abs(Math.sin((n * Math.PI) / 5)) / n ** 0.9, 0.9 / n ** 0.7]),
  attackSeconds: 0.003,
  dampSeconds: 0.12,
})

/** A telephone hears only the harmonics of a bass; they are strong here, and the ear supplies the note. */
export const bass = struck({
  partials: [[1, 0.6, 1.3], [2, 0.8, 1], [3, 0.5, 0.7], [4, 0.3, 0.5], [5, 0.15, 0.35], [6, 0.08, 0.25]],
  attackSeconds: 0.008,
  dampSeconds: 0.07,
})

export const flute = sustained({
  harmonics: [1, 0.4, 0.16, 0.05, 0.02],
  attackSeconds: 0.04,
  releaseSeconds: 0.07,
  vibratoCents: 14,
})

/** Mostly odd harmonics, like a clarinet's low register. */
export const reed = sustained({
  harmonics: [1, 0.08, 0.45, 0.06, 0.22, 0.04, 0.08],
  attackSeconds: 0.12,
  releaseSeconds: 0.12,
  vibratoCents: 5,
})

export const strings = sustained({
  harmonics: [1, 0.55, 0.35, 0.24, 0.16, 0.1, 0.06],
  attackSeconds: 0.35,
  releaseSeconds: 0.35,
  detuneCents: [-5, 1, 6],
})
