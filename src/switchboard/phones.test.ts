/** Phones that come and go, against a real store and a clock of ours. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import type { Change } from '../model/event.ts'
import type { Employee } from '../model/employee.ts'
import type { Binding } from '../sip/registration.ts'
import type { Store } from '../store/store.ts'
import { openTemporaryStore } from '../store/temporary.ts'
import { Accounts } from './accounts.ts'
import { Phones } from './phones.ts'

let clock: ManualClock
let store: Store
let employee: Employee
let phones: Phones
let changes: Change[]
beforeEach(async () => {
  clock = new ManualClock()
  store = await openTemporaryStore({ clock, log: silentLog, role: 'tool' })
  employee = await store.employees.create({ name: 'Anna', number: '201' })
  const settings = () => store.settings.current
  const accounts = new Accounts({ employees: store.employees, clock, settings, log: silentLog })
  const employeeOf = (id: string) => store.employees.find(id)
  phones = new Phones({ accounts, bindings: store.bindings, employeeOf, clock, log: silentLog })
  changes = []
  phones.on('change', (change) => changes.push(change))
})
afterEach(async () => {
  phones.close()
  await store.close()
})

function binding(contact: string, seconds: number): Binding {
  const source = { transport: 'udp', address: '192.0.2.7', port: 5060 } as const
  const expiresAtMs = clock.wallMs() + seconds * 1000
  const registeredAtMs = clock.wallMs()
  return { contact, expiresAtMs, registeredAtMs, callId: 'a', cseq: 1, q: 1, source, local: source, viaSource: false, path: [] }
}

/** As it is kept, whoever has written it. */
async function keep(...bindings: readonly Binding[]): Promise<void> {
  await store.bindings.change<Binding, null>(employee.id, () => ({ bindings, result: null }))
}

/** Waits for all that was asked of the store before. */
async function settled(): Promise<void> {
  await store.bindings.change<Binding, null>('nobody', () => ({ bindings: [], result: null }))
  await store.bindings.list('nobody')
}

describe('a registration', () => {
  it('that runs out is gone from the list, the feed and the store; the others stay', async () => {
    await keep(binding('sip:one', 60), binding('sip:two', 120))
    await phones.start()
    clock.advance(62_000)
    await settled()
    expect(phones.list().map(({ contact }) => contact)).toEqual(['sip:two'])
    expect(changes).toEqual([{ type: 'phone-unregistered', employeeId: employee.id, contact: 'sip:one' }])
    expect(await store.bindings.list<Binding>(employee.id)).toHaveLength(1)
  })

  it('that was renewed at the last moment is not told to be gone', async () => {
    await keep(binding('sip:one', 60))
    await phones.start()
    await keep(binding('sip:one', 600))
    clock.advance(62_000)
    await settled()
    expect(changes).toEqual([])
    expect(phones.list().map(({ expiresAt }) => Date.parse(expiresAt))).toEqual([clock.wallMs() + 538_000])
  })

  it('is gone with its employee', async () => {
    await keep(binding('sip:one', 60))
    await phones.start()
    await phones.employeeDeleted(employee.id)
    expect(phones.list()).toEqual([])
    expect(changes.map(({ type }) => type)).toEqual(['phone-unregistered'])
  })

  it('is gone from the list when its employee is, though the store fails', async () => {
    await keep(binding('sip:one', 60))
    await phones.start()
    await store.close()
    await phones.employeeDeleted(employee.id)
    expect(phones.list()).toEqual([])
    store = await openTemporaryStore({ clock, log: silentLog, role: 'tool' })
  })
})
