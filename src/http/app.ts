/** The web application: what every request passes, in order, and the resources behind it. */
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import { fastify } from 'fastify'
import type { FastifyInstance } from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import { Invalid } from '../base/errors.ts'
import { accountRoutes } from './api/accounts.ts'
import { conferenceRoutes } from './api/conferences.ts'
import { employeeRoutes } from './api/employees.ts'
import { eventRoutes } from './api/events.ts'
import { historyRoutes } from './api/history.ts'
import { liveRoutes } from './api/live.ts'
import { numberRoutes } from './api/numbers.ts'
import { settingsRoutes } from './api/settings.ts'
import type { App } from './app-type.ts'
import { identify } from './asker.ts'
import { createErrorHandler } from './errors.ts'
import { EventStreams } from './event-streams.ts'
import type { ApiParts } from './live.ts'
import { describeApi } from './openapi.ts'
import { servePanel } from './panel.ts'
import { referenceRoutes } from './reference.ts'
import { SignInAttempts } from './sign-in-attempts.ts'
import { compileValidation } from './validation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered without a sign-in. */
    public?: boolean
  }
}

export type AppParts = ApiParts & {
  readonly panelFolder: string
  readonly version: string
  /** Addresses or networks whose `X-Forwarded-*` headers are believed; none by default. */
  readonly trustedProxies: readonly string[]
  readonly isReady: () => boolean
}

const bodyLimitBytes = 64 * 1024
const requestLimitMs = 30_000

/**
 * Only our own files, in nobody's frame. Styles may stand in the page: the panel's components set them. Nothing here
 * depends on https, because many panels are reached by plain http inside an office.
 */
const securityHeaders = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' as const },
  referrerPolicy: { policy: 'no-referrer' as const },
  crossOriginResourcePolicy: { policy: 'same-origin' as const },
  // Browsers ignore these on plain http, and complain in their console.
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
}

/** Builds the application; `streams` is closed before it, so that no listener holds it open. */
export async function buildApp(parts: AppParts): Promise<{ readonly app: App; readonly streams: EventStreams }> {
  const errorHandler = createErrorHandler(parts.log)
  const app: App = fastify({
    logger: false, // bodies hold PINs and passwords: what is logged is said below
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestLimitMs,
    forceCloseConnections: 'idle',
    trustProxy: parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false,
    frameworkErrors: (error, request, reply) => errorHandler(error, request, reply),
  })
  app.setValidatorCompiler(compileValidation)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(errorHandler)
  takeJsonOnly(app)
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? null
    parts.log.debug({ method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request')
  })
  await app.register(helmet, securityHeaders)
  await app.register(cookie)
  await describeApi(app, { version: parts.version })
  const streams = new EventStreams({ feed: parts.feed, clock: parts.clock })
  await app.register(async (scope) => apiRoutes(scope, parts, streams), { prefix: '/api/v1' })
  referenceRoutes(app)
  app.get('/healthz', { schema: { hide: true } as object }, (_, reply) => {
    const ready = parts.isReady()
    return reply.code(ready ? 200 : 503).header('cache-control', 'no-store').send({ status: ready ? 'ok' : 'not-ready' })
  })
  await servePanel(app, parts.panelFolder)
  await app.ready()
  return { app, streams }
}

function apiRoutes(scope: FastifyInstance, parts: ApiParts, streams: EventStreams): void {
  const app = scope as unknown as App // the type provider is lost on the way into a scope
  const attempts = new SignInAttempts({ clock: parts.clock })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    if (request.routeOptions.config.public !== true) await identify(request, parts.store)
  })
  accountRoutes(app, parts, attempts)
  conferenceRoutes(app, parts)
  employeeRoutes(app, parts)
  eventRoutes(app, parts, streams)
  historyRoutes(app, parts)
  liveRoutes(app, parts)
  numberRoutes(app, parts)
  settingsRoutes(app, parts)
  app.get('/openapi.json', { schema: { hide: true } as object }, () => app.swagger())
}

/** JSON is the only body there is; a plain form of another site is refused by its type already. */
function takeJsonOnly(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined)
    // The parser's own words quote the body, which may hold a PIN.
    void parse(request, body as string, (error, value) => {
      done(error ? new Invalid('The body is not valid JSON.', { code: 'invalid-json' }) : null, value)
    })
  })
}
