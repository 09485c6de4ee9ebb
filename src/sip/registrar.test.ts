import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../base/clock.ts'
import { MemoryBindings, Registrar, routeTo } from './registrar.ts'
import { addressOf, alice, nextInvite, Opened, sdp } from './testing/endpoints.ts'
import { RawPhone } from './testing/raw-phone.ts'

const opened = new Opened()
afterEach(() => opened.close())

describe('a registered phone', () => {
  it.each(['udp', 'tcp'] as const)('behind a NAT is called back by %s on the flow it registered on', async (transport) => {
    const clock = new ManualClock()
    const registrar = new Registrar({ bindings: new MemoryBindings(), clock })
    const server = await opened.endpoint({ transport, host: '127.0.0.1' })
    const phone = await opened.endpoint({ transport, host: '127.0.0.1' })
    server.on('register', (request) => void registrar.register('101', request))
    const { address, port } = addressOf(server)
    const registered = await phone.request({
      method: 'REGISTER',
      to: { scheme: 'sip', user: '101', host: address, port, params: { transport } },
      from: alice,
      headers: [['Contact', `<sip:101@192.168.77.77:5060;transport=${transport}>`], ['Expires', '300']],
    })
    expect([registered.status, registered.headers.get('Contact')]).toEqual([
      200,
      `<sip:101@192.168.77.77:5060;transport=${transport}>;expires=300`,
    ])
    const [binding] = await registrar.contacts('101')
    if (!binding) throw new Error('nothing was bound')
    expect(binding.userAgent).toBe('veche-test')
    const route = routeTo({ ...binding, viaSource: true })
    if (!route) throw new Error('no route')
    const came = nextInvite(phone)
    await server.call({ ...route, from: alice, sdp: sdp('offer') })
    expect((await came).invite.uri).toMatchObject({ user: '101', host: '192.168.77.77' })
    clock.advance(300_000)
    expect(await registrar.contacts('101')).toEqual([])
  })

  it('that is proxied is called by way of its path', () => {
    const route = routeTo({
      contact: 'sip:101@192.168.77.77',
      path: ['<sip:edge.example.com;lr>'],
      viaSource: false,
      source: { transport: 'udp', address: '192.0.2.1', port: 5060 },
      local: { transport: 'udp', address: '192.0.2.2', port: 5060 },
      expiresAtMs: 0,
      registeredAtMs: 0,
      callId: 'c',
      cseq: 1,
      q: 1,
    })
    expect(route?.nextHop).toMatchObject({ host: 'edge.example.com' })
    expect(route?.routes.length).toBe(1)
    expect(route?.to.host).toBe('192.168.77.77')
  })

  it('is answered 500 when its contacts cannot be kept', async () => {
    const why = new Error('the disk is full')
    const broken = { list: () => Promise.reject(why), change: () => Promise.reject(why) }
    const registrar = new Registrar({ bindings: broken, clock: new ManualClock() })
    const server = await opened.endpoint()
    const failures: unknown[] = []
    server.on('register', (request) => void registrar.register('101', request).catch((cause: unknown) => failures.push(cause)))
    const phone = opened.add(await RawPhone.open(addressOf(server)))
    phone.request({ method: 'REGISTER', lines: [phone.contact] })
    expect((await phone.hearFinal()).status).toBe(500)
    expect(failures).toEqual([why])
  })
})
