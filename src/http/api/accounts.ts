/** `/sign-in`, `/me`, `/api-keys`: who may ask. */
import { z } from 'zod'
import { Denied, Invalid } from '../../base/errors.ts'
import { apiKey, apiKeyDraft, apiKeyWithToken, identity, passwordChange, signIn } from '../../model/account.ts'
import { ageLimitMs } from '../../store/sign-ins.ts'
import type { App } from '../app-type.ts'
import { askerOf, clearCookie, cookieName, identityOf, setCookie } from '../asker.ts'
import type { ApiParts } from '../live.ts'
import { refuseCrossSite } from '../same-origin.ts'
import type { SignInAttempts } from '../sign-in-attempts.ts'
import { idPath, nothing, refusals } from './answers.ts'

const tags = ['Access']

export function accountRoutes(app: App, { store, log }: ApiParts, attempts: SignInAttempts): void {
  app.post('/sign-in', {
    config: { public: true },
    schema: {
      tags,
      summary: 'Sign in',
      description: 'Sets a cookie for a browser. Programs use an API key instead.',
      body: signIn,
      response: { 200: identity, ...refusals(400, 403, 413, 415, 429) },
    },
    async handler(request, reply) {
      refuseCrossSite(request, { silence: 'allowed' })
      const { login } = request.body
      const verify = () => store.administrators.verify(request.body)
      const administrator = await attempts.attempt({ address: request.ip, login }, verify)
      if (!administrator) {
        log.info({ address: request.ip }, 'a sign-in was refused')
        throw new Denied('The login or the password is wrong.', { code: 'wrong-credentials' })
      }
      const { token } = await store.signIns.create(administrator.id)
      setCookie(reply, { token, secure: request.protocol === 'https', maxAgeSeconds: ageLimitMs / 1000 })
      log.info({ administrator: administrator.login, address: request.ip }, 'signed in')
      return { kind: 'administrator' as const, name: administrator.login }
    },
  })

  app.delete('/sign-in', {
    config: { public: true },
    schema: { tags, summary: 'Sign out', response: { 204: nothing, ...refusals(403) } },
    async handler(request, reply) {
      const token = request.cookies[cookieName]
      if (token !== undefined) {
        refuseCrossSite(request, { silence: 'refused' })
        await store.signIns.revoke(token)
      }
      clearCookie(reply)
      return reply.code(204).send()
    },
  })

  app.get('/me', {
    schema: { tags, summary: 'Ask who I am', response: { 200: identity, ...refusals() } },
    handler: (request) => identityOf(askerOf(request)),
  })

  app.post('/me/password', {
    schema: {
      tags,
      summary: 'Change my password',
      description: 'Signs out all other browsers of the same administrator. Not for API keys.',
      body: passwordChange,
      response: { 204: nothing, ...refusals(400, 403, 413, 415, 429) },
    },
    async handler(request, reply) {
      const asker = askerOf(request)
      if (asker.kind !== 'administrator') throw new Denied('An API key has no password.')
      const { current, next } = request.body
      const { id, login } = asker.administrator
      const verify = () => store.administrators.verify({ login, password: current })
      const right = await attempts.attempt({ address: request.ip, login }, verify)
      if (!right) throw new Invalid('The current password is wrong.', { fields: { current: 'password-wrong' } })
      await store.administrators.changePassword(id, next)
      await store.signIns.revokeAllOf(id, { keepToken: asker.token })
      log.info({ administrator: login }, 'password changed')
      return reply.code(204).send()
    },
  })

  app.get('/api-keys', {
    schema: { tags, summary: 'List API keys, without their tokens', response: { 200: z.array(apiKey), ...refusals() } },
    handler: () => store.apiKeys.list(),
  })

  app.post('/api-keys', {
    schema: {
      tags,
      summary: 'Make an API key',
      description: 'The token is in this answer and nowhere else.',
      body: apiKeyDraft,
      response: { 201: apiKeyWithToken, ...refusals(400, 413, 415) },
    },
    async handler(request, reply) {
      const made = await store.apiKeys.create(request.body)
      log.info({ key: made.id }, 'API key made')
      reply.code(201).header('location', `/api/v1/api-keys/${made.id}`)
      return made
    },
  })

  app.delete('/api-keys/:id', {
    schema: { tags, summary: 'Remove an API key', params: idPath, response: { 204: nothing, ...refusals(404) } },
    async handler(request, reply) {
      await store.apiKeys.remove(request.params.id)
      log.info({ key: request.params.id }, 'API key removed')
      return reply.code(204).send()
    },
  })
}
