/** What a new data folder is filled with: an administrator, and examples to dial at once. Never touches one that has an administrator. */
import { newSecret } from './base/ids.ts'
import type { Log } from './base/log.ts'
import type { Employee } from './model/employee.ts'
import type { Store } from './store/store.ts'

const firstLogin = 'admin'
const exampleRoom = { name: 'Planning', number: '1111' }
const exampleEmployees = [
  { name: 'Anna Petrova', number: '201' },
  { name: 'Ivan Smirnov', number: '202' },
  { name: 'Maria Volkova', number: '203' },
]
const adviceKeyLength = 16

/** What the operator is told once. */
export type FirstRun = {
  readonly login: string
  /** Null when it was preset by the operator, who knows it. */
  readonly password: string | null
  readonly employees: readonly Employee[]
}

/** Fills a new store. Resolves null when it was filled before, whatever has become of the examples. */
export async function fillNewStore(store: Store, { adminPassword }: { readonly adminPassword: string | null }): Promise<FirstRun | null> {
  if ((await store.administrators.list()).length > 0) return null
  const employees: Employee[] = []
  if ((await store.conferences.list()).length === 0) await store.conferences.create({ ...exampleRoom, pin: null, language: null, joinTone: false })
  for (const employee of exampleEmployees) {
    if (!(await store.numbers.ownerOf(employee.number))) employees.push(await store.employees.create(employee))
  }
  const password = adminPassword ?? newSecret()
  // The administrator comes last: a run that broke off before is taken up again.
  const made = await store.administrators.createFirst({ login: firstLogin, password })
  return made === null ? null : { login: firstLogin, password: adminPassword === null ? password : null, employees }
}

/** Makes the key of the environment valid; harmless when it is already. */
export async function presetApiKey(store: Store, { token, log }: { readonly token: string; readonly log: Log }): Promise<void> {
  if (token.length < adviceKeyLength) log.warn({}, `VECHE_API_KEY has fewer than ${adviceKeyLength} characters: easy to guess`)
  await store.apiKeys.preset({ name: 'VECHE_API_KEY', token })
}
