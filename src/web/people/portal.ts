import { layGround, type RequestLimit } from '../ground/ground.ts'
import type { HttpPlugin } from '../http-server.ts'
import { createSessionHook } from '../sessions/session-hook.ts'
import { addPages, builtPages } from './pages.ts'
import type { PortalParts, PortalRoutes, PortalServer } from './parts.ts'
import { createProblemHandler, isApi, otherPage, PortalError } from './problems.ts'
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

export type PortalOptions = {
  /** Folder of the built pages. */
  readonly pages?: string
  readonly requestLimit?: RequestLimit
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
    layGround(instance, {
      ...{ publicUrl: parts.publicUrl, askers: 'pages', requestLimit: options.requestLimit },
      refusal: () => new PortalError('wrong-origin', otherPage),
    })
    server.addHook('onRequest', async (request, reply) => {
      if (isApi(request)) reply.header('cache-control', 'no-store')
    })
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
