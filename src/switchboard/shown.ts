/** What strangers say of themselves, as rosters, histories and logs may show it. */

const maxShownLength = 64

/** Hostile text, made fit for one line: no control characters or direction marks, whole characters, not too long. */
export function shown(text: string): string {
  return text
    .slice(0, maxShownLength * 4)
    .normalize()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .slice(0, maxShownLength)
    .toWellFormed()
}
