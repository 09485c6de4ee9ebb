/** The version of this build, from package.json: beside src/ and beside dist/ alike. */
import { readFileSync } from 'node:fs'

const { version: written } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }

export const version: string = written
