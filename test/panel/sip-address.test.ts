import { describe, expect, it } from 'vitest'
import type { ServerStatus } from '../../src/model/status.ts'
import { hostAndPort, sipAddresses } from '../../web/parts/sip-address.ts'

type Sip = ServerStatus['sip']

const both = (host: string): Sip => [{ transport: 'tcp', host, port: 5060 }, { transport: 'udp', host, port: 5060 }]
const choices = (sip: Sip, shownAt: string): string[] =>
  sipAddresses({ sip }, shownAt).map((one) => `${one.transport} ${hostAndPort(one)}`)

describe('the addresses that a phone is offered', () => {
  it.each<{ title: string; sip: Sip; shownAt: string; offered: string[] }>([
    {
      title: 'begin with the host of the address bar, by UDP',
      sip: [...both('192.0.2.10'), ...both('198.51.100.7')],
      shownAt: '198.51.100.7',
      offered: ['udp 198.51.100.7:5060', 'tcp 198.51.100.7:5060', 'udp 192.0.2.10:5060', 'tcp 192.0.2.10:5060'],
    },
    {
      title: "take a name of the address bar besides the server's own addresses",
      sip: both('192.0.2.10'),
      shownAt: 'veche.example',
      offered: ['udp veche.example:5060', 'tcp veche.example:5060', 'udp 192.0.2.10:5060', 'tcp 192.0.2.10:5060'],
    },
    {
      title: 'end with loopback, also when the page was opened there',
      sip: [...both('127.0.0.1'), ...both('192.0.2.10')],
      shownAt: 'localhost',
      offered: ['udp 192.0.2.10:5060', 'tcp 192.0.2.10:5060', 'udp 127.0.0.1:5060', 'tcp 127.0.0.1:5060'],
    },
    {
      title: 'are loopback alone when the server listens there alone, whatever the page was opened by',
      sip: both('127.0.0.1'),
      shownAt: 'veche.example',
      offered: ['udp 127.0.0.1:5060', 'tcp 127.0.0.1:5060'],
    },
    {
      title: 'know an IPv6 host with its brackets and without them',
      sip: [...both('::1'), ...both('2001:db8::1')],
      shownAt: '[2001:db8::1]',
      offered: ['udp [2001:db8::1]:5060', 'tcp [2001:db8::1]:5060', 'udp [::1]:5060', 'tcp [::1]:5060'],
    },
    {
      title: 'keep every port',
      sip: [{ transport: 'udp', host: '192.0.2.10', port: 5060 }, { transport: 'udp', host: '192.0.2.10', port: 5070 }],
      shownAt: '127.0.0.1',
      offered: ['udp 192.0.2.10:5060', 'udp 192.0.2.10:5070'],
    },
  ])('$title', ({ sip, shownAt, offered }) => {
    expect(choices(sip, shownAt)).toEqual(offered)
  })
})
