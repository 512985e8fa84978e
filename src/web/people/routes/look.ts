import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { type Look, languages } from '../contract.ts'
import type { PortalLook, PortalRoutes } from '../parts.ts'
import { PortalError } from '../problems.ts'

/** Where pages find the company's logo. */
const logoPath = '/api/look/logo'

const types: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
}

const open = { config: { access: 'open' } } as const

/** How the portal looks; needs no session. */
export const lookRoutes: PortalRoutes = (server, { look }) => {
  server.get('/api/look', open, async () => describe(look()))

  server.get(logoPath, open, async (_request, reply) => {
    const { logoFile: file } = look()
    const type = types[extname(file ?? '').toLowerCase()]
    if (file === undefined || type === undefined) throw new PortalError('not-found', 'No logo.')
    const content = await readFile(file)
    return reply.type(type).header('cache-control', 'no-cache').send(content)
  })
}

function describe({ logoFile, language, ...look }: PortalLook): Look {
  const [tag] = language.toLowerCase().split('-')
  return {
    ...look,
    language: languages.find((known) => known === tag) ?? 'en',
    ...(logoFile === undefined ? {} : { logo: logoPath }),
  }
}
