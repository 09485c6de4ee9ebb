/** What a document points at is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const documents = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && !/(^|\/)(node_modules|dist|data)\//.test(path))
  .map((path) => join(root, path))

describe('the documents', () => {
  it('are some', () => {
    expect(documents.length).toBeGreaterThan(8)
  })

  it.each(documents.map((path) => relative(root, path)))('%s points at nothing that is missing', (path) => {
    const text = readFileSync(join(root, path), 'utf8')
    const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '').filter((to) => !/^[a-z]+:/.test(to))
    // Paths of the repository in code marks: `src/call/negotiate.ts`, `docs/decisions/`.
    const paths = [...text.matchAll(/`((?:src|test|docs|bench|prompts|scripts|web)\/[\w./-]+)`/g)].map((match) => match[1] ?? '')
    const missing = [...links.filter((to) => !existsSync(join(root, dirname(path), to))), ...paths.filter((to) => !existsSync(join(root, to)))]
    expect(missing).toEqual([])
  })
})
