import type { WebSession } from '../../../accounts/index.ts'
import { sessionOf } from '../../sessions/session-hook.ts'
import { endSessionRequest, type PortalSession } from '../contract.ts'
import type { PortalRoutes } from '../parts.ts'
import { browserName } from './browser-name.ts'

/** Where a person is signed in, and signing out. Closing needs no second factor. */
export const sessionRoutes: PortalRoutes = (server, { cookies, sessions }) => {
  server.get('/api/sessions', async (request): Promise<readonly PortalSession[]> => {
    const own = sessionOf(request)
    const open = await sessions.list(own.userKey)
    return open.map((session) => describe(session, idOf(session) === idOf(own)))
  })

  server.post(
    '/api/sessions/end',
    { schema: { body: endSessionRequest } },
    async (request): Promise<{ readonly ended: number }> => {
      const { tokenHash, userKey } = sessionOf(request)
      const { id } = request.body
      if (id === undefined) return { ended: await sessions.endAll(userKey, tokenHash) }
      const found = (await sessions.list(userKey)).find((session) => idOf(session) === id)
      const isEnded = found !== undefined && (await sessions.end(userKey, found.tokenHash))
      return { ended: isEnded ? 1 : 0 }
    },
  )

  server.post(
    '/api/sign-out',
    { config: { access: 'open' } },
    async (request, reply): Promise<{ readonly ended: number }> => {
      const token = cookies.read(request, 'session')
      const isEnded = token !== undefined && (await sessions.endToken(token))
      cookies.clear(reply, 'session')
      cookies.clear(reply, 'step')
      return { ended: isEnded ? 1 : 0 }
    },
  )
}

/** Names a session; worth nothing as a token, of which the store has this hash alone. */
function idOf({ tokenHash }: WebSession): string {
  return Buffer.from(tokenHash).toString('base64url')
}

function describe(session: WebSession, isThis: boolean): PortalSession {
  return {
    id: idOf(session),
    isThis,
    startedAtMs: session.createdAtMs,
    lastSeenMs: session.seenAtMs,
    address: session.address,
    browser: browserName(session.userAgent),
  }
}
