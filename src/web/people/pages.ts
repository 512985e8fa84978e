import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plainStyle, plainStylePath } from '../ground/plain-page.ts'
import { createManifest } from './manifest.ts'
import type { PortalParts, PortalServer } from './parts.ts'
import { PortalError, storeProblem } from './problems.ts'

/** Where Vite puts the built pages. */
export const builtPages = fileURLToPath(new URL('../pages/dist/people/', import.meta.url))

/** The name of a file in the top folder of the pages, such as `icon.svg`. */
const topFile = /^[\w-]+(?:\.[\w-]+)*\.(?:svg|png|ico|txt|webmanifest|js|css)$/

/** Serves the built pages: one HTML file for every address of the portal, and what it loads. */
export async function addPages(
  server: PortalServer,
  { look, publicUrl, storeWorks }: PortalParts,
  folder: string,
): Promise<void> {
  const { default: staticFiles } = await import('@fastify/static')
  await server.register(staticFiles, { root: folder, serve: false, cacheControl: false })

  server.get(plainStylePath, (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(plainStyle),
  )

  server.get('/manifest.webmanifest', (_request, reply) =>
    reply
      .type('application/manifest+json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(createManifest(look())),
  )

  // Their names change with what is in them.
  server.get<{ Params: { '*': string } }>('/assets/*', (request, reply) =>
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .sendFile(request.params['*'], join(folder, 'assets')),
  )

  server.get<{ Params: { '*': string } }>('/*', async (request, reply) => {
    const path = request.params['*']
    // Passkeys need a name: where the portal is localhost, its pages are there only. A proxy may pass on
    // another Host than the browser's, so an https address redirects nowhere.
    if (publicUrl.startsWith('http:') && `http://${request.headers.host}` !== publicUrl) {
      return reply.redirect(publicUrl + request.raw.url)
    }
    reply.header('cache-control', 'no-cache')
    if (topFile.test(path)) return reply.sendFile(path)
    if (!(await storeWorks())) throw storeProblem
    if (!existsSync(join(folder, 'index.html'))) {
      throw new PortalError('internal', 'the pages are not built')
    }
    return reply.sendFile('index.html')
  })
}
