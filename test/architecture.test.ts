/** The house keeps its shape: imports go downwards, back rooms stay private, files stay small, nothing is a barrel. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Room -> the rooms it may use besides itself. ARCHITECTURE.md shows the same table. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: [],
  sip: ['base'],
  rtp: ['base'],
  audio: ['base'],
  media: ['base', 'rtp', 'audio'],
  store: ['base', 'model'],
  cluster: ['base', 'model'],
  call: ['base', 'model', 'sip', 'rtp', 'audio', 'media'],
  conference: ['base', 'model', 'media', 'call', 'store'],
  switchboard: ['base', 'model', 'sip', 'call', 'conference', 'store', 'cluster'],
  http: ['base', 'model', 'call', 'conference', 'switchboard', 'store', 'cluster'],
}
/** Files directly in src/: the wiring and the command, which may use everything. */
const wiring = '(wiring)'
const maxLines = 400

type SourceFile = { readonly path: string; readonly text: string; readonly imports: readonly string[] }

const source = filesBelow(join(root, 'src'))
  .filter((path) => path.endsWith('.ts') && !path.includes(`${sep}assembly${sep}`))
  .map(read)
const panel = filesBelow(join(root, 'web'))
  .filter((path) => /\.tsx?$/.test(path) && !path.includes('node_modules'))
  .map(read)

describe('the house', () => {
  it('reads a plausible number of files', () => {
    expect(source.length).toBeGreaterThan(50)
    expect(panel.length).toBeGreaterThan(10)
  })

  it('imports go downwards only', () => {
    const wrong: string[] = []
    for (const file of source) {
      const from = roomOf(file.path)
      if (from === wiring) continue
      const allowed = arrows[from]
      if (!allowed) wrong.push(`${short(file.path)}: unknown room ${from}`)
      for (const target of file.imports) {
        const to = roomOf(target)
        if (to !== from && !allowed?.includes(to)) wrong.push(`${short(file.path)} -> ${short(target)}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('the panel uses the model and nothing else of the server', () => {
    const wrong = panel.flatMap((file) => file.imports.filter((target) => target.startsWith(join(root, 'src')) && roomOf(target) !== 'model').map((target) => `${short(file.path)} -> ${short(target)}`))
    expect(wrong).toEqual([])
  })

  it('sub-folders of a room are its back rooms', () => {
    const wrong: string[] = []
    for (const file of source) {
      for (const target of file.imports) {
        const parts = relative(join(root, 'src'), target).split(sep)
        if (parts.length > 2 && roomOf(file.path) !== parts[0]) wrong.push(`${short(file.path)} -> ${short(target)}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('no file imports itself by a detour', () => {
    const byPath = new Map(source.map((file) => [file.path, file]))
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (path: string, way: readonly string[]) => {
      if (way.includes(path)) return void cycles.push([...way.slice(way.indexOf(path)), path].map(short).join(' -> '))
      if (done.has(path)) return
      for (const target of byPath.get(path)?.imports ?? []) visit(target, [...way, path])
      done.add(path)
    }
    for (const file of source) visit(file.path, [])
    expect(cycles).toEqual([])
  })

  it(`no file is longer than ${maxLines} lines`, () => {
    const long = [...source, ...panel].filter(({ text }) => text.split('\n').length > maxLines).map(({ path, text }) => `${short(path)}: ${text.split('\n').length}`)
    expect(long).toEqual([])
  })

  it('no default exports, no barrels, no enums', () => {
    const wrong = [...source, ...panel].filter(({ text }) => /^export default |^export \* from |^(export )?(const )?enum /m.test(text)).map(({ path }) => short(path))
    expect(wrong.filter((path) => !path.endsWith('vite.config.ts'))).toEqual([])
  })
})

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name === 'node_modules') return []
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

/** Type-only imports count too: a room that names another's types depends on it. */
function read(path: string): SourceFile {
  const text = readFileSync(path, 'utf8')
  const found = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g), ...text.matchAll(/^import '(\.[^']+)'/gm)]
  return { path, text, imports: found.map((match) => resolve(dirname(path), match[1] ?? '')) }
}

function roomOf(path: string): string {
  const parts = relative(join(root, 'src'), path).split(sep)
  return parts.length === 1 ? wiring : (parts[0] ?? wiring)
}

function short(path: string): string {
  return relative(root, path)
}
