import { sessionOf } from '../../sessions/session-hook.ts'
import { languageRequest } from '../contract.ts'
import type { PortalRoutes } from '../parts.ts'

/** The language of pages, calls and messages. It opens nothing, so it needs no second factor. */
export const languageRoutes: PortalRoutes = (server, { people }) => {
  server.post(
    '/api/language',
    // A person who sets up a first way to sign in reads it in the language that they want.
    { config: { access: 'setup' }, schema: { body: languageRequest } },
    async (request) => {
      const { language } = request.body
      await people.setLanguage(sessionOf(request).userKey, language)
      return { language }
    },
  )
}
