import { describe, expect, it } from 'vitest'
import { timestampAfter } from './sequence.ts'
import {
  durationOf, eventOf, isEnd, KEYS, KeyPress, TELEPHONE_EVENT_BYTES, TelephoneEventReceiver, volumeOf, type KeyPressOptions,
} from './telephone-event.ts'

type Packet = { marker: boolean; timestamp: number; event: number; end: boolean; duration: number; volume?: number }

function bytes({ event, end, duration, volume = 10 }: Packet): Uint8Array {
  return Uint8Array.of(event, (end ? 0x80 : 0) | volume, duration >> 8, duration & 0xff)
}

function press(options: Partial<KeyPressOptions> = {}): Packet[] {
  const keyPress = new KeyPress({ event: 5, timestamp: 1000, duration: 800, packetInterval: 160, ...options })
  const payload = new Uint8Array(TELEPHONE_EVENT_BYTES)
  const packets: Packet[] = []
  while (!keyPress.done) {
    const { marker, timestamp } = keyPress
    keyPress.write(payload, 0)
    packets.push({
      marker, timestamp, event: eventOf(payload, 0), end: isEnd(payload, 0), duration: durationOf(payload, 0),
      volume: volumeOf(payload, 0),
    })
  }
  return packets
}

function digits(packets: readonly Packet[], receiver = new TelephoneEventReceiver()): string {
  return packets.map((packet) => {
    const payload = new Uint8Array(20)
    payload.set(bytes(packet), 12)
    const event = receiver.receive({
      payload, offset: 12, lengthBytes: TELEPHONE_EVENT_BYTES, marker: packet.marker, timestamp: packet.timestamp,
    })
    return event < 0 ? '' : (KEYS[event] ?? '?')
  }).join('')
}

/** Presses one after another, 100 ms long with 100 ms between them. */
function typed(text: string, from = 1000): Packet[][] {
  return [...text].map((key, i) => press({ event: KEYS.indexOf(key), timestamp: timestampAfter(from, i * 1600) }))
}

describe('a key press as packets', () => {
  it('follows the time table', () => {
    expect(press()).toEqual([
      ...[160, 320, 480, 640].map((duration, i) => ({
        marker: i === 0, timestamp: 1000, event: 5, end: false, duration, volume: 10,
      })),
      ...[0, 1, 2].map(() => ({ marker: false, timestamp: 1000, event: 5, end: true, duration: 800, volume: 10 })),
    ])
  })

  it('is a release at once when it lasts no longer than a packet', () => {
    expect(press({ duration: 1 })).toEqual(
      [0, 1, 2].map((i) => ({ marker: i === 0, timestamp: 1000, event: 5, end: true, duration: 160, volume: 10 })),
    )
  })

  it('goes on in segments when it is too long for the field', () => {
    const packets = press({ duration: 160 * 1000, timestamp: 0xffff0000 })
    const timestamps = [...new Set(packets.map(({ timestamp }) => timestamp))]
    expect(timestamps).toEqual([0xffff0000, 0xffffffff, 0xfffe])
    const full = packets.filter(({ duration }) => duration === 0xffff)
    expect(full.map(({ end, timestamp }) => ({ end, timestamp }))).toEqual([
      { end: false, timestamp: 0xffff0000 }, { end: false, timestamp: 0xffffffff },
    ])
    expect(packets.filter(({ marker }) => marker)).toHaveLength(1)
    expect(packets.filter(({ end }) => end)).toHaveLength(3)
    expect(packets.at(-1)?.duration).toBe(160 * 1000 - 2 * 0xffff)
  })
})

describe('a press is heard once', () => {
  it.each<{ name: string; packets: Packet[]; heard: string }>([
    { name: 'all sixteen keys', packets: typed(KEYS).flat(), heard: KEYS },
    { name: 'the same key again and again', packets: typed('1111').flat(), heard: '1111' },
    { name: 'its first packets lost', packets: typed('1111').flatMap((each) => each.slice(3)), heard: '1111' },
    { name: 'only its last packet left', packets: typed('0000').flatMap((each) => each.slice(-1)), heard: '0000' },
    { name: 'only its first packet left', packets: typed('0000').flatMap((each) => each.slice(0, 1)), heard: '0000' },
    { name: 'its releases lost', packets: typed('7777').flatMap((each) => each.slice(0, 4)), heard: '7777' },
    { name: 'its packets in reverse', packets: typed('12').flatMap((each) => each.toReversed()), heard: '12' },
    { name: 'every packet three times', packets: typed('12').flat().flatMap((each) => [each, each, each]), heard: '12' },
    {
      name: 'its release late, behind the next press',
      packets: typed('12').flatMap((each, i, all) => (i === 0 ? each.slice(0, 4) : [...each.slice(0, 2), ...(all[0] ?? [])])),
      heard: '12',
    },
    { name: 'across the wrap of the timestamp', packets: typed('4242', 0xffffff00).flat(), heard: '4242' },
    { name: 'held for half a minute', packets: press({ duration: 240_000 }), heard: '5' },
    {
      name: 'held, the last packet of each segment lost',
      packets: press({ duration: 240_000 }).filter(({ duration }) => duration !== 0xffff), heard: '5',
    },
    {
      name: 'held, a whole segment lost',
      packets: press({ duration: 240_000 }).filter(({ timestamp }) => timestamp !== 1000 + 0xffff), heard: '5',
    },
    { name: 'again after a long one', packets: [...press({ duration: 70_000 }), ...press({ timestamp: 90_000 })], heard: '55' },
    {
      name: 'the timestamp moving with every packet',
      packets: typed('55').flatMap((each) => each.map((packet, i) => ({ ...packet, timestamp: packet.timestamp + 160 * i }))),
      heard: '55',
    },
    {
      name: 'the timestamp moving and the duration starting at zero',
      packets: [0, 160, 320].map((duration, i) => ({
        marker: i === 0, timestamp: 1000 + 160 * i, event: 5, end: i === 2, duration,
      })),
      heard: '5',
    },
    {
      name: 'long after a short one, only its release left',
      packets: [...press(), ...press({ timestamp: 2600, duration: 3000 }).slice(-1)], heard: '55',
    },
    {
      name: 'held, in segments of a second, their last packets out of order',
      packets: [
        { marker: true, timestamp: 1000, event: 5, end: false, duration: 8000 },
        { marker: false, timestamp: 1000, event: 5, end: false, duration: 7840 },
        { marker: false, timestamp: 9000, event: 5, end: false, duration: 160 },
        { marker: false, timestamp: 9000, event: 5, end: true, duration: 320 },
      ],
      heard: '5',
    },
    {
      name: 'after the sender began a new timeline',
      packets: [...press({ timestamp: 4_000_000 }), ...press({ timestamp: 100 })], heard: '55',
    },
    { name: 'a flash hook or another event', packets: [16, 36, 255].flatMap((event) => press({ event })), heard: '' },
  ])('$name', ({ packets, heard }) => {
    expect(digits(packets)).toBe(heard)
  })

  it('through loss, repeats and reordering, while one packet of each press arrives', () => {
    const seed = Date.now() & 0xffffff
    let random = seed
    const next = (): number => (random = (Math.imul(random, 1664525) + 1013904223) >>> 0) / 2 ** 32
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: 8 }, () => KEYS[Math.floor(next() * 16)]).join('')
      const packets = typed(text, Math.floor(next() * 2 ** 32)).flatMap((each) => {
        const left = each.filter(() => next() > 0.5)
        const arrived = left.length > 0 ? left : each.slice(-1)
        return arrived.flatMap((packet) => (next() < 0.3 ? [packet, packet] : [packet])).toSorted(() => next() - 0.5)
      })
      expect({ seed, heard: digits(packets) }).toEqual({ seed, heard: text })
    }
  })

  it('a payload that is too short is nothing', () => {
    const receiver = new TelephoneEventReceiver()
    const packet = { payload: Uint8Array.of(5, 0, 0), offset: 0, lengthBytes: 3, marker: true, timestamp: 1 }
    expect(receiver.receive(packet)).toBe(-1)
  })

  it('a new SSRC is a new timeline', () => {
    const receiver = new TelephoneEventReceiver()
    expect(digits(press(), receiver)).toBe('5')
    expect(digits(press(), receiver)).toBe('')
    receiver.reset()
    expect(digits(press(), receiver)).toBe('5')
  })
})
