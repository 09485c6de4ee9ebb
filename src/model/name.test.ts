import { describe, expect, it } from 'vitest'
import { conferenceDraft } from './conference.ts'
import { employeeDraft } from './employee.ts'
import { apiKeyDraft } from './account.ts'

const made = [
  (name: string) => conferenceDraft.parse({ name, number: '1111' }).name,
  (name: string) => employeeDraft.parse({ name, number: '201' }).name,
  (name: string) => apiKeyDraft.parse({ name }).name,
]

describe('a name', () => {
  it.each([
    ['a\r\nSet-Cookie: x=1', 'a Set-Cookie: x=1'],
    ['\u0000Anna\u0007', 'Anna'],
    ['Anna \u202eавортеП', 'Anna  авортеП'],
    ['half \ud83d of one', 'half   of one'],
    ['Мария Волкова', 'Мария Волкова'],
    ['family 👨‍👩‍👧', 'family 👨‍👩‍👧'],
    ['نمی‌خواهم', 'نمی‌خواهم'],
  ])('%j is kept as %j, whatever it names', (given, kept) => {
    expect(made.map((make) => make(given))).toEqual([kept, kept, kept])
  })

  it('of nothing that can be seen is none', () => {
    expect(conferenceDraft.safeParse({ name: '\u0000\r\n\u202e', number: '1111' }).error?.issues[0]?.message).toBe('name-required')
  })
})
