import { expect, it } from 'vitest'
import { shown } from './shown.ts'

it.each([
  ['Anna', 'Anna'],
  ['a\r\nb\u0000\u0007c', 'abc'],
  ['\u202eevil\u2066', 'evil'],
  [`${'x'.repeat(63)}😀`, `${'x'.repeat(63)}\ufffd`],
  ['e\u0301', 'é'],
])('%j is shown as %j', (text, line) => {
  expect(shown(text)).toBe(line)
})

it('is never longer than a line, however long the text', () => {
  expect(shown('\ufdfa'.repeat(30_000))).toHaveLength(64)
})
