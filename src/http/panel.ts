/** The panel's compiled files. Any page address of the panel gets `index.html`; the panel itself knows its pages. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { NotFound } from '../base/errors.ts'
import type { App } from './app-type.ts'

const hint = `The panel is not built. Run "npm run build" and start veche again.
The API is at /api/v1, its description at /api/docs.
`

export async function servePanel(app: App, folder: string): Promise<void> {
  const built = existsSync(join(folder, 'index.html'))
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      dotfiles: 'ignore',
      cacheControl: false,
      redirect: false,
      schemaHide: true,
      setHeaders: (reply, path) => void reply.header('cache-control', cachingOf(path)),
    })
  }
  app.setNotFoundHandler((request, reply) => {
    if (!isPage(request)) throw new NotFound(`There is nothing at ${request.method} ${pathOf(request)}.`)
    return built ? sendIndex(reply) : reply.code(503).type('text/plain; charset=utf-8').send(hint)
  })
}

/** Vite names files in `assets/` by their contents: they never change. */
function cachingOf(path: string): string {
  return /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache'
}

function sendIndex(reply: FastifyReply): FastifyReply {
  return reply.sendFile('index.html')
}

function isPage(request: FastifyRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const path = pathOf(request)
  return !/^\/(api|assets)(\/|$)/.test(path) && !/\.[a-z0-9]{1,8}$/i.test(path)
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? ''
}
