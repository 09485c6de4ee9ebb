/** The panel's words: both languages complete, nothing unused, every code that the server answers with translated. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../src/model/settings.ts'
import en from '../web/i18n/en.json' with { type: 'json' }
import ru from '../web/i18n/ru.json' with { type: 'json' }

const root = join(import.meta.dirname, '..')
const words = { en: flat(en), ru: flat(ru) }
const pluralForm = /_(zero|one|two|few|many|other)$/

function flat(tree: object, prefix = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') all.set(prefix + key, value)
    else for (const [path, text] of flat(value as object, `${prefix}${key}.`)) all.set(path, text)
  }
  return all
}

/** The keys as the code writes them: without plural forms. */
function keys(language: keyof typeof words): string[] {
  return [...new Set([...words[language].keys()].map((key) => key.replace(pluralForm, '')))].toSorted()
}

function sources(folder: string): string {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'))
    .join('\n')
}

const panel = sources('web')
/** `'a.b'` in the code; a template `a.${x}.b` stands for every key of that shape. */
const written = new Set([...panel.matchAll(/'([a-zA-Z]+(?:\.[\w-]+)+)'/g)].map(([, key]) => key ?? ''))
const shapes = [...panel.matchAll(/`([a-zA-Z]+\.[^`\s]*\$\{[^`\s]*)`/g)].map(
  ([, text]) => new RegExp(`^${(text ?? '').replaceAll('.', '\\.').replaceAll(/\$\{.*?\}/g, '[\\w-]+')}$`),
)

describe('the words of the panel', () => {
  it('both languages have the same keys', () => {
    expect(keys('ru')).toEqual(keys('en'))
  })

  it('no word is empty', () => {
    for (const all of Object.values(words)) for (const [key, text] of all) expect(text.trim(), key).not.toBe('')
  })

  it('a text has the same values in it in both languages', () => {
    const values = (language: keyof typeof words, key: string): string[] =>
      [...new Set([...words[language]].filter(([path]) => path.replace(pluralForm, '') === key).flatMap(([, text]) => text.match(/\{\{\w+\}\}/g) ?? []))].toSorted()
    for (const key of keys('en')) expect(values('ru', key), key).toEqual(values('en', key))
  })

  for (const language of ['ru', 'en'] as const) {
    it(`counted texts have every plural form of ${language}`, () => {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted()
      const counted = new Set([...words[language].keys()].filter((key) => pluralForm.test(key)).map((key) => key.replace(pluralForm, '')))
      expect(counted.size).toBeGreaterThan(0)
      for (const key of counted) {
        const present = [...words[language].keys()].filter((path) => path.replace(pluralForm, '') === key)
        expect(present.map((path) => path.slice(key.length + 1)).toSorted(), key).toEqual(forms)
      }
    })
  }

  it('every key that the code writes exists', () => {
    const known = new Set(keys('en'))
    const groups = new Set(Object.keys(en))
    const missing = [...written].filter((key) => groups.has(key.split('.')[0] ?? '') && !known.has(key))
    expect(missing).toEqual([])
  })

  it('every key is used', () => {
    const unused = keys('en').filter((key) => !written.has(key) && !shapes.some((shape) => shape.test(key)))
    expect(unused).toEqual([])
  })

  it('every setting is on its page', () => {
    const page = sources('web/pages/settings')
    for (const key of Object.keys(defaultSettings)) expect(page, key).toContain(`getInputProps('${key}'`)
  })

  it('no page holds Russian words of its own', () => {
    const code = panel.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    expect(code.match(/[А-Яа-яЁё]+/g)).toBeNull()
  })
})

describe('the codes of the server', () => {
  /** What a schema says instead of a message, and what errors and fields are called. */
  function codes(): Set<string> {
    const found = new Set<string>()
    for (const [, code] of sources('src/model').matchAll(/error: '([a-z-]+)'/g)) found.add(code ?? '')
    const own = readFileSync(join(root, 'src/base/errors.ts'), 'utf8')
    for (const text of [sources('src/http'), sources('src/store'), own]) {
      for (const [, code] of text.matchAll(/\bcode: '([a-z][a-z-]*)'/g)) found.add(code ?? '')
      for (const [, code] of text.matchAll(/options\.code \?\? '([a-z-]+)'/g)) found.add(code ?? '')
      for (const [, code] of text.matchAll(/fields: \{ \w+: '([a-z-]+)' \}/g)) found.add(code ?? '')
    }
    for (const [, code] of readFileSync(join(root, 'src/http/validation.ts'), 'utf8').matchAll(/(?:return|\?|:|=) '([a-z]+-[a-z-]+|required)'/g)) found.add(code ?? '')
    return found
  }

  /** Said on the terminal only: at the start, or by a command. */
  const terminal = new Set(['port-taken', 'port-refused', 'address-missing', 'file-exists'])

  it('each has a translation', () => {
    const all = codes()
    expect(all.size).toBeGreaterThan(20)
    for (const code of all) if (!terminal.has(code)) expect(words.ru.has(`error.${code}`), `error.${code}`).toBe(true)
  })
})
