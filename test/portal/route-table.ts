import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPortalPlugin } from '../../src/compose/service/portal.ts'
import { createPairingMemory, createPairings } from '../../src/operations/index.ts'
import { createContinuationSealer, createMemoryRegistry } from '../../src/signin/index.ts'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { systemClock } from '../../src/support/index.ts'
import { createHttpServer } from '../../src/web/index.ts'

export type PortalRoute = {
  readonly method: string
  /** As it was added, such as `/api/*`. */
  readonly url: string
  readonly access: 'open' | 'setup' | 'whole'
}

const unasked = () => {
  throw new Error('no request is made here')
}

/** Every route of the portal as the service makes it. A new one is here without anyone thinking of it. */
export async function portalRoutes(): Promise<readonly PortalRoute[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-routes-'))
  const store = await openStore({
    file: join(folder, 'holdfast.db'),
    keyring: createKeyring({ current: Buffer.alloc(32, 1) }),
    node: 'routes',
  })
  const routes: PortalRoute[] = []
  try {
    const publicUrl = 'https://mfa.example.com'
    const addPortal = await createPortalPlugin(publicUrl, {
      clock: systemClock,
      registry: createMemoryRegistry(systemClock),
      pairings: createPairings(systemClock, createPairingMemory(systemClock)),
      continuationSealer: createContinuationSealer(),
      opened: {
        store,
        master: new Uint8Array(32),
        name: '',
        scratchFolder: '',
        isNew: true,
        close: unasked,
      },
      ...{ storeFailed: unasked, generation: unasked, self: unasked, logger: { log: unasked } },
      notices: { tell: unasked },
    })
    const server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      publicUrl,
      plugins: [
        async (instance) => {
          instance.addHook('onRoute', ({ config, method, url }) => {
            for (const each of [method].flat())
              routes.push({ method: each, url, access: config?.access ?? 'whole' })
          })
          await addPortal(instance)
        },
      ],
    })
    await server.stop()
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return routes
}
