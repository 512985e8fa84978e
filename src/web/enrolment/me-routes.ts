import type { Me, PortalLanguage } from '../people/contract.ts'
import { knownLanguage } from '../people/language.ts'
import type { PortalServer } from '../people/parts.ts'
import { callerOf, sessionOf } from '../sessions/session-hook.ts'
import { whileAsked } from '../signals.ts'
import type { EnrolmentRouteParts } from './ports.ts'

/** GET /api/me: who is signed in, what they have and what they can set up. */
export function addMeRoutes(server: PortalServer, parts: EnrolmentRouteParts): void {
  const { canChangePassword, findUser, look, operations, people } = parts

  server.get('/api/me', { config: { access: 'setup' } }, async (request, reply): Promise<Me> => {
    const signal = whileAsked(reply)
    const { kind, userKey, userName } = sessionOf(request)
    const [user, record, page] = await Promise.all([
      findUser(userKey, signal),
      people.load(userKey),
      operations(callerOf(request), 'own.show', {}, signal),
    ])
    const { helpdesk, language } = look()
    return {
      name: userName,
      displayName: user?.displayName ?? userName,
      session: kind,
      // A person who has never chosen one stays with what the browser shows.
      language: firstKnown([
        record.language,
        user?.language,
        request.headers['accept-language'],
        language,
      ]),
      ...page,
      canChangePassword: kind === 'whole' && canChangePassword(userKey),
      helpdesk,
    }
  })
}

/** The first of these tags whose language we have. */
function firstKnown(tags: readonly (string | undefined)[]): PortalLanguage {
  for (const tag of tags) {
    const known = knownLanguage(tag)
    if (known !== undefined) return known
  }
  return 'en'
}
