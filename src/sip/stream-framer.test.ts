import { describe, expect, it } from 'vitest'
import { type StreamEvent, createStreamFramer } from './stream-framer.ts'

const message = (body: string, length: string | number = Buffer.byteLength(body)): string =>
  `INFO sip:h SIP/2.0\r\nContent-Length:\r\n ${length}\r\nSubject: x\r\n\r\n${body}`

const describeEvent = (event: StreamEvent): string => {
  if (event.kind === 'message') return Buffer.from(event.bytes).toString()
  return event.kind === 'broken' ? `broken ${event.status}: ${event.why}` : event.kind
}

/** The stream given at once, byte by byte, and in pieces of seven. */
function cuts(text: string, maxMessageBytes?: number): readonly string[] {
  const bytes = Buffer.from(text)
  const [whole = [], ...others] = [bytes.length || 1, 1, 7].map((size) => {
    const framer = createStreamFramer(maxMessageBytes === undefined ? {} : { maxMessageBytes })
    const events: string[] = []
    for (let at = 0; at < bytes.length; at += size) events.push(...framer.push(bytes.subarray(at, at + size)).map(describeEvent))
    return events
  })
  for (const other of others) expect(other).toEqual(whole)
  return whole
}

describe('a stream', () => {
  it('is cut into messages at their Content-Length, however it arrives', () => {
    const messages = [message('one'), message(''), message('два\r\n\r\n')]
    expect(cuts(messages.join(''))).toEqual(messages)
  })

  it('carries keep-alives between messages: a double CRLF is to be answered', () => {
    expect(cuts(`\r\n\r\n${message('a')}\r\n${message('b')}\r\n\r\n\r\n`)).toEqual([
      'pong', 'keep-alive', message('a'), 'pong', message('b'), 'pong', 'keep-alive', 'pong',
    ])
  })

  it('takes bare line feeds as line ends, as the parser does', () => {
    const bare = message('a').replaceAll('\r', '')
    expect(cuts(bare + message('b'))).toEqual([bare, message('b')])
  })

  for (const [what, text, end] of [
    ['no Content-Length', 'INFO sip:h SIP/2.0\r\nSubject: x\r\n\r\nwhatever', 'broken 400: no Content-Length'],
    ['a malformed Content-Length', message('a', '-1'), 'broken 400: malformed Content-Length'],
    ['a message too long', message('a', 1000), 'broken 513: the message is too long'],
    ['a head that never ends', 'x'.repeat(70_000), 'broken 513: the head is too long'],
  ] as const) {
    it(`with ${what} is broken, and stays so`, () => {
      expect(cuts(message('ok') + text + message('late'), 500)).toEqual([message('ok'), end])
    })
  }

  it('byte by byte takes time in proportion to its length', () => {
    const longHead = message('z').replace('Subject: x\r\n', 'A: b\r\n'.repeat(10_000))
    const bytes = Buffer.from(message('x'.repeat(100_000)) + longHead)
    const framer = createStreamFramer()
    const started = performance.now()
    let count = 0
    for (let at = 0; at < bytes.length; at++) count += framer.push(bytes.subarray(at, at + 1)).length
    expect(count).toBe(2)
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('hands out bytes that do not change when the next come', () => {
    const framer = createStreamFramer()
    const chunk = Buffer.from(message('first'))
    const [event] = framer.push(chunk)
    chunk.fill(0)
    framer.push(Buffer.from(message('other')))
    expect(event && describeEvent(event)).toBe(message('first'))
  })
})
