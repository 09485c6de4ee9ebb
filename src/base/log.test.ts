import { describe, expect, it } from 'vitest'
import { plainLine } from './log.ts'

describe('a log line for a person', () => {
  it('is short, and nothing in it moves the cursor', () => {
    const json = JSON.stringify({ level: 'info', time: '2026-01-01T12:34:56.789Z', msg: 'phone registered', number: '201', count: 2, name: 'a\u001b[2Jb\nc' })
    expect(plainLine(json)).toBe('12:34:56 info  phone registered  number=201 count=2 name=a [2Jb c\n')
  })
})
