/** Phones that come and go, against a real store and a clock of ours. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import type { Change } from '../model/event.ts'
import type { EmployeeWithSecret } from '../model/employee.ts'
import { answerChallenge } from '../sip/digest-client.ts'
import { Headers } from '../sip/headers.ts'
import { parseMessage } from '../sip/parse.ts'
import type { Binding } from '../sip/registration.ts'
import type { Answer, ServerRequest } from '../sip/server-request.ts'
import type { Store } from '../store/store.ts'
import { openTemporaryStore } from '../store/temporary.ts'
import { Accounts } from './accounts.ts'
import { Phones, type KeptBindings } from './phones.ts'

let clock: ManualClock
let store: Store
let employee: EmployeeWithSecret
let phones: Phones
let changes: Change[]
/** What happens between the proof of a REGISTER and the writing of its contacts. */
let meanwhile: () => Promise<unknown>
beforeEach(async () => {
  clock = new ManualClock()
  store = await openTemporaryStore({ clock, log: silentLog, role: 'tool' })
  employee = await store.employees.create({ name: 'Anna', number: '201' })
  const settings = () => store.settings.current
  const accounts = new Accounts({ employees: store.employees, clock, settings, log: silentLog })
  const employeeOf = (id: string) => store.employees.find(id)
  meanwhile = () => Promise.resolve()
  const bindings: KeptBindings = {
    all: () => store.bindings.all(),
    list: (account) => store.bindings.list(account),
    change: async (account, step) => {
      await meanwhile()
      return store.bindings.change(account, step)
    },
  }
  phones = new Phones({ accounts, bindings, employeeOf, clock, log: silentLog })
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

type Said = { readonly status: number; readonly headers: NonNullable<Answer['headers']> }

/** A REGISTER of the employee's phone, proven or not; gives how it was answered. */
async function ask(proof: ReadonlyArray<readonly [name: string, value: string]>): Promise<Said> {
  const lines = [
    'REGISTER sip:example.com SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK1',
    'From: <sip:201@example.com>;tag=1',
    'To: <sip:201@example.com>',
    'Call-ID: a',
    'CSeq: 1 REGISTER',
    'Contact: <sip:201@192.0.2.7>;expires=600',
    ...proof.map((one) => one.join(': ')),
    'Content-Length: 0',
  ]
  const parsed = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`))
  if (parsed.kind !== 'message' || parsed.message.kind !== 'request') throw new Error('no request')
  const source = { transport: 'udp', address: '192.0.2.7', port: 5060 } as const
  const answers: Said[] = []
  const open: ServerRequest = {
    request: parsed.message, source, local: source, answered: false,
    later: () => {},
    respond: (status, answer) => void answers.push({ status, headers: answer?.headers ?? [] }),
  }
  await phones.take(open)
  if (!answers[0]) throw new Error('not answered')
  return answers[0]
}

/** Registers the employee's phone; gives the final status. */
async function register(): Promise<number> {
  const { headers } = await ask([])
  const answer = answerChallenge({
    challenge: new Headers(headers),
    username: '201',
    password: employee.secret,
    method: 'REGISTER',
    uri: 'sip:example.com',
  })
  return (await ask(answer)).status
}

describe('a registration', () => {
  it('of a proven phone is listed and kept', async () => {
    expect(await register()).toBe(200)
    expect(phones.list().map(({ contact, number }) => [contact, number])).toEqual([['sip:201@192.0.2.7', '201']])
    expect(changes.map(({ type }) => type)).toEqual(['phone-registered'])
    expect(await store.bindings.list(employee.id)).toHaveLength(1)
  })

  it.each([
    ['deleted', () => store.employees.remove(employee.id)],
    ['given another number', () => store.employees.change(employee.id, { number: '202' })],
  ])('under way while its employee is %s is gone from the list and the store', async (_what, change) => {
    store.employees.events.on('saved', (saved) => void phones.employeeSaved(saved))
    store.employees.events.on('deleted', (id) => void phones.employeeDeleted(id))
    let once: () => Promise<unknown> = change
    meanwhile = () => {
      const act = once
      once = () => Promise.resolve()
      return act()
    }
    await register()
    await settled()
    expect(phones.list()).toEqual([])
    expect(await store.bindings.list(employee.id)).toEqual([])
    const told = changes.map(({ type }) => type)
    expect(told.filter((type) => type === 'phone-registered').length).toBe(
      told.filter((type) => type === 'phone-unregistered').length,
    )
  })

  it('is kept when its employee is given another name meanwhile', async () => {
    meanwhile = () => store.employees.change(employee.id, { name: 'Anna Maria' })
    await register()
    expect(phones.list()).toHaveLength(1)
  })

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
