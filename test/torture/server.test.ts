/**
 * RFC 4475 against a running server: every message is sent, what is answered is judged, and afterwards the server must work as
 * if nothing had been. Each message comes from an address of its own in 127.0.1.0/24, port 5060, which is where an answer to
 * its Via goes.
 */
import { createSocket, type Socket } from 'node:dgram'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStreamFramer } from '../../src/sip/stream-framer.ts'
import { toneSet } from '../kit/ears.ts'
import { expectHears, Scene } from '../kit/scene.ts'
import { pause, until } from '../kit/wait.ts'
import { loadTorture, type TortureMessage } from './load.ts'

const messages = loadTorture()
/** For answers that must not come: as long as all the others took, and more. */
const silenceMs = 1000
const sipPort = 5060
const [one = 0, two = 0] = toneSet(2)

let scene: Scene
const sockets: Socket[] = []
/** Another SIP program on this machine has every address's port 5060. */
let isPortTaken = false

beforeAll(async () => {
  scene = await Scene.begin()
  try {
    for (const index of messages.keys()) sockets.push(await socketAt(`127.0.1.${index + 1}`))
  } catch {
    isPortTaken = true
    process.stdout.write('skipped: RFC 4475 over UDP needs port 5060 of 127.0.1.0/24, which another program has\n')
  }
})
afterAll(async () => {
  for (const socket of sockets) socket.close()
  await scene.end()
})

/**
 * The message with a branch of its own: many of the RFC's share one, and would be taken for repeats of each other (RFC 3261
 * §17.2.3).
 */
function withOwnBranch({ bytes, name }: TortureMessage): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  return Buffer.from(text.replace(/(branch *= *z9hG4bKkdjuw)/i, `$1${name}`), 'latin1')
}

async function socketAt(address: string): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(sipPort, address, () => resolve())
  }).catch((error: unknown) => {
    socket.close()
    throw error
  })
  socket.on('error', () => {})
  return socket
}

/** Final statuses in the order they came, repeats included. Read from the first line alone: an answer repeats what was wrong. */
function finalStatuses(bytes: Uint8Array, into: number[]): void {
  const status = Number(/^SIP\/2\.0 ([2-6]\d\d) /.exec(Buffer.from(bytes).toString('latin1'))?.[1] ?? 0)
  if (status > 0) into.push(status)
}

/** Where this server may answer otherwise than expected of servers in general. */
const alsoRight: Readonly<Record<string, number>> = {
  // Who is calling is asked before what he can hear.
  sdp01: 401,
  // It has no Contact, without which an INVITE leads to no dialog (RFC 3261 §8.1.1.8).
  inv2543: 400,
}

function expectAnswer({ answer, name }: TortureMessage, statuses: readonly number[]): void {
  const [status] = statuses
  if (answer === 'nothing') expect(statuses, name).toEqual([])
  else if (answer === 'well-formed') expect([undefined, alsoRight[name] === 400 ? null : 400], name).not.toContain(status)
  else expect([...answer, alsoRight[name]], name).toContain(status)
}

describe('RFC 4475 over UDP', () => {
  it('is answered as it should be, message by message', async ({ skip }) => {
    if (isPortTaken) skip('port 5060 is taken')
    const answers = messages.map((): number[] => [])
    for (const [index, message] of messages.entries()) {
      sockets[index]?.on('message', (answer) => finalStatuses(answer, answers[index] ?? []))
      sockets[index]?.send(withOwnBranch(message), scene.server.ports.sip, scene.server.address)
    }
    await until(() => messages.every(({ answer }, index) => answer === 'nothing' || (answers[index]?.length ?? 0) > 0), {
      what: 'all answers',
      limitMs: 3000,
    }).catch(() => {})
    await pause(silenceMs)
    const wrong = messages.flatMap((message, index) => {
      try {
        expectAnswer(message, answers[index] ?? [])
        return []
      } catch {
        return [
          `${message.name} (${message.what}): expected ${String(message.answer)}, came ${answers[index]?.join(' ') || 'nothing'}`,
        ]
      }
    })
    expect(wrong).toEqual([])
  })
})

describe('RFC 4475 over TCP', () => {
  // A stream is cut by Content-Length: messages without one, or with a wrong one, are judged by the tests of the framer.
  const whole = messages.filter(({ bytes, parsed, answer }) => parsed === 'message' && answer !== 'nothing' && isWhole(bytes))

  beforeAll(async () => {
    // Another server: the one that was sent the same over UDP would take these for repeats.
    await scene.server.stop()
    await scene.server.run()
  })

  it('covers most of the requests', () => {
    expect(whole.length).toBeGreaterThan(15)
  })

  it.for(whole)('$name is answered on its connection', async (message) => {
    const statuses: number[] = []
    const socket = connect({ host: scene.server.address, port: scene.server.ports.sip })
    const framer = createStreamFramer()
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      for (const event of framer.push(bytes)) if (event.kind === 'message') finalStatuses(event.bytes, statuses)
    })
    socket.write(message.bytes)
    await until(() => statuses.length > 0, { what: `an answer to ${message.name}`, limitMs: 3000 })
    socket.destroy()
    expectAnswer(message, statuses)
  })
})

describe('after all of that', () => {
  it('calls work as ever, and nothing is left behind', async () => {
    const { number } = await scene.room()
    const [a, b] = await scene.meeting(number, [one, two])
    await expectHears(a, [two], [one, two])
    await expectHears(b, [one], [one, two])
    expect((await scene.server.api.status()).calls).toBe(2)
    expect(await scene.server.api.history()).toHaveLength(2)
  })
})

/** Whether the message is one that a stream can carry: its Content-Length is there and reaches exactly to its end. */
function isWhole(bytes: Uint8Array): boolean {
  const events = createStreamFramer()
    .push(bytes)
    .filter(({ kind }) => kind === 'message')
  const [only] = events
  return events.length === 1 && only?.kind === 'message' && only.bytes.length === bytes.length
}
