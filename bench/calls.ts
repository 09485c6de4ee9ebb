/**
 * How many calls are set up and ended in a second, over loopback with real sockets: `node bench/calls.ts [callers ...]`.
 *
 * The server is a process of its own, with its database on disk. Each caller is a phone with its own socket that does nothing
 * but call a room (INVITE, 401, INVITE with credentials, 200, ACK) and hang up at once (BYE, 200), again and again. Callers
 * share one process, whose own load is told too: with it at a full core, the server was not the limit.
 */
import { readFileSync } from 'node:fs'
import { Headers } from '../src/sip/headers.ts'
import { emptyBody, type SipRequest, type SipResponse } from '../src/sip/message.ts'
import { printUri } from '../src/sip/uri.ts'
import { Phone } from '../test/kit/phone.ts'
import { writeSdp } from '../test/kit/sdp.ts'
import { Server } from '../test/kit/server.ts'
import { uriOf } from '../test/kit/uri.ts'

export type CallsBenchOptions = {
  /** Phones that call at the same time. */
  readonly callers: number
  readonly seconds: number
  readonly transport?: 'udp' | 'tcp'
}

export type CallsBenchResult = {
  readonly callers: number
  readonly transport: 'udp' | 'tcp'
  readonly callsPerSecond: number
  /** From the first INVITE to the 200. */
  readonly setUpP50Ms: number
  readonly setUpP99Ms: number
  readonly failed: number
  /** Of the whole server process, all threads. */
  readonly serverCpuPerCallMs: number
  readonly serverCpuPercent: number
  readonly serverMemoryMib: number
  readonly loadCpuPercent: number
}

const warmUpMs = 1000
/** Of /proc/<pid>/stat; the kernel's unit is the same on every Linux that we know. */
const clockTickMs = 10
/** Nothing listens there: what the room sends is lost. */
const soundPort = 9

export async function runCallsBench({ callers, seconds, transport = 'udp' }: CallsBenchOptions): Promise<CallsBenchResult> {
  const server = await Server.start({ flags: ['--log-level', 'warn'] })
  const phones: Phone[] = []
  try {
    const { number } = await server.api.createConference({ name: 'Bench', number: '7000' })
    for (let index = 0; index < callers; index++) {
      const { number: own, secret } = await server.api.createEmployee({ name: `Caller ${index}`, number: String(20_000 + index) })
      phones.push(await Phone.open({ target: server.sip(transport), number: own, secret }))
    }
    const setUpsMs: number[] = []
    let failed = 0
    let until = performance.now() + warmUpMs
    const call = async (phone: Phone) => {
      while (performance.now() < until) {
        try {
          setUpsMs.push(await oneCall(phone, number))
        } catch {
          failed++
        }
      }
    }
    await Promise.all(phones.map(call))
    setUpsMs.length = 0
    failed = 0
    const began = { atMs: performance.now(), serverMs: cpuMs(server.pid), load: process.cpuUsage() }
    until = began.atMs + seconds * 1000
    await Promise.all(phones.map(call))
    const tookMs = performance.now() - began.atMs
    const serverMs = cpuMs(server.pid) - began.serverMs
    const load = process.cpuUsage(began.load)
    setUpsMs.sort((a, b) => a - b)
    return {
      callers,
      transport,
      callsPerSecond: Math.round((setUpsMs.length * 1000) / tookMs),
      setUpP50Ms: round(setUpsMs[Math.floor(setUpsMs.length * 0.5)] ?? 0),
      setUpP99Ms: round(setUpsMs[Math.floor(setUpsMs.length * 0.99)] ?? 0),
      failed,
      serverCpuPerCallMs: round(serverMs / Math.max(1, setUpsMs.length)),
      serverCpuPercent: round((100 * serverMs) / tookMs),
      serverMemoryMib: memoryMib(server.pid),
      loadCpuPercent: round((load.user + load.system) / 10 / tookMs),
    }
  } finally {
    for (const phone of phones) phone.client.close()
    await server.discard()
  }
}

/** Calls and hangs up. @returns how long the set-up took, milliseconds. @throws Error when it failed. */
async function oneCall(phone: Phone, number: string): Promise<number> {
  const beganMs = performance.now()
  const body = writeSdp({
    address: phone.ownAddress,
    port: soundPort,
    payloadTypes: [8],
    telephoneEvent: 101,
    ptimeMs: 20,
    direction: 'sendrecv',
    sessionId: 1,
    version: 1,
  })
  let invite = phone.request('INVITE', {
    uri: `sip:${number}@${phone.domain}`,
    headers: [['Content-Type', 'application/sdp']],
    body,
  })
  let response = await phone.client.ask(invite)
  if (response.status === 401) {
    const again = phone.withCredentials(invite, response)
    if (!again) throw new Error('no challenge that can be answered')
    invite = again
    response = await phone.client.ask(invite)
  }
  if (response.status !== 200) throw new Error(`refused with ${response.status}`)
  const tookMs = performance.now() - beganMs
  const { number: cseq } = invite.headers.cseq
  phone.client.send(inDialog(phone, { invite, response, method: 'ACK', cseq }))
  await phone.client.ask(inDialog(phone, { invite, response, method: 'BYE', cseq: cseq + 1 }))
  return tookMs
}

function inDialog(
  phone: Phone,
  {
    invite,
    response,
    method,
    cseq,
  }: { readonly invite: SipRequest; readonly response: SipResponse; readonly method: string; readonly cseq: number },
): SipRequest {
  const target = printUri((response.headers.contacts[0] ?? response.headers.to).uri)
  const headers = new Headers([
    ['Via', phone.client.via(phone.sentBy)],
    ['Max-Forwards', '70'],
    ['From', invite.headers.get('From') ?? ''],
    ['To', response.headers.get('To') ?? ''],
    ['Call-ID', invite.headers.callId],
    ['CSeq', `${cseq} ${method}`],
  ])
  return { kind: 'request', method, uri: uriOf(target), headers, body: emptyBody }
}

/** User and system time of a process and its threads. */
function cpuMs(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * clockTickMs
}

function memoryMib(pid: number | undefined): number {
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
}

function round(value: number): number {
  return Number(value.toFixed(2))
}

if (import.meta.main) {
  const numbers = process.argv.slice(2).map(Number)
  for (const callers of numbers.length ? numbers : [1, 10, 50])
    console.log(JSON.stringify(await runCallsBench({ callers, seconds: 5 })))
}
