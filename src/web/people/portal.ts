import type { HttpPlugin } from '../http-server.ts'
import { createSessionHook } from '../sessions/session-hook.ts'
import { checkOrigin } from './origin.ts'
import { addPages, builtPages } from './pages.ts'
import type { PortalParts, PortalRoutes, PortalServer } from './parts.ts'
import { createProblemHandler, isApi, PortalError } from './problems.ts'
import { exportRoutes } from './routes/export.ts'
import { languageRoutes } from './routes/language.ts'
import { lookRoutes } from './routes/look.ts'
import { recentRoutes } from './routes/recent.ts'
import { sessionRoutes } from './routes/sessions.ts'

/** Each file of `routes/` adds its part of the API here. */
const routes: readonly PortalRoutes[] = [
  lookRoutes,
  languageRoutes,
  recentRoutes,
  sessionRoutes,
  exportRoutes,
]

/**
 * What one network may ask for, so that no one keeps the service busy. A company is often one network, so this
 * bounds work only; what guards passwords and codes are the limits of the sign-in.
 */
const requestLimit = { max: 200, timeWindow: 1_000 }

export type PortalOptions = {
  /** Folder of the built pages. */
  readonly pages?: string
  readonly requestLimit?: typeof requestLimit
  /** Those of other rooms. */
  readonly routes?: readonly PortalRoutes[]
}

/** The portal for people: its API under `/api/`, and its pages everywhere else. */
export function portalPlugin(parts: PortalParts, options: PortalOptions = {}): HttpPlugin {
  return async (instance) => {
    const [{ validatorCompiler }, { default: cookie }] = await Promise.all([
      import('fastify-type-provider-zod'),
      import('@fastify/cookie'),
    ])
    await instance.register(cookie)
    const server: PortalServer = instance.withTypeProvider()
    server.setValidatorCompiler(validatorCompiler)
    server.setErrorHandler(createProblemHandler(parts))
    server.addHook('onRequest', server.rateLimit(options.requestLimit ?? requestLimit))
    server.addHook('onRequest', async (request, reply) => {
      checkOrigin(request, parts.publicUrl)
      if (isApi(request)) reply.header('cache-control', 'no-store')
    })
    takeJsonOnly(server)
    server.decorateRequest('webSession', undefined)
    const onlyWithSession = createSessionHook(parts.sessions, parts.cookies)
    server.addHook('onRequest', async (request) => {
      if (isApi(request)) await onlyWithSession(request)
    })
    for (const addRoutes of [...routes, ...(options.routes ?? [])]) addRoutes(server, parts)
    server.all('/api/*', { config: { access: 'open' } }, async () => {
      throw new PortalError('not-found', 'There is nothing at this address.')
    })
    await addPages(server, parts, options.pages ?? builtPages)
  }
}

/** A body is JSON or empty; what holds `__proto__` is refused. */
function takeJsonOnly(server: PortalServer): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (request, body, done): void => {
      if (body === '') done(null, undefined)
      else parse(request, String(body), done)
    },
  )
}
