import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
  type PortalParts,
  portalPlugin,
} from '../../../src/web/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'

export type PortalLab = {
  readonly port: number
  readonly errors: unknown[]
  /** The folder of the built pages. */
  readonly pages: string
  stop(): Promise<void>
}

/** Parts of a portal without a service behind it. */
export function partsFor(publicUrl: string, more: Partial<PortalParts> = {}): PortalParts {
  return {
    clock: createManualClock(),
    publicUrl,
    look: () => ({
      company: 'Example',
      helpdesk: 'extension 4400',
      language: 'nl-BE',
      isDemo: false,
    }),
    storeWorks: async () => true,
    isStoreError: (error) => error instanceof Error && error.name === 'StoreError',
    onError: () => undefined,
    ...more,
  }
}

/** A portal on a free loopback port, with a page and a script that were "built". */
export async function startPortal(
  publicUrl: string,
  more: Partial<PortalParts> = {},
  options: Partial<HttpServerOptions> = {},
): Promise<PortalLab> {
  const pages = mkdtempSync(join(tmpdir(), 'holdfast-pages-'))
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>Portal</title>')
  writeFileSync(join(pages, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  const errors: unknown[] = []
  const parts = partsFor(publicUrl, { onError: (error) => errors.push(error), ...more })
  const server: HttpServer = await createHttpServer({
    listen: { host: '127.0.0.1', port: 0 },
    publicUrl,
    ...options,
    plugins: [portalPlugin(parts, pages), ...(options.plugins ?? [])],
  })
  const { port } = await server.start()
  return {
    port,
    errors,
    pages,
    async stop() {
      await server.stop()
      rmSync(pages, { recursive: true, force: true })
    },
  }
}
