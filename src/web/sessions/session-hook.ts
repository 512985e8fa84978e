import type { FastifyRequest } from 'fastify'
import type { WebSession } from '../../accounts/index.ts'
import type { PortalCaller } from '../../support/index.ts'
import { addressOf } from '../address-of.ts'
import type { Cookies } from './cookies.ts'
import type { Sessions } from './sessions.ts'

/**
 * Who may ask for a route of the API: everyone (`open`), any session (`setup`), or one with both factors (`whole`,
 * which applies where a route says nothing).
 */
export type Access = 'open' | 'setup' | 'whole'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    /** Set by the hook for every route that is not open. */
    webSession: WebSession | undefined
  }
}

/** No one is signed in, or not far enough. */
export class SignedOut extends Error {
  readonly statusCode = 401

  constructor() {
    super('You are signed out. Sign in again.')
    this.name = 'SignedOut'
  }
}

/** Lets a request on to its route only with the session that the route asks for. Throws `SignedOut`. */
export function createSessionHook(sessions: Pick<Sessions, 'use'>, cookies: Cookies) {
  return async (request: FastifyRequest): Promise<void> => {
    const { access = 'whole' } = request.routeOptions.config
    if (access === 'open') return
    const token = cookies.read(request, 'session')
    const session = token && (await sessions.use(token, addressOf(request)))
    if (session === undefined) throw new SignedOut()
    if (access === 'whole' && session.kind !== 'whole') throw new SignedOut()
    request.webSession = session
  }
}

/** The session of a request whose route is not open. */
export function sessionOf({ webSession }: FastifyRequest): WebSession {
  if (webSession === undefined) throw new SignedOut()
  return webSession
}

/** The person of a request, as operations know them. `isConfirmed`: a second factor was given for this very change. */
export function callerOf(request: FastifyRequest, isConfirmed = false): PortalCaller {
  const { kind, tokenHash, userKey, userName } = sessionOf(request)
  const address = addressOf(request)
  return { via: 'portal', userKey, name: userName, tokenHash, address, session: kind, isConfirmed }
}
