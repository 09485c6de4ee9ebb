/** How many INVITEs one core reads and prints in a second: `node bench/sip-parse.ts`. */
import { parseMessage } from '../src/sip/parse.ts'
import { printMessage } from '../src/sip/print.ts'

const sdp = [
  'v=0', 'o=- 20017 20017 IN IP4 192.0.2.5', 's=SDP data', 'c=IN IP4 192.0.2.5', 't=0 0', 'm=audio 11780 RTP/AVP 8 0 9 18 101',
  'a=rtpmap:8 PCMA/8000', 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:9 G722/8000', 'a=rtpmap:18 G729/8000', 'a=fmtp:18 annexb=no',
  'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15', 'a=ptime:20', 'a=sendrecv', '',
].join('\r\n')

/** As a desk phone sends it through one proxy, 1.2 kB. */
export const typicalInvite: Uint8Array = Buffer.from(
  [
    'INVITE sip:1111@pbx.example.com;user=phone SIP/2.0',
    'Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKcdcb.6ca7d7a2e3e8c4a3;rport',
    'Via: SIP/2.0/UDP 192.0.2.5:5060;received=203.0.113.9;branch=z9hG4bK1839472641;rport=41022',
    'Record-Route: <sip:198.51.100.7;lr;ftag=193048>',
    'From: "Иван Петров" <sip:201@pbx.example.com>;tag=193048',
    'To: <sip:1111@pbx.example.com;user=phone>',
    'Call-ID: 0_3729421860@192.0.2.5',
    'CSeq: 1 INVITE',
    'Contact: <sip:201@192.0.2.5:5060;transport=UDP>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-00156575db0d>"',
    'Content-Type: application/sdp',
    'Allow: INVITE, INFO, PRACK, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REGISTER, SUBSCRIBE, REFER, PUBLISH, UPDATE, MESSAGE',
    'Max-Forwards: 69',
    'User-Agent: Yealink SIP-T46S 66.84.0.125',
    'Supported: replaces, timer, 100rel',
    'Session-Expires: 1800;refresher=uac',
    'Allow-Events: talk,hold,conference,refer,check-sync',
    `Content-Length: ${sdp.length}`,
    '',
    sdp,
  ].join('\r\n'),
)

export type SipParseFigures = {
  readonly messageBytes: number
  readonly parsesPerSecond: number
  readonly printsPerSecond: number
}

/** Reads and prints for about `durationMs` each, after as much time to warm up. */
export function measureSipParse(durationMs = 1000): SipParseFigures {
  const result = parseMessage(typicalInvite)
  if (result.kind !== 'message') throw new Error('the typical INVITE was not understood')
  const { message } = result
  return {
    messageBytes: typicalInvite.length,
    parsesPerSecond: rate(durationMs, () => parseMessage(typicalInvite)),
    printsPerSecond: rate(durationMs, () => printMessage(message)),
  }
}

function rate(durationMs: number, run: () => unknown): number {
  const batch = 500
  let best = 0
  // The first half warms up and is not counted.
  for (const isCounted of [false, true]) {
    const started = performance.now()
    let count = 0
    while (performance.now() - started < durationMs) for (let index = 0; index < batch; index++, count++) run()
    if (isCounted) best = (count / (performance.now() - started)) * 1000
  }
  return Math.round(best)
}

if (import.meta.main) {
  const { messageBytes, parsesPerSecond, printsPerSecond } = measureSipParse()
  console.log(`INVITE of ${messageBytes} bytes: ${parsesPerSecond} parses/s, ${printsPerSecond} prints/s on one core`)
}
