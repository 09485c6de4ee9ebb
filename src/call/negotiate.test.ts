import { describe, expect, it } from 'vitest'
import { answerOffer, makeOffer, readAnswer, type LocalEnd } from './negotiate.ts'

const local: LocalEnd = { address: '192.0.2.1', port: 10_000, sessionId: '7', signallingAddress: '198.51.100.9' }

function sdp(...lines: string[]): Uint8Array {
  return new TextEncoder().encode(['v=0', 'o=- 1 1 IN IP4 198.51.100.2', 's=-', 'c=IN IP4 198.51.100.2', 't=0 0', ...lines, ''].join('\r\n'))
}

function answer(...lines: string[]) {
  const { sdp: bytes, ...agreement } = answerOffer(sdp(...lines), { local, version: 1 })
  return { ...agreement, lines: new TextDecoder().decode(bytes).split('\r\n') }
}

describe('answering an offer', () => {
  it('takes the first codec of the offer that we know and tells where our sound is', () => {
    const { format, lines } = answer('m=audio 4000 RTP/AVP 9 0 8 101', 'a=rtpmap:101 telephone-event/8000', 'a=ptime:30')
    expect(format.send).toEqual({ codec: 'PCMU', payloadType: 0, ptimeMs: 30 })
    expect(format.receive.map(({ codec }) => codec)).toEqual(['PCMU', 'PCMA'])
    expect(format.telephoneEvent).toBe(101)
    expect(format.remote).toEqual({ address: '198.51.100.2', port: 4000, rtcpPort: 4001, rtcpMux: false })
    expect(lines).toContain('m=audio 10000 RTP/AVP 0 101')
    expect(lines).toContain('c=IN IP4 192.0.2.1')
    expect(lines).toContain('a=sendrecv')
  })

  it.each([
    ['sendonly', 'recvonly', { sending: false, receiving: false, held: true }],
    ['inactive', 'inactive', { sending: false, receiving: false, held: true }],
    ['recvonly', 'sendonly', { sending: true, receiving: false, held: false }],
    ['sendrecv', 'sendrecv', { sending: true, receiving: true, held: false }],
  ])('mirrors %s as %s', (offered, mirrored, expected) => {
    const { format, held, lines } = answer('m=audio 4000 RTP/AVP 8', `a=${offered}`)
    expect(lines).toContain(`a=${mirrored}`)
    expect({ sending: format.sending, receiving: format.receiving, held }).toEqual(expected)
  })

  it('0.0.0.0 is a hold, as old phones write it', () => {
    expect(answer('m=audio 4000 RTP/AVP 8', 'c=IN IP4 0.0.0.0').held).toBe(true)
  })

  it('every other media line is refused in its place', () => {
    const { lines } = answer('m=video 5000 RTP/AVP 96', 'm=audio 4000 RTP/AVP 8', 'm=application 6000 UDP/BFCP *')
    expect(lines.filter((line) => line.startsWith('m='))).toEqual(['m=video 0 RTP/AVP 96', 'm=audio 10000 RTP/AVP 8', 'm=application 0 UDP/BFCP 0'])
  })

  it('the second audio line is taken when the first is encrypted', () => {
    const { lines, format } = answer('m=audio 4000 RTP/SAVP 8', 'm=audio 4002 RTP/AVP 8')
    expect(lines.filter((line) => line.startsWith('m='))).toEqual(['m=audio 0 RTP/SAVP 8', 'm=audio 10000 RTP/AVP 8'])
    expect(format.remote.port).toBe(4002)
  })

  it('the second audio line is taken when the first is switched off', () => {
    const { lines, format } = answer('m=audio 0 RTP/AVP 8', 'm=audio 4002 RTP/AVP 8')
    expect(lines.filter((line) => line.startsWith('m='))).toEqual(['m=audio 0 RTP/AVP 8', 'm=audio 10000 RTP/AVP 8'])
    expect(format.remote.port).toBe(4002)
  })

  it('a stream that is switched off stays off in the answer', () => {
    const { lines, format, held } = answer('m=audio 0 RTP/AVP 8')
    expect(lines.filter((line) => line.startsWith('m='))).toEqual(['m=audio 0 RTP/AVP 8'])
    expect({ sending: format.sending, receiving: format.receiving, held }).toEqual({ sending: false, receiving: false, held: true })
  })

  it('rtcp-mux and a=rtcp are followed', () => {
    expect(answer('m=audio 4000 RTP/AVP 8', 'a=rtcp-mux').format.remote).toMatchObject({ rtcpPort: 4000, rtcpMux: true })
    expect(answer('m=audio 4000 RTP/AVP 8', 'a=rtcp:5555').format.remote).toMatchObject({ rtcpPort: 5555, rtcpMux: false })
  })

  it('a dynamic payload type named PCMA is PCMA; 8 named otherwise is not', () => {
    expect(answer('m=audio 4000 RTP/AVP 97', 'a=rtpmap:97 PCMA/8000').format.send).toMatchObject({ codec: 'PCMA', payloadType: 97 })
    expect(() => answer('m=audio 4000 RTP/AVP 8', 'a=rtpmap:8 PCMA/16000')).toThrow(/PCMA or PCMU/)
  })

  it('a host name in c= is not resolved: the source of the signalling stands for it', () => {
    expect(answer('m=audio 4000 RTP/AVP 8', 'c=IN IP4 phone.example.org').format.remote.address).toBe('198.51.100.9')
  })

  it('maxptime bounds what we send', () => {
    expect(answer('m=audio 4000 RTP/AVP 8', 'a=ptime:60', 'a=maxptime:25').format.send.ptimeMs).toBe(20)
    expect(answer('m=audio 4000 RTP/AVP 8', 'a=ptime:5').format.send.ptimeMs).toBe(10)
  })

  it.each([
    ['no SDP at all', 'hello', 'bad-sdp'],
    ['only video', 'v=0\r\nm=video 1 RTP/AVP 96\r\n', 'no-audio'],
    ['only encrypted audio', 'v=0\r\nm=audio 1 RTP/SAVP 8\r\n', 'no-audio'],
    ['no codec of ours', 'v=0\r\nm=audio 1 RTP/AVP 18\r\n', 'no-audio'],
    ['far too long', `v=0\r\n${'a=x\r\n'.repeat(10_000)}`, 'bad-sdp'],
    ['too many media', `v=0\r\n${'m=audio 1 RTP/AVP 8\r\n'.repeat(100)}`, 'bad-sdp'],
  ])('refuses %s', (_what, text, code) => {
    expect(() => answerOffer(new TextEncoder().encode(text), { local, version: 1 })).toThrow(expect.objectContaining({ code }))
  })

  it('nothing of the offer can write a line of its own into the answer', () => {
    const { lines } = answer('m=audio 4000 RTP/AVP 8', 'm=video\rx=1 1 RTP/AVP 96\n')
    expect(lines.filter((line) => !/^[vosctma]=/.test(line) && line !== '')).toEqual([])
  })
})

describe('our own offer', () => {
  it('is answered to an agreement', () => {
    const offer = new TextDecoder().decode(makeOffer({ local, version: 3 }))
    expect(offer).toContain('m=audio 10000 RTP/AVP 8 0 101')
    expect(offer).toContain('o=veche 7 3 IN IP4 192.0.2.1')
    const { format } = readAnswer(sdp('m=audio 4000 RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000'), { local })
    expect(format.send.codec).toBe('PCMU')
    expect(format.telephoneEvent).toBe(101)
  })

  it.each([
    ['sendrecv', 'sendrecv', { sending: true, receiving: true, held: false }],
    ['sendrecv', 'sendonly', { sending: false, receiving: false, held: true }],
    ['recvonly', 'sendonly', { sending: false, receiving: false, held: true }],
    ['recvonly', 'sendrecv', { sending: false, receiving: false, held: true }],
    ['sendonly', 'sendrecv', { sending: true, receiving: false, held: false }],
    ['inactive', 'sendrecv', { sending: false, receiving: false, held: true }],
  ])('that was %s is answered with %s: no more than was offered', (offered, answered, expected) => {
    const offer = sdp('m=audio 10000 RTP/AVP 8', `a=${offered}`)
    const { format, held } = readAnswer(sdp('m=audio 4000 RTP/AVP 8', `a=${answered}`), { local, offer })
    expect({ sending: format.sending, receiving: format.receiving, held }).toEqual(expected)
  })

  it('may be an answer of ours said again: keys come as it says', () => {
    const keys = (type: number) => sdp(`m=audio 4000 RTP/AVP 8 ${type}`, `a=rtpmap:${type} telephone-event/8000`)
    expect(readAnswer(keys(96), { local, offer: keys(96) }).format.telephoneEvent).toBe(96)
    expect(readAnswer(sdp('m=audio 4000 RTP/AVP 8'), { local, offer: keys(96) }).format.telephoneEvent).toBeNull()
  })

  it('says IP6 for an IPv6 address', () => {
    expect(new TextDecoder().decode(makeOffer({ local: { ...local, address: '2001:db8::1' }, version: 1 }))).toContain('c=IN IP6 2001:db8::1')
  })
})
