/** What people call a conference, a person or a key. */
import { z } from 'zod'

/**
 * Control characters, line ends, halves of characters, and marks that turn the direction of the text around them: a name
 * stands in one line of a roster, a log or a phone's display, and must not change what stands beside it. Joiners stay:
 * names of some languages and emoji are written with them.
 */
const unfit = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

/** One line of 1 to 100 characters; what cannot stand in it becomes a space. */
export const name = z
  .string()
  .overwrite((text) => text.replace(unfit, ' '))
  .trim()
  .min(1, { error: 'name-required' })
  .max(100, { error: 'name-too-long' })
