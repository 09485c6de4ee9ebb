import { describe, expect, it } from 'vitest'
import type { ClientEffect, ClientInput } from './client-machine.ts'
import { startInviteClient, stepInviteClient } from './invite-client.ts'
import { startInviteServer, stepInviteServer } from './invite-server.ts'
import { startRequestClient, stepRequestClient } from './request-client.ts'
import { startRequestServer, stepRequestServer } from './request-server.ts'
import type { ServerEffect, ServerInput } from './server-machine.ts'
import { rfcTimers, type Setting } from './timers.ts'

const udp: Setting = { timers: rfcTimers, reliable: false }
const tcp: Setting = { timers: rfcTimers, reliable: true }

/** A row: what comes in, the state it leads to, the effects in short: `A=500` starts, `-A` stops. */
type Row = readonly [input: string, state: string, effects: string]

/** `200` a response received or given, `timer A`, or the input's kind. */
function clientInput(text: string): ClientInput {
  if (text.startsWith('timer ')) return { kind: 'timer', timer: text.slice(6) as 'A' }
  return text === 'send-failed' ? { kind: 'send-failed' } : { kind: 'response', status: Number(text) }
}

function serverInput(text: string): ServerInput {
  if (text.startsWith('timer ')) return { kind: 'timer', timer: text.slice(6) as 'A' }
  if (text === 'send-failed' || text === 'repeat' || text === 'ack') return { kind: text }
  return { kind: 'respond', status: Number(text) }
}

function brief(effects: readonly (ClientEffect | ServerEffect)[]): string {
  return effects
    .map((effect) => {
      if (effect.do === 'start') return `${effect.timer}=${effect.delayMs}`
      if (effect.do === 'stop') return `-${effect.timer}`
      return effect.do === 'fail' ? `fail:${effect.why}` : effect.do
    })
    .join(' ')
}

type Machine<State, Input, Effect> = {
  readonly start: (setting: Setting) => { readonly state: State; readonly effects: readonly Effect[] }
  readonly step: (state: State, input: Input, setting: Setting) => { readonly state: State; readonly effects: readonly Effect[] }
  readonly input: (text: string) => Input
}

function walk<State extends { readonly at: string }, Input>(
  machine: Machine<State, Input, ClientEffect | ServerEffect>,
  { setting, rows }: { readonly setting: Setting; readonly rows: readonly Row[] },
): void {
  let current = machine.start(setting)
  for (const [index, [input, state, effects]] of rows.entries()) {
    if (input !== 'start') current = machine.step(current.state, machine.input(input), setting)
    expect(`${index}: ${current.state.at} | ${brief(current.effects)}`).toBe(`${index}: ${state} | ${effects}`)
  }
}

const inviteClient = { start: startInviteClient, step: stepInviteClient, input: clientInput }
const requestClient = { start: startRequestClient, step: stepRequestClient, input: clientInput }
const inviteServer = { start: startInviteServer, step: stepInviteServer, input: serverInput }
const requestServer = { start: startRequestServer, step: stepRequestServer, input: serverInput }

const begunByUdp: Row = ['start', 'calling', 'send-request B=32000 A=500']

describe('INVITE client transaction', () => {
  const cases: ReadonlyArray<readonly [name: string, setting: Setting, rows: readonly Row[]]> = [
    ['doubles timer A without bound and gives up at B', udp, [
      begunByUdp,
      ['timer A', 'calling', 'send-request A=1000'],
      ['timer A', 'calling', 'send-request A=2000'],
      ['timer A', 'calling', 'send-request A=4000'],
      ['timer A', 'calling', 'send-request A=8000'],
      ['timer B', 'gone', 'fail:timeout forget'],
    ]],
    [
      'does not repeat over a reliable transport',
      tcp,
      [['start', 'calling', 'send-request B=32000'], ['timer B', 'gone', 'fail:timeout forget']],
    ],
    ['stops repeating at a provisional response and waits without limit', udp, [
      begunByUdp,
      ['100', 'proceeding', '-A -B deliver'],
      ['180', 'proceeding', 'deliver'],
      ['timer A', 'proceeding', ''],
      ['timer B', 'proceeding', ''],
    ]],
    ['hands every 2xx up while M runs and nothing else', udp, [
      begunByUdp,
      ['200', 'accepted', '-A -B M=32000 deliver'],
      ['200', 'accepted', 'deliver'],
      ['180', 'accepted', ''],
      ['486', 'accepted', ''],
      ['send-failed', 'accepted', ''],
      ['timer M', 'gone', 'forget'],
      ['200', 'gone', ''],
    ]],
    ['accepts after ringing', tcp, [
      ['start', 'calling', 'send-request B=32000'],
      ['180', 'proceeding', '-A -B deliver'],
      ['200', 'accepted', 'M=32000 deliver'],
    ]],
    ['acknowledges a refusal, and its repeats, until D', udp, [
      begunByUdp,
      ['486', 'completed', '-A -B send-ack D=32000 deliver'],
      ['486', 'completed', 'send-ack'],
      ['180', 'completed', ''],
      ['200', 'completed', ''],
      ['timer D', 'gone', 'forget'],
    ]],
    ['is gone at once after a refusal over a reliable transport', tcp, [
      ['start', 'calling', 'send-request B=32000'],
      ['183', 'proceeding', '-A -B deliver'],
      ['300', 'gone', 'send-ack deliver forget'],
    ]],
    ['tells of a transport that cannot send', udp, [begunByUdp, ['send-failed', 'gone', 'fail:transport forget']]],
    ['tells of a transport that breaks while ringing', tcp, [
      ['start', 'calling', 'send-request B=32000'],
      ['180', 'proceeding', '-A -B deliver'],
      ['send-failed', 'gone', 'fail:transport forget'],
    ]],
    ['does not report the loss of an ACK after the final response was delivered', udp, [
      begunByUdp,
      ['603', 'completed', '-A -B send-ack D=32000 deliver'],
      ['send-failed', 'gone', 'forget'],
    ]],
  ]
  it.each(cases)('%s', (_name, setting, rows) => walk(inviteClient, { setting, rows }))
})

describe('client transaction of other methods', () => {
  const begun: Row = ['start', 'trying', 'send-request F=32000 E=500']
  const cases: ReadonlyArray<readonly [name: string, setting: Setting, rows: readonly Row[]]> = [
    ['doubles timer E up to T2 and gives up at F', udp, [
      begun,
      ['timer E', 'trying', 'send-request E=1000'],
      ['timer E', 'trying', 'send-request E=2000'],
      ['timer E', 'trying', 'send-request E=4000'],
      ['timer E', 'trying', 'send-request E=4000'],
      ['timer F', 'gone', 'fail:timeout forget'],
    ]],
    ['repeats at T2 after a provisional response and still gives up at F', udp, [
      begun,
      ['100', 'proceeding', 'deliver'],
      ['timer E', 'proceeding', 'send-request E=4000'],
      ['timer E', 'proceeding', 'send-request E=4000'],
      ['timer F', 'gone', 'fail:timeout forget'],
    ]],
    ['swallows repeats of the final response until K', udp, [
      begun,
      ['200', 'completed', '-E -F K=5000 deliver'],
      ['200', 'completed', ''],
      ['timer E', 'completed', ''],
      ['timer K', 'gone', 'forget'],
    ]],
    [
      'is gone at once over a reliable transport',
      tcp,
      [['start', 'trying', 'send-request F=32000'], ['481', 'gone', 'deliver forget']],
    ],
    ['tells of a transport that cannot send', udp, [begun, ['send-failed', 'gone', 'fail:transport forget']]],
  ]
  it.each(cases)('%s', (_name, setting, rows) => walk(requestClient, { setting, rows }))
})

describe('INVITE server transaction', () => {
  const begun: Row = ['start', 'proceeding', 'trying=200']
  const cases: ReadonlyArray<readonly [name: string, setting: Setting, rows: readonly Row[]]> = [
    ['says 100 when nobody else says anything, and says it again to repeats', udp, [
      begun,
      ['repeat', 'proceeding', ''],
      ['timer trying', 'proceeding', 'send-trying'],
      ['repeat', 'proceeding', 'repeat-response'],
    ]],
    [
      'says no 100 after a response from above',
      udp,
      [begun, ['180', 'proceeding', '-trying send-response'], ['timer trying', 'proceeding', '']],
    ],
    ['lets the dialog repeat the 2xx and swallows the INVITE until L', udp, [
      begun,
      ['200', 'accepted', '-trying send-response L=32000'],
      ['repeat', 'accepted', ''],
      ['200', 'accepted', 'send-response'],
      ['486', 'accepted', ''],
      ['ack', 'accepted', 'deliver-ack'],
      ['timer L', 'gone', 'forget'],
    ]],
    ['repeats a refusal at G, doubled up to T2, and absorbs the ACK until I', udp, [
      begun,
      ['486', 'completed', '-trying send-response H=32000 G=500'],
      ['timer G', 'completed', 'repeat-response G=1000'],
      ['timer G', 'completed', 'repeat-response G=2000'],
      ['timer G', 'completed', 'repeat-response G=4000'],
      ['timer G', 'completed', 'repeat-response G=4000'],
      ['repeat', 'completed', 'repeat-response'],
      ['200', 'completed', ''],
      ['ack', 'confirmed', '-G -H I=5000'],
      ['ack', 'confirmed', ''],
      ['repeat', 'confirmed', ''],
      ['timer I', 'gone', 'forget'],
    ]],
    ['reports a refusal that is never acknowledged', udp, [
      begun,
      ['401', 'completed', '-trying send-response H=32000 G=500'],
      ['timer H', 'gone', 'fail:no-ack forget'],
    ]],
    ['does not repeat a refusal over a reliable transport and is gone at the ACK', tcp, [
      begun,
      ['404', 'completed', '-trying send-response H=32000'],
      ['ack', 'gone', 'forget'],
    ]],
    ['outlives a transport failure in every state', udp, [
      begun,
      ['send-failed', 'proceeding', 'fail:transport'],
      ['180', 'proceeding', '-trying send-response'],
      ['send-failed', 'proceeding', 'fail:transport'],
      ['200', 'accepted', '-trying send-response L=32000'],
      ['send-failed', 'accepted', 'fail:transport'],
    ]],
  ]
  it.each(cases)('%s', (_name, setting, rows) => walk(inviteServer, { setting, rows }))
})

describe('server transaction of other methods', () => {
  const begun: Row = ['start', 'trying', 'forgotten=32000']
  const cases: ReadonlyArray<readonly [name: string, setting: Setting, rows: readonly Row[]]> = [
    ['swallows repeats until something was said, then says it again', udp, [
      begun,
      ['repeat', 'trying', ''],
      ['100', 'proceeding', 'send-response'],
      ['repeat', 'proceeding', 'repeat-response'],
      ['200', 'completed', '-forgotten send-response J=32000'],
      ['repeat', 'completed', 'repeat-response'],
      ['500', 'completed', ''],
      ['timer J', 'gone', 'forget'],
    ]],
    ['is gone at once over a reliable transport', tcp, [begun, ['200', 'gone', 'send-response forget']]],
    ['ends when its response cannot be sent', udp, [
      begun,
      ['200', 'completed', '-forgotten send-response J=32000'],
      ['send-failed', 'gone', 'fail:transport forget'],
    ]],
    ['is forgotten when nobody answers it', tcp, [begun, ['timer forgotten', 'gone', 'fail:no-response forget']]],
  ]
  it.each(cases)('%s', (_name, setting, rows) => walk(requestServer, { setting, rows }))
})
