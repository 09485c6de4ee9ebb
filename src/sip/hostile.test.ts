/** Damaged messages in the middle of calls: nothing may throw, and the endpoint serves on. */
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock, type Clock } from '../base/clock.ts'
import { silentLog, type Log } from '../base/log.ts'
import type { InviteDialog } from './invite-dialog.ts'
import { addressOf, alice, Opened, sdp, uriAt } from './testing/endpoints.ts'
import { RawPhone, type Head } from './testing/raw-phone.ts'

const opened = new Opened()
afterEach(() => opened.close())

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

/** Park and Miller's numbers. */
function randomFrom(start: number): (below: number) => number {
  let state = start + 1
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

const oddLines = [
  'Require: 100rel',
  'RAck: x y z',
  'RAck: 1 1 INVITE',
  'RSeq: -1',
  'Session-Expires: 90;refresher=uac',
  'Session-Expires: ,;',
  'Session-Expires: 0',
  'Session-Expires: 999999999',
  'Min-SE: 99999999999999',
  'Supported: timer',
  'Allow: UPDATE',
  'Contact: *',
  'Contact: <sip:x@nowhere.invalid:1>',
  'Contact: <tel:+123>',
  'Contact: <sip:x@127.0.0.1:9;transport=ws>',
  'Record-Route: <sip:1.2.3.4>',
  'Record-Route: <mailto:nobody@x>',
  'Route: <sip:127.0.0.1;lr>',
  'Expires: 0',
  'Expires: 4294967295',
  'Content-Type: application/sdp',
  'Content-Disposition: session;handling=optional',
  'To: <sip:1111@example.com>;tag',
  'Reason: ',
  'Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKz',
  'Via: SIP/2.0/UDP nowhere.invalid;branch=',
]

describe('damaged messages', () => {
  it(`meet no bug (seed ${seed})`, async () => {
    console.info(`seed ${seed}`)
    const below = randomFrom(seed)
    const bugs: unknown[] = []
    const log: Log = { ...silentLog, error: (fields) => void bugs.push(fields) }
    const clock: Clock = {
      ...systemClock,
      after(delayMs, fire) {
        if (!(delayMs >= 0 && delayMs < 2 ** 31)) bugs.push(`a timer of ${delayMs} ms`)
        return systemClock.after(delayMs, fire)
      },
    }
    const endpoint = await opened.endpoint(
      undefined,
      { clock, log, sessionTimer: { expiresSeconds: 1800, minSeconds: 90 }, limits: { refusalsPerSecond: 1e6 } },
    )
    const dialogs: InviteDialog[] = []
    endpoint.on('invite', (dialog) => {
      dialogs.push(dialog)
      dialog.on('reoffer', (reoffer) => [() => reoffer.accept(sdp('a')), () => reoffer.reject(488), () => {}][below(3)]?.())
      for (const act of [
        () => dialog.progress(180),
        () => dialog.progress(183, sdp('p')),
        () => dialog.answer(sdp('a')),
        () => dialog.reject(486),
        () => dialog.end(),
      ]) {
        if (below(3) === 0) act()
      }
    })
    const phone = opened.add(await RawPhone.open(addressOf(endpoint)))
    const methods = 'INVITE INVITE INVITE ACK BYE CANCEL PRACK UPDATE INFO OPTIONS REFER REGISTER XYZZY'.split(' ')
    for (let number = 1; number <= 3000; number++) {
      const known = phone.heard.filter(
        (one) => one.kind === 'response' && one.headers.to.params.tag !== undefined,
      ).at(-1 - below(3))
      const tag = known?.headers.to.params.tag
      const inside = typeof tag === 'string' && below(2) === 0
      const head: Head = {
        method: methods[below(methods.length)] ?? 'INVITE',
        branch: below(10) === 0 ? 'old' : `z9hG4bK${below(400)}`,
        callId: inside ? (known?.headers.callId ?? '') : `c${below(300)}`,
        cseq: below(20) + 1,
        ...(inside && { toTag: tag }),
        ...(below(2) === 0 && { body: 'v=0' }),
        lines: [
          ...(below(4) > 0 ? [phone.contact] : []),
          ...Array.from({ length: below(4) }, () => oddLines[below(oddLines.length)] ?? ''),
        ],
      }
      phone.send(damaged(phone.text(head), below))
      if (number % 50 === 0) {
        const mark = `mark${number}`
        phone.request({ method: 'OPTIONS', branch: `z9hG4bK${mark}`, callId: mark })
        while (!phone.heard.some((one) => one.headers.callId === mark)) await new Promise((resolve) => void setImmediate(resolve))
        phone.heard.splice(0, Math.max(phone.heard.length - 100, 0))
        // Requests of ours are answered by chance, with damage of another kind.
        for (const one of phone.heard) {
          if (one.kind !== 'request' || below(3) > 0) continue
          const status = [200, 481, 491, 401, 302, 699][below(6)] ?? 200
          phone.respond(one, { status, toTag: 'x', lines: [oddLines[below(oddLines.length)] ?? ''] })
        }
        const { state } = dialogs[below(dialogs.length)] ?? {}
        if (state === 'confirmed') void dialogs.find((one) => one.state === 'confirmed')?.reinvite(sdp('r')).catch(() => {})
        if (below(4) === 0) await endpoint.call({ to: uriAt(phone.address), from: alice, sdp: sdp('o') })
      }
    }
    for (const dialog of dialogs) dialog.end()
    expect(bugs).toEqual([])
    expect(dialogs.length).toBeGreaterThan(20)
  })
})

/** Sometimes a line is lost, doubled, cut or has a letter changed. */
function damaged(text: string, below: (limit: number) => number): string {
  if (below(3) > 0) return text
  const lines = text.split('\r\n')
  const at = below(lines.length)
  const line = lines[at] ?? ''
  const changed = [
    [],
    [line, line],
    [line.slice(0, below(line.length + 1))],
    [line.replace(/[a-z0-9]/i, String.fromCharCode(33 + below(90)))],
  ][below(4)] ?? []
  lines.splice(at, 1, ...changed)
  return lines.join('\r\n')
}
