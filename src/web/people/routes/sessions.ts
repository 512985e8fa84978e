import { type OperationResult, sessionId } from '../../../operations/index.ts'
import { HoldfastError } from '../../../support/index.ts'
import { callerOf, sessionOf } from '../../sessions/session-hook.ts'
import { uninterrupted, whileAsked } from '../../signals.ts'
import { endSessionRequest, type PortalSession } from '../contract.ts'
import type { PortalRoutes } from '../parts.ts'
import { browserName } from './browser-name.ts'

type Listed = OperationResult<'session.list'>['sessions'][number]

/** Where a person is signed in, and signing out. Closing needs no second factor. */
export const sessionRoutes: PortalRoutes = (server, { cookies, operations, sessions }) => {
  server.get('/api/sessions', async (request, reply): Promise<readonly PortalSession[]> => {
    const open = await operations(callerOf(request), 'session.list', {}, whileAsked(reply))
    const own = sessionId(sessionOf(request))
    return open.sessions.map((session) => describe(session, session.id === own))
  })

  server.post(
    '/api/sessions/end',
    { schema: { body: endSessionRequest } },
    async (request): Promise<{ readonly ended: number }> => {
      const signal = uninterrupted()
      try {
        const { ended } = await operations(callerOf(request), 'session.end', request.body, signal)
        return { ended }
      } catch (error) {
        // It has ended meanwhile, or belongs to someone else.
        if (error instanceof HoldfastError && error.code === 'session-unknown') return { ended: 0 }
        throw error
      }
    },
  )

  server.post(
    '/api/sign-out',
    { config: { access: 'open' } },
    async (request, reply): Promise<{ readonly ended: number }> => {
      const token = cookies.read(request, 'session')
      const isEnded = token !== undefined && (await sessions.end(token))
      cookies.clear(reply, 'session')
      cookies.clear(reply, 'step')
      return { ended: isEnded ? 1 : 0 }
    },
  )
}

function describe(session: Listed, isThis: boolean): PortalSession {
  return {
    id: session.id,
    isThis,
    startedAtMs: session.createdAtMs,
    lastSeenMs: session.seenAtMs,
    address: session.address,
    browser: browserName(session.userAgent),
  }
}
