import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress, type IpAddress } from './ip-address.ts'
import {
  isGuarded, looksRebound, mediaTarget, openLatch, PROOF_PACKETS, REBIND_GAP, REBIND_SILENCE_MS, rtcpTarget, step,
  UNPROVEN_SEND_LIMIT_MS, type LastHeard, type Latch, type LatchPacket, type LatchSetup, type LatchVerdict, type Source,
} from './latch.ts'

const SDP = '198.51.100.7'
const SIGNALLING = '203.0.113.9'
const STRANGER = '192.0.2.66'
const SSRC = 0xcafe

function address(text: string): IpAddress {
  return parseAddress(text) ?? expect.fail(`not an address: ${text}`)
}

/** `198.51.100.7:4000` */
function shown(source: Source | null): string | null {
  return source && `${formatAddress(source.address)}:${source.port}`
}

function setup({ remote = `${SDP}:4000`, signalling = SIGNALLING, rtcpPort = 4001, anyAddress = false } = {}): LatchSetup {
  const [host = '', port = ''] = remote.split(':')
  return {
    remote: remote === 'none' ? null : { address: address(host), port: Number(port), rtcpPort },
    signalling: address(signalling),
    anyAddress,
  }
}

type Shot = Partial<Omit<LatchPacket, 'address' | 'port'>> & { atMs?: number }

/** A stream as the worker keeps it: the latch, and what was last taken from the proven source. */
class Line {
  latch: Latch
  heard: LastHeard | null = null
  nowMs = 0
  sequence = 65_534

  constructor(options: Parameters<typeof setup>[0] = {}) {
    this.latch = openLatch(setup(options))
  }

  packet(from: string, shot: Shot = {}): LatchPacket {
    const [host = '', port = ''] = from.split(':')
    this.sequence = (shot.sequence ?? this.sequence + 1) & 0xffff
    return {
      kind: 'rtp', ssrc: SSRC, payloadTypeKnown: true, ofEndedCall: false,
      ...shot, sequence: this.sequence, address: address(host), port: Number(port),
    }
  }

  /** One packet, 20 ms after the one before it; sequence goes on unless given. */
  hear(from: string, shot: Shot = {}): LatchVerdict {
    this.nowMs = shot.atMs ?? this.nowMs + 20
    const packet = this.packet(from, shot)
    const { latch, verdict } = step(this.latch, { type: 'packet', packet, heard: this.heard }, this.nowMs)
    this.latch = latch
    const taken = verdict === 'accept' || verdict === 'proven' || verdict === 're-latched'
    if (taken && packet.kind === 'rtp') this.heard = { ssrc: packet.ssrc, sequence: packet.sequence, atMs: this.nowMs }
    return verdict
  }

  times(count: number, from: string, shot: Shot = {}): LatchVerdict[] {
    return Array.from({ length: count }, () => this.hear(from, shot))
  }

  negotiate(options: Parameters<typeof setup>[0]): LatchVerdict {
    const { latch, verdict } = step(this.latch, { type: 'negotiated', setup: setup(options) }, this.nowMs)
    this.latch = latch
    return verdict
  }

  get source(): string | null {
    return this.latch.kind === 'proven' ? shown(this.latch.source) : null
  }
}

describe('proving a source', () => {
  it.each<{ name: string; options?: Parameters<typeof setup>[0]; from: string; verdicts: LatchVerdict[] }>([
    { name: 'the exact SDP source at its first packet', from: `${SDP}:4000`, verdicts: ['proven', 'accept', 'accept'] },
    { name: 'another port of the SDP address after three', from: `${SDP}:61000`, verdicts: ['unproven', 'unproven', 'proven'] },
    { name: 'the signalling address after three', from: `${SIGNALLING}:61000`, verdicts: ['unproven', 'unproven', 'proven'] },
    { name: 'any other address never', from: `${STRANGER}:4000`, verdicts: ['refused', 'refused', 'refused'] },
    {
      name: 'any other address after three, if the account allows it',
      options: { anyAddress: true }, from: `${STRANGER}:4000`, verdicts: ['unproven', 'unproven', 'proven'],
    },
    {
      name: 'the signalling address when the SDP names nobody',
      options: { remote: 'none' }, from: `${SIGNALLING}:7000`, verdicts: ['unproven', 'unproven', 'proven'],
    },
    {
      name: 'nobody because the SDP says 0.0.0.0',
      options: { remote: '0.0.0.0:4000' }, from: '0.0.0.0:4000', verdicts: ['refused', 'refused', 'refused'],
    },
  ])('$name', ({ options, from, verdicts }) => {
    const line = new Line(options)
    expect(line.times(3, from)).toEqual(verdicts)
    expect(line.source).toBe(verdicts.includes('proven') ? from : null)
  })

  it.each<{ name: string; shots: Shot[]; verdict: LatchVerdict }>([
    { name: 'a gap in the sequence', shots: [{ sequence: 1 }, { sequence: 2 }, { sequence: 4 }], verdict: 'unproven' },
    { name: 'the sequence backwards', shots: [{ sequence: 3 }, { sequence: 2 }, { sequence: 1 }], verdict: 'unproven' },
    { name: 'the same packet three times', shots: [{ sequence: 1 }, { sequence: 1 }, { sequence: 1 }], verdict: 'unproven' },
    { name: 'another SSRC each time', shots: [{ ssrc: 1 }, { ssrc: 2 }, { ssrc: 3 }], verdict: 'unproven' },
    { name: 'a payload type nobody agreed on', shots: [{}, {}, { payloadTypeKnown: false }], verdict: 'refused' },
    { name: 'one packet a second', shots: [{ atMs: 0 }, { atMs: 1000 }, { atMs: 2000 }], verdict: 'unproven' },
  ])('three packets with $name prove nothing', ({ shots, verdict }) => {
    const line = new Line()
    const verdicts = shots.map((shot) => line.hear(`${SIGNALLING}:61000`, shot))
    expect(verdicts.at(-1)).toBe(verdict)
    expect(line.source).toBeNull()
  })

  it('an unknown payload type from the exact SDP source proves nothing', () => {
    const line = new Line()
    expect(line.hear(`${SDP}:4000`, { payloadTypeKnown: false })).toBe('refused')
    expect(line.source).toBeNull()
  })

  it('a repeated packet among the three does no harm, and the sequence may wrap', () => {
    const line = new Line()
    const verdicts = [65_535, 0, 0, 1].map((sequence) => line.hear(`${SIGNALLING}:61000`, { sequence }))
    expect(verdicts).toEqual(['unproven', 'unproven', 'unproven', 'proven'])
  })

  it('after a gap the count begins with the packet behind it', () => {
    const line = new Line()
    const verdicts = [1, 2, 7, 8, 9].map((sequence) => line.hear(`${SIGNALLING}:61000`, { sequence }))
    expect(verdicts).toEqual(['unproven', 'unproven', 'unproven', 'unproven', 'proven'])
  })

  it('keeps its own copy of an address that the caller uses again', () => {
    const scratch = address(STRANGER)
    for (const from of [`${SDP}:4000`, `${SIGNALLING}:61000`]) {
      const line = new Line()
      for (let i = 0; i < 3; i++) {
        const packet = line.packet(from)
        scratch.set(packet.address)
        line.latch = step(line.latch, { type: 'packet', packet: { ...packet, address: scratch }, heard: null }, i * 20).latch
        scratch.fill(0)
      }
      expect(line.source).toBe(from)
    }
  })
})

describe('attacks on a line', () => {
  it('a spray of random sources neither gets in nor keeps the phone out', () => {
    const seed = Date.now() & 0xffffff
    for (const anyAddress of [false, true]) {
      let random = seed
      const next = (below: number): number => (random = (random * 1103515245 + 12345) & 0x7fffffff) % below
      const line = new Line({ anyAddress })
      let phone = 100
      for (let i = 0; line.source === null && i < 50; i++) {
        for (let j = 0; j < 5; j++) {
          const from = `${1 + next(200)}.${next(256)}.${next(256)}.${next(256)}:${1024 + next(60_000)}`
          const verdict = line.hear(from, { ssrc: next(2 ** 31), sequence: next(65_536), atMs: i * 20 })
          expect({ seed, verdict }).toEqual({ seed, verdict: anyAddress ? 'unproven' : 'refused' })
        }
        if (i >= 3) line.hear(`${anyAddress ? STRANGER : SIGNALLING}:61000`, { sequence: phone++, atMs: i * 20 })
      }
      expect({ seed, source: line.source, packets: phone - 100 }).toMatchObject({ seed, packets: 3 })
    }
  })

  it('a burst of sources does not wash away one that is nearly proven, or better known', () => {
    for (const [from, packetsBefore] of [[`${STRANGER}:4000`, 2], [`${SIGNALLING}:61000`, 1]] as const) {
      const line = new Line({ anyAddress: true })
      line.times(packetsBefore, from)
      const { sequence } = line
      for (let i = 0; i < 100; i++) line.hear(`100.64.0.${i}:5000`, { ssrc: i, atMs: line.nowMs + 0.1 })
      line.sequence = sequence
      expect(line.times(PROOF_PACKETS - packetsBefore, from).at(-1)).toBe('proven')
    }
  })

  it('a talker from the same NAT address cannot interrupt the proven source, nor hide behind its SSRC', () => {
    const line = new Line()
    line.times(3, `${SIGNALLING}:61000`)
    for (let i = 0; i < 100; i++) {
      expect(line.hear(`${SIGNALLING}:61000`)).toBe('accept')
      const { sequence, nowMs } = line
      expect(line.hear(`${SIGNALLING}:50000`, { atMs: nowMs })).toBe('refused')
      expect(line.hear(`${SIGNALLING}:50000`, { ssrc: 1, atMs: nowMs })).toBe('refused')
      line.sequence = sequence
    }
    expect(line.source).toBe(`${SIGNALLING}:61000`)
  })

  it('guessing SSRCs while the phone is silent finds nothing', () => {
    const line = new Line()
    line.times(3, `${SIGNALLING}:61000`)
    line.nowMs += 10 * REBIND_SILENCE_MS
    const { sequence } = line
    for (let guess = 0; guess < 5000; guess++) {
      const verdict = line.hear(`${SIGNALLING}:50000`, { ssrc: SSRC + 1 + guess, sequence: sequence + 1 + guess })
      expect(verdict).toBe('refused')
    }
    expect(line.source).toBe(`${SIGNALLING}:61000`)
  })

  it('knowing the SSRC does not help from another address', () => {
    const line = new Line()
    line.times(3, `${SIGNALLING}:61000`)
    line.nowMs += 10 * REBIND_SILENCE_MS
    expect(line.times(4, `${STRANGER}:61000`)).toEqual(Array(4).fill('refused'))
    expect(line.times(4, `${SDP}:61000`)).toEqual(Array(4).fill('refused'))
  })

  it('the packets of a call that ended are refused, even from exactly where the SDP says', () => {
    const line = new Line()
    expect(line.times(5, `${SDP}:4000`, { ofEndedCall: true })).toEqual(Array(5).fill('refused'))
    expect(line.hear(`${SDP}:4000`, { kind: 'rtcp', ofEndedCall: true })).toBe('refused')
    expect(line.source).toBeNull()
  })

  it('who won the race to our port loses it to the source that the SDP names', () => {
    const line = new Line()
    line.times(3, `${SDP}:50000`, { ssrc: 666 })
    expect(line.source).toBe(`${SDP}:50000`)
    expect(line.times(4, `${SDP}:4000`)).toEqual(['unproven', 'unproven', 're-latched', 'accept'])
    expect(line.times(3, `${SDP}:50000`, { ssrc: 666 })).toEqual(Array(3).fill('refused'))
  })
})

describe('a source that moves', () => {
  function provenAndSilent(silenceMs: number): Line {
    const line = new Line()
    line.times(3, `${SIGNALLING}:61000`)
    line.nowMs += silenceMs - 20
    return line
  }

  it.each<{ name: string; silenceMs?: number; from?: string; skip?: number; shot?: Shot; moves: boolean }>([
    { name: 'another port, after a silence', moves: true },
    { name: 'before the silence is long enough', silenceMs: REBIND_SILENCE_MS - 60, moves: false },
    { name: 'with another SSRC', shot: { ssrc: 1 }, moves: false },
    { name: 'from another address', from: `${SDP}:61000`, moves: false },
    { name: 'after a gap', skip: REBIND_GAP - PROOF_PACKETS, moves: true },
    { name: 'after too large a gap', skip: REBIND_GAP, moves: false },
    { name: 'with an older sequence', skip: -20, moves: false },
    { name: 'with an unknown payload type', shot: { payloadTypeKnown: false }, moves: false },
  ])('$name: moves $moves', ({ silenceMs = REBIND_SILENCE_MS, from = `${SIGNALLING}:62000`, skip = 0, shot = {}, moves }) => {
    const line = provenAndSilent(silenceMs)
    line.sequence += skip
    const verdicts = line.times(3, from, shot)
    expect(verdicts).toEqual(moves ? ['unproven', 'unproven', 're-latched'] : Array(3).fill('refused'))
    expect(line.source).toBe(moves ? from : `${SIGNALLING}:61000`)
  })

  it('is told from others before anything is changed', () => {
    const line = provenAndSilent(REBIND_SILENCE_MS)
    const nowMs = line.nowMs + 20
    const hearing = (from: string, shot: Shot = {}) => ({ packet: line.packet(from, shot), heard: line.heard, nowMs })
    expect(looksRebound(line.latch, hearing(`${SIGNALLING}:62000`))).toBe(true)
    expect(looksRebound(line.latch, hearing(`${SIGNALLING}:62000`, { ssrc: 1 }))).toBe(false)
    expect(looksRebound(line.latch, { ...hearing(`${SIGNALLING}:62000`), heard: null })).toBe(false)
    expect(looksRebound(new Line().latch, hearing(`${SIGNALLING}:62000`))).toBe(false)
  })

  it('stays where it was when the old port speaks again before three packets came from the new one', () => {
    const line = provenAndSilent(REBIND_SILENCE_MS)
    line.times(2, `${SIGNALLING}:62000`)
    expect(line.hear(`${SIGNALLING}:61000`)).toBe('accept')
    expect(line.hear(`${SIGNALLING}:62000`)).toBe('refused')
  })
})

describe('a new offer', () => {
  const exact = `${SDP}:4000`
  const natted = `${SIGNALLING}:61000`

  it.each<{ name: string; heardFrom: string; offer: Parameters<typeof setup>[0]; verdict: LatchVerdict }>([
    { name: 'with nothing new keeps the source', heardFrom: natted, offer: {}, verdict: 'kept' },
    { name: 'with another port starts over', heardFrom: exact, offer: { remote: `${SDP}:4002` }, verdict: 'restarted' },
    { name: 'with another address starts over', heardFrom: exact, offer: { remote: `${STRANGER}:4000` }, verdict: 'restarted' },
    { name: 'with no address starts over', heardFrom: exact, offer: { remote: 'none' }, verdict: 'restarted' },
    { name: 'from a phone that moved starts over', heardFrom: natted, offer: { signalling: STRANGER }, verdict: 'restarted' },
    { name: 'by another proxy keeps the exact source', heardFrom: exact, offer: { signalling: STRANGER }, verdict: 'kept' },
  ])('$name', ({ heardFrom, offer, verdict }) => {
    const line = new Line()
    line.times(3, heardFrom)
    expect(line.negotiate(offer)).toBe(verdict)
    expect(line.source).toBe(verdict === 'kept' ? heardFrom : null)
  })

  it('is heard from its new source at once, though the old one still talks', () => {
    const line = new Line()
    line.hear(`${SDP}:4000`)
    line.negotiate({ remote: `${SDP}:4002` })
    expect(line.times(3, `${SDP}:4000`)).toEqual(['unproven', 'unproven', 'proven'])
    expect(line.times(3, `${SDP}:4002`, { ssrc: 2 })).toEqual(['unproven', 'unproven', 're-latched'])
  })
})

describe('where to send', () => {
  it('to the SDP before proof, to the proven source after it', () => {
    const line = new Line()
    expect(shown(mediaTarget(line.latch, 0))).toBe(`${SDP}:4000`)
    line.times(3, `${SIGNALLING}:61000`)
    expect(shown(mediaTarget(line.latch, 1e9))).toBe(`${SIGNALLING}:61000`)
  })

  it.each([
    { name: 'an SDP address that did not signal', remote: `${SDP}:4000`, guarded: true },
    { name: 'the address of the signalling', remote: `${SIGNALLING}:4000`, guarded: false },
  ])('$name is guarded: $guarded', ({ remote, guarded }) => {
    const { latch } = new Line({ remote })
    expect(isGuarded(latch)).toBe(guarded)
    expect(shown(mediaTarget(latch, UNPROVEN_SEND_LIMIT_MS - 1))).toBe(remote)
    expect(shown(mediaTarget(latch, UNPROVEN_SEND_LIMIT_MS))).toBe(guarded ? null : remote)
  })

  it('a report from exactly where the SDP says lifts the guard, any other does not', () => {
    const line = new Line()
    line.hear(`${SDP}:4005`, { kind: 'rtcp' })
    line.hear(`${STRANGER}:4001`, { kind: 'rtcp' })
    expect(isGuarded(line.latch)).toBe(true)
    expect(line.hear(`${SDP}:4001`, { kind: 'rtcp' })).toBe('accept')
    expect(isGuarded(line.latch)).toBe(false)
    expect(line.source).toBeNull()
  })

  it('nowhere when the SDP names nobody', () => {
    expect(mediaTarget(new Line({ remote: 'none' }).latch, 0)).toBeNull()
    expect(mediaTarget(new Line({ remote: `${SDP}:0` }).latch, 0)).toBeNull()
  })
})

describe('RTCP', () => {
  const exact = `${SDP}:4000`
  const natted = `${SIGNALLING}:61000`

  it.each<{ name: string; proven: string; from: string; ssrc?: number; verdict: LatchVerdict }>([
    { name: 'from where the SDP says', proven: exact, from: `${SDP}:4001`, ssrc: 1, verdict: 'accept' },
    { name: 'from the proven address with its SSRC', proven: natted, from: `${SIGNALLING}:61001`, verdict: 'rtcp-learned' },
    { name: 'from the proven address, other SSRC', proven: natted, from: `${SIGNALLING}:61001`, ssrc: 1, verdict: 'refused' },
    { name: 'from a stranger who knows the SSRC', proven: exact, from: `${STRANGER}:4001`, verdict: 'refused' },
  ])('$name: $verdict', ({ proven, from, ssrc = SSRC, verdict }) => {
    const line = new Line()
    line.times(3, proven)
    expect(line.hear(from, { kind: 'rtcp', ssrc })).toBe(verdict)
    if (verdict === 'rtcp-learned') expect(line.hear(from, { kind: 'rtcp', ssrc: 5 })).toBe('accept')
  })

  it('never proves a source of sound', () => {
    const line = new Line()
    expect(line.times(5, `${SIGNALLING}:61000`, { kind: 'rtcp' })).toEqual(Array(5).fill('unproven'))
    expect(line.times(5, `${SDP}:4001`, { kind: 'rtcp' })).toEqual(Array(5).fill('accept'))
    expect(line.source).toBeNull()
  })

  it.each([
    { name: 'the SDP port', options: {}, proven: `${SDP}:4000`, target: `${SDP}:4001` },
    { name: 'the muxed port', options: { rtcpPort: 4000 }, proven: `${SIGNALLING}:61000`, target: `${SIGNALLING}:61000` },
    { name: 'nowhere behind NAT before anything came', options: {}, proven: `${SIGNALLING}:61000`, target: null },
  ])('is sent to $name', ({ options, proven, target }) => {
    const line = new Line(options)
    line.times(3, proven)
    expect(shown(rtcpTarget(line.latch, 0))).toBe(target)
  })

  it('is sent to where it was learned from', () => {
    const line = new Line()
    line.times(3, `${SIGNALLING}:61000`)
    line.hear(`${SIGNALLING}:61077`, { kind: 'rtcp' })
    expect(shown(rtcpTarget(line.latch, 0))).toBe(`${SIGNALLING}:61077`)
  })

  it('is learned again when a new offer moves its port', () => {
    const line = new Line()
    line.times(3, natted)
    line.hear(`${SIGNALLING}:61077`, { kind: 'rtcp' })
    expect(line.negotiate({})).toBe('kept')
    expect(shown(rtcpTarget(line.latch, 0))).toBe(`${SIGNALLING}:61077`)
    expect(line.negotiate({ rtcpPort: 4000 })).toBe('kept')
    expect(shown(rtcpTarget(line.latch, 0))).toBe(natted)
  })

  it('is guarded like sound', () => {
    const line = new Line()
    expect(shown(rtcpTarget(line.latch, 0))).toBe(`${SDP}:4001`)
    expect(rtcpTarget(line.latch, UNPROVEN_SEND_LIMIT_MS)).toBeNull()
  })
})
