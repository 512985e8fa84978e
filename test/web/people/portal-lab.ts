import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeyring, openStore, type Store, StoreError } from '../../../src/store/index.ts'
import {
  createCookies,
  createHttpServer,
  createSessions,
  createSteps,
  type HttpServer,
  type HttpServerOptions,
  type PortalOptions,
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

const unasked = () => Promise.reject(new Error('not asked here'))

/** Parts of a portal with a store of its own and no sign-in. */
export function partsFor(
  publicUrl: string,
  store: Store,
  more: Partial<PortalParts> = {},
): PortalParts {
  const clock = createManualClock()
  const cookies = createCookies(publicUrl, 'people')
  return {
    clock,
    publicUrl,
    cookies,
    sessions: createSessions({
      ...{ clock, store: store.webSessions, authenticators: store.authenticators },
      recheck: async () => ({ kind: 'unknown' }),
    }),
    steps: createSteps(store.webSteps, cookies, clock),
    enrolmentCodes: store.enrolmentCodes,
    people: store.personRecords,
    operations: unasked,
    look: () => ({
      ...{ company: 'Example', helpdesk: 'extension 4400' },
      ...{ language: 'nl-BE', isDemo: false },
    }),
    storeWorks: async () => true,
    isStoreError: (error) => error instanceof StoreError,
    onError: () => undefined,
    ...more,
  }
}

/** A portal on a free loopback port, with a page and an icon that were "built". */
export async function startPortal(
  publicUrl: string,
  more: Partial<PortalParts> = {},
  options: Partial<HttpServerOptions> & Pick<PortalOptions, 'requestLimit'> = {},
): Promise<PortalLab> {
  const { requestLimit, ...listener } = options
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-portal-'))
  const pages = join(folder, 'pages')
  mkdirSync(pages)
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>Portal</title>')
  writeFileSync(join(pages, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  const store = await openStore({
    file: join(folder, 'holdfast.db'),
    keyring: createKeyring({ current: Buffer.alloc(32, 1) }),
    node: 'lab',
  })
  const errors: unknown[] = []
  const parts = partsFor(publicUrl, store, { onError: (error) => errors.push(error), ...more })
  const server: HttpServer = await createHttpServer({
    listen: { host: '127.0.0.1', port: 0 },
    publicUrl,
    ...listener,
    plugins: [
      portalPlugin(parts, { pages, ...(requestLimit && { requestLimit }) }),
      ...(options.plugins ?? []),
    ],
  })
  const { port } = await server.start()
  return {
    ...{ port, errors, pages },
    async stop() {
      await server.stop()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
