/** Who asks: an administrator's browser by its cookie, or a program by its API key. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Denied } from '../base/errors.ts'
import type { Identity } from '../model/account.ts'
import type { Administrator } from '../store/administrators.ts'
import type { Store } from '../store/store.ts'
import { refuseCrossSite } from './same-origin.ts'

export type Asker =
  | { readonly kind: 'administrator'; readonly administrator: Administrator; readonly token: string }
  | { readonly kind: 'api-key'; readonly name: string; readonly token: string }

export const cookieName = 'veche'

const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

const askers = new WeakMap<FastifyRequest, Asker>()

/** The hook before every route that is not public. @throws Denied */
export async function identify(request: FastifyRequest, store: Store): Promise<void> {
  const asker = await findAsker(request, store)
  if (!asker) throw new Denied('Sign in, or give an API key as "Authorization: Bearer".', { code: 'not-signed-in' })
  if (asker.kind === 'administrator' && !safeMethods.includes(request.method)) refuseCrossSite(request, { silence: 'refused' })
  askers.set(request, asker)
}

/** Who asks on a route that {@link identify} guards. */
export function askerOf(request: FastifyRequest): Asker {
  const asker = askers.get(request)
  if (!asker) throw new Denied('This route needs a sign-in.', { code: 'not-signed-in' })
  return asker
}

export function identityOf(asker: Asker): Identity {
  return asker.kind === 'administrator'
    ? { kind: 'administrator', name: asker.administrator.login }
    : { kind: 'api-key', name: asker.name }
}

/** Whether the asker would still be let in; does not count as use. */
export async function isStillKnown(asker: Asker, store: Store): Promise<boolean> {
  const found = asker.kind === 'administrator' ? await store.signIns.peek(asker.token) : await store.apiKeys.verify(asker.token)
  return found !== null
}

export type CookieParts = { readonly token: string; readonly secure: boolean; readonly maxAgeSeconds: number }

export function setCookie(reply: FastifyReply, { token, secure, maxAgeSeconds }: CookieParts): void {
  void reply.setCookie(cookieName, token, { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: maxAgeSeconds })
}

export function clearCookie(reply: FastifyReply): void {
  void reply.clearCookie(cookieName, { path: '/', httpOnly: true, sameSite: 'strict' })
}

/** A bearer key wins over a cookie: who sends one means it. */
async function findAsker(request: FastifyRequest, store: Store): Promise<Asker | null> {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
    const key = token === undefined ? null : await store.apiKeys.verify(token)
    return key && token !== undefined ? { kind: 'api-key', name: key.name, token } : null
  }
  const token = request.cookies[cookieName]
  const signedIn = token === undefined ? null : await store.signIns.verify(token)
  return signedIn && token !== undefined ? { kind: 'administrator', administrator: signedIn.administrator, token } : null
}
