// The music on hold as notes: 32 bars of 4/4 in the form A A' B A'', so that the end leads back into the beginning.
// It is written in F and sounds a tone higher, where more of it lies inside the telephone band.

export const TRANSPOSE_SEMITONES = 2
export const BEATS_PER_BAR = 4
export const BEATS_PER_MINUTE = 96

/** How much slower than the rest a bar is played: the music breathes before the bridge, before the return, at the close. */
export const SLOWER = { 15: 1.02, 23: 1.03, 30: 1.02, 31: 1.05 }

/**
 * Bass note, then the hand above it, low to high. Neighbours in the progression share notes or move by step, and no
 * hand holds a note a semitone under what the melody rests on.
 */
const VOICINGS = {
  Fmaj9: 'F3 A3 C4 E4 G4',
  'C/E': 'E3 G3 C4 E4 G4',
  Dm7: 'D3 A3 C4 D4 F4',
  'Am7/C': 'C3 G3 C4 E4 A4',
  Bbmaj9: 'Bb2 A3 C4 D4 F4',
  'F/A': 'A2 A3 C4 F4 G4',
  Fadd9: 'F3 A3 C4 F4 G4',
  Gm7: 'G2 Bb3 D4 F4 G4',
  C9sus: 'C3 Bb3 D4 F4 G4',
  C9: 'C3 Bb3 D4 E4 G4',
  F69: 'F3 A3 C4 D4 G4',
  Am7: 'A2 G3 C4 E4 A4',
  Em7b5: 'E3 Bb3 D4 E4 G4',
  A7: 'A2 Bb3 C#4 E4 G4',
  G9: 'G2 B3 D4 F4 A4',
  Bbm6: 'Bb2 Bb3 Db4 F4 G4',
  'F/C': 'C3 A3 C4 F4 A4',
}

/** One bar each; two chords share a bar equally. The bass of A walks down the scale. */
const CHORDS = {
  A: ['Fmaj9', 'C/E', 'Dm7', 'Am7/C', 'Bbmaj9', 'F/A', 'Gm7', 'C9sus C9'],
  A1: ['Fmaj9', 'C/E', 'Dm7', 'Am7/C', 'Bbmaj9', 'F/A', 'Gm7 C9', 'F69'],
  B: ['Bbmaj9', 'Am7', 'Gm7', 'Fadd9', 'Em7b5 A7', 'Dm7', 'G9', 'C9sus C9'],
  A2: ['Fmaj9', 'C/E', 'Dm7', 'Am7/C', 'Bbmaj9', 'Bbm6', 'F/C C9', 'F69'],
}

/** note:beats, a line per bar; r is a rest. */
const VIBRAPHONE = {
  A: `
    C5:1.5 F5:.5 A5:2
    G5:1.5 E5:.5 C5:2
    A4:1.5 D5:.5 F5:2
    E5:1.5 C5:.5 A4:2
    D5:1.5 F5:.5 A5:1.5 G5:.5
    F5:1 C5:1 A5:2
    Bb5:1 A5:.5 G5:.5 F5:1 D5:1
    G5:2 E5:1 D5:.5 Bb4:.5`,
  A1: `
    C5:.5 E5:.5 F5:.5 G5:.5 A5:2
    G5:1.5 E5:.5 C5:1 D5:.5 E5:.5
    F5:1.5 D5:.5 A4:1 D5:.5 F5:.5
    E5:1.5 C5:.5 G5:2
    F5:1 D5:.5 F5:.5 C6:1.5 A5:.5
    A5:1 F5:1 C5:1 F5:1
    Bb5:1 A5:.5 G5:.5 E5:1 D5:1
    F5:4`,
  B: `
    r:4
    r:2 E5:.5 G5:.5 r:1
    r:4
    r:2 C5:.5 G5:.5 r:1
    r:4
    r:2 A4:.5 D5:.5 r:1
    r:4
    r:4`,
  A2: `
    C5:1.5 F5:.5 A5:2
    G5:1.5 E5:.5 C5:2
    A4:1.5 D5:.5 F5:1 G5:.5 A5:.5
    E5:1.5 C5:.5 A4:2
    D5:1.5 F5:.5 C6:1.5 A5:.5
    Bb5:1 G5:.5 F5:.5 Db5:2
    C5:1 F5:1 G5:1.5 E5:.5
    F5:2 A5:.5 G5:.5 F5:.5 D5:.5`,
}

/** Sings the bridge alone and doubles the melody when it comes back. */
const FLUTE = {
  A: 'r:32',
  A1: 'r:31 F5:.5 G5:.5',
  B: `
    A5:2 Bb5:1 C6:1
    C6:3 G5:1
    Bb5:2 A5:1 G5:1
    A5:3 E5:1
    G5:2 E5:1 C#5:1
    D5:1.5 E5:.5 F5:2
    A5:1.5 G5:.5 F5:1 D5:1
    G5:2 E5:1 D5:.5 Bb4:.5`,
  A2: `
    C5:1.5 F5:.5 A5:2
    G5:1.5 E5:.5 C5:2
    A4:1.5 D5:.5 F5:1 G5:.5 A5:.5
    E5:1.5 C5:.5 A4:2
    D5:1.5 F5:.5 C6:1.5 A5:.5
    Bb5:1 G5:.5 F5:.5 Db5:2
    C5:1 F5:1 G5:1.5 E5:.5
    F5:4`,
}

/** A slow line under the melody, in tenths with the falling bass. */
const REED = {
  A: 'r:32',
  A1: 'A4:4 G4:4 F4:4 E4:4 F4:4 F4:4 F4:2 E4:2 F4:4',
  B: 'r:16 r:4 r:4 F4:4 F4:2 E4:2',
  A2: 'A4:4 G4:4 F4:4 E4:4 D4:4 Db4:4 C4:2 Bb3:2 A3:4',
}

const SECTIONS = ['A', 'A1', 'B', 'A2']

/** Every chord of the piece: { beat, beats, bass, hand }, pitches as MIDI numbers. */
export function chords() {
  return SECTIONS.flatMap((section) => CHORDS[section]).flatMap((bar, barIndex) => {
    const names = bar.split(' ')
    const beats = BEATS_PER_BAR / names.length
    return names.map((name, i) => {
      const [bass, ...hand] = VOICINGS[name].split(' ').map(pitchOf)
      return { beat: barIndex * BEATS_PER_BAR + i * beats, beats, bass, hand }
    })
  })
}

/** The three melodic lines: lists of { beat, beats, pitch }. */
export function lines() {
  return { vibraphone: line(VIBRAPHONE), flute: line(FLUTE), reed: line(REED) }
}

function line(part) {
  const notes = []
  let beat = 0
  for (const token of SECTIONS.flatMap((section) => part[section].trim().split(/\s+/))) {
    const [name, length] = token.split(':')
    const beats = Number(length)
    if (name !== 'r') notes.push({ beat, beats, pitch: pitchOf(name) })
    beat += beats
  }
  const expected = SECTIONS.length * 8 * BEATS_PER_BAR
  if (beat !== expected) throw new Error(`a line has ${beat} beats, expected ${expected}`)
  return notes
}

function pitchOf(name) {
  const [, letter, accidental, octave] = /^([A-G])([#b]?)(\d)$/.exec(name)
  const semitone = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }[letter]
  return 12 * (Number(octave) + 1) + semitone + (accidental === '#' ? 1 : accidental === 'b' ? -1 : 0)
}
