/** Text made comparable: a search finds «Семёнов» by "семен", in any case, on every database. */

/** Lower case, compatibility forms joined, ё as е, runs of spaces as one. */
export function searchText(...parts: readonly string[]): string {
  return parts.join(' ').normalize('NFKC').toLowerCase().replaceAll('ё', 'е').replaceAll(/\s+/g, ' ').trim()
}

/** A `LIKE` pattern (escape sign `\`) for rows whose folded text contains `search`. */
export function containing(search: string): string {
  return `%${searchText(search).replaceAll(/[\\%_]/g, '\\$&')}%`
}
