/**
 * Builds every long-lived part, starts them, stops them in reverse. The only wiring: nobody else constructs a part that
 * lives, or connects emitters of two rooms.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { guardedClock, systemClock } from './base/clock.ts'
import { Unavailable } from './base/errors.ts'
import { createLog, type Log } from './base/log.ts'
import { loadPrompts } from './conference/prompts.ts'
import { Rooms } from './conference/rooms.ts'
import { nameOf, type BootKey, type Config } from './config.ts'
import { fillNewStore, presetApiKey } from './first-run.ts'
import { easiestRoom, greetingText } from './greeting.ts'
import { EventFeed } from './http/feed.ts'
import { HttpServer } from './http/server.ts'
import { mediaAddressFor } from './media-address.ts'
import { MediaEngine } from './media/engine.ts'
import { SipEndpoint } from './sip/endpoint.ts'
import { reachableHosts } from './own-addresses.ts'
import { openStore, type Store } from './store/store.ts'
import { Accounts } from './switchboard/accounts.ts'
import { Phones } from './switchboard/phones.ts'
import { Switchboard } from './switchboard/switchboard.ts'
import { version } from './version.ts'

export type Server = {
  /** Says BYE to every call, closes everything. Idempotent. */
  close(): Promise<void>
}

const root = fileURLToPath(new URL('..', import.meta.url))
/** Beside the database: recordings, and sounds of the administrator's own in place of ours. */
const dataFolders = ['recordings', 'sounds'] as const

/** @throws Invalid, Unavailable with a message for the operator when a folder, a port or a file is not as needed. */
export async function startServer(config: Config): Promise<Server> {
  const log = createLog(config.logLevel, { plain: process.stdout.isTTY })
  const clock = guardedClock(systemClock, (error) => log.error({ err: error }, 'a timer met a bug'))
  const closers: Array<() => unknown> = []
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) {
      try {
        await close()
      } catch (error) {
        log.error({ err: error }, 'a part did not close')
      }
    }
  }
  try {
    const startedAtMs = clock.wallMs()
    const store = await naming('data', openStore({ folder: config.dataFolder, clock, log }))
    closers.push(() => store.close())
    for (const name of dataFolders) mkdirSync(join(config.dataFolder, name), { recursive: true })
    await store.history.closeUnfinished(new Date(clock.wallMs()).toISOString())

    const media = new MediaEngine({
      log,
      clock,
      listen: config.media,
      workers: 1, // a mix lives on one worker, and so must all who are in it
      driver: config.mediaDriver,
      maxDepthMs: 300,
      silenceLimitMs: store.settings.current.silentLineSeconds * 1000,
    })
    closers.push(() => media.close())
    await naming('media', media.start())
    store.settings.events.on('saved', ({ silentLineSeconds }) => media.setSilenceLimit(silentLineSeconds * 1000))
    const prompts = await loadPrompts([join(config.dataFolder, 'sounds'), join(root, 'prompts')], media)

    const sip = new SipEndpoint({
      clock,
      log,
      listen: config.sip.flatMap((one) => (['udp', 'tcp'] as const).map((transport) => ({ transport, ...one }))),
      ...(config.publicAddress !== null && { publicAddress: config.publicAddress }),
      userAgent: `veche/${version}`,
      sessionTimer: { expiresSeconds: 1800, minSeconds: 90 },
    })
    const feed = new EventFeed({ clock })
    const accounts = new Accounts({ employees: store.employees, clock, log, settings: () => store.settings.current })
    const phones = new Phones({ accounts, bindings: store.bindings, employeeOf: (id) => store.employees.find(id), clock, log })
    const defaultLanguage = () => store.settings.current.language
    const rooms = new Rooms({ media, history: store.history, prompts, clock, log, defaultLanguage })
    const switchboard = new Switchboard({
      accounts,
      directory: {
        conferenceWithNumber: (number) => store.conferences.findByNumber(number),
        employeeWithNumber: (number) => store.employees.findByNumber(number),
      },
      rooms,
      media,
      mediaAddressFor: mediaAddressFor(config),
      strangersMayCall: () => store.settings.current.strangersMayCall,
      clock,
      log,
    })
    sip.on('invite', (dialog) => void switchboard.take(dialog))
    sip.on('register', (request) => void phones.take(request))
    connectStore({ store, rooms, phones, feed, log })
    rooms.on('change', (change) => feed.append(change))
    phones.on('change', (change) => feed.append(change))

    let ready = false
    const http = new HttpServer({
      log,
      clock,
      listen: config.http,
      store,
      live: rooms,
      phones,
      status: () => ({
        version,
        startedAt: new Date(startedAtMs).toISOString(),
        sip: sip.localAddresses.flatMap(({ transport, address, port }) =>
          transport === 'udp' || transport === 'tcp' ? reachableHosts(address).map((host) => ({ transport, host, port })) : [],
        ),
        publicAddress: config.publicAddress,
        mediaDriver: media.driver,
        mediaDriverReason: media.driverReason,
        calls: rooms.calls,
        rooms: rooms.list().length,
        participants: rooms.list().reduce((sum, room) => sum + room.participants.length, 0),
        phones: phones.list().length,
      }),
      feed,
      panelFolder: join(root, 'dist', 'panel'),
      version,
      isReady: () => ready,
      trustedProxies: config.trustedProxies,
    })
    closers.push(() => sip.close())
    closers.push(() => phones.close())
    closers.push(() => rooms.close())
    closers.push(() => http.close())
    const httpAddress = await http.start()
    await phones.start()
    await naming('sip', sip.start())
    // Only now that nothing can fail any more: the first password is shown once.
    if (config.apiKey !== null) await presetApiKey(store, { token: config.apiKey, log })
    const firstRun = await fillNewStore(store, config)
    ready = true
    log.info({ version, driver: media.driver, reason: media.driverReason }, 'veche is up')

    process.stdout.write(
      greetingText({
        version,
        http: httpAddress,
        sip: config.sip.map(({ host }, index) => ({ host, port: sip.localAddresses[index * 2]?.port ?? 0 })),
        publicAddress: config.publicAddress,
        media: `${soundDriver(media)}, ports from ${config.media[0]?.port}`,
        dataFolder: config.dataFolder,
        firstRun,
        room: easiestRoom(await store.conferences.list()),
      }),
    )
    return { close: closeAll }
  } catch (error) {
    await closeAll()
    throw error
  }
}

function soundDriver({ driver, driverReason }: MediaEngine): string {
  return driver === 'batched' ? 'batched system calls' : `portable sockets (${driverReason})`
}

/** A port, an address or a folder that cannot be had is said together with the setting that changes it. */
async function naming<T>(key: BootKey, start: Promise<T>): Promise<T> {
  try {
    return await start
  } catch (cause) {
    if (!(cause instanceof Unavailable)) throw cause
    throw new Unavailable(`${cause.message.replace(/\.$/, '')}. Choose another with ${nameOf(key)}.`, { code: cause.code, cause })
  }
}

type Connected = {
  readonly store: Store
  readonly rooms: Rooms
  readonly phones: Phones
  readonly feed: EventFeed
  readonly log: Log
}

function connectStore({ store, rooms, phones, feed, log }: Connected): void {
  store.conferences.events.on('saved', (conference) => {
    rooms.conferenceSaved(conference)
    feed.append({ type: 'conference-saved', conference })
  })
  store.conferences.events.on('deleted', (conferenceId) => {
    rooms.end(conferenceId).catch((error: unknown) => log.error({ err: error, conferenceId }, 'a room could not be ended'))
    feed.append({ type: 'conference-deleted', conferenceId })
  })
  store.employees.events.on('saved', (employee) => {
    void phones.employeeSaved(employee)
    feed.append({ type: 'employee-saved', employee })
  })
  store.employees.events.on('deleted', (employeeId) => {
    void phones.employeeDeleted(employeeId)
    feed.append({ type: 'employee-deleted', employeeId })
  })
  store.settings.events.on('saved', (settings) => feed.append({ type: 'settings-saved', settings }))
  store.history.events.on('ended', (stay) => feed.append({ type: 'call-ended', stay }))
}

/** Runs until SIGINT or SIGTERM, then closes and exits with 0. A second signal does not wait. */
export function closeOnSignals(server: Server): void {
  let closing = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(1)
      closing = true
      process.stdout.write('closing: saying goodbye to every call\n')
      void server.close().finally(() => process.exit(0))
    })
  }
}

