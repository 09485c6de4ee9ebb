/** The HTTP server: panel, API and live feed on one port. */
import type { AddressInfo } from 'node:net'
import { Unavailable } from '../base/errors.ts'
import type { App } from './app-type.ts'
import { buildApp } from './app.ts'
import type { EventStreams } from './event-streams.ts'
import type { ApiParts } from './live.ts'

export type HttpServerOptions = ApiParts & {
  readonly listen: { readonly host: string; readonly port: number }
  /** Where the panel was compiled to; may not exist. */
  readonly panelFolder: string
  readonly version: string
  /** Addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies?: readonly string[]
  /** Whether calls can be taken; asked by `/healthz`. */
  readonly isReady?: () => boolean
}

type State =
  | { readonly kind: 'new' }
  | { readonly kind: 'open'; readonly app: App; readonly streams: EventStreams }
  | { readonly kind: 'closed' }

/** How long requests under way may take when the server closes. */
const graceMs = 2000

export class HttpServer {
  readonly #options: HttpServerOptions
  #state: State = { kind: 'new' }

  constructor(options: HttpServerOptions) {
    this.#options = options
  }

  /**
   * Answers where it listens: with port 0, the system has chosen one.
   * @throws Unavailable (`port-taken`, `port-refused`, `address-missing`) naming the port and its setting
   */
  async start(): Promise<{ host: string; port: number }> {
    const { listen, trustedProxies = [], isReady = () => true } = this.#options
    const { app, streams } = await buildApp({ ...this.#options, trustedProxies, isReady })
    try {
      await app.listen(listen)
    } catch (cause) {
      streams.close()
      await app.close()
      throw plainListenError(cause, listen)
    }
    this.#state = { kind: 'open', app, streams }
    const { address, port } = app.server.address() as AddressInfo
    return { host: address, port }
  }

  /** Ends the streams, answers what is under way, or cuts it after a grace; gives the port back. */
  async close(): Promise<void> {
    const state = this.#state
    this.#state = { kind: 'closed' }
    if (state.kind !== 'open') return
    state.streams.close()
    const grace = this.#options.clock.after(graceMs, () => state.app.server.closeAllConnections())
    await state.app.close()
    grace.cancel()
  }
}

const setting = '--http (or VECHE_HTTP)'

function plainListenError(cause: unknown, { host, port }: { readonly host: string; readonly port: number }): unknown {
  const unavailable = (code: string, text: string) => new Unavailable(`${text} with ${setting}.`, { code, cause })
  switch ((cause as { code?: unknown }).code) {
    case 'EADDRINUSE':
      return unavailable('port-taken', `Port ${port} on ${host} is taken by another program. Choose another one`)
    case 'EACCES':
      return unavailable('port-refused', `Port ${port} is not for this user. Choose one above 1023`)
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return unavailable('address-missing', `This machine has no address ${host}. Choose another one`)
    default:
      return cause
  }
}
