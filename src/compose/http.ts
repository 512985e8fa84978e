import type { PartReadiness } from '../portal/index.ts'
import type { ListenAddress } from '../transport/index.ts'
import type { Generation, Lasting } from './generation.ts'

export type AppServers = {
  /** Address of the local listener, if there is one. */
  start(): Promise<ListenAddress | undefined>
  stop(): Promise<void>
}

/** The HTTP listeners of the configuration: local health and demo phone, and webhooks of carriers. */
export async function createAppServers(
  { config }: Generation,
  { opened, demoPhone }: Lasting,
  isListening: () => boolean,
): Promise<AppServers> {
  if (config.http === undefined)
    return { start: async () => undefined, stop: async () => undefined }
  // Loaded only here: an installation without HTTP pays nothing for it.
  const { createHttpServer, demoPhonePlugin } = await import('../portal/index.ts')
  const { address, port } = config.http.listen
  const server = await createHttpServer({
    listen: { host: address, port },
    plugins: config.insecureDemo ? [demoPhonePlugin(demoPhone)] : [],
    readiness: async (): Promise<readonly PartReadiness[]> => {
      const { ok, code } = opened.store.health()
      return [
        { part: 'radius', ready: isListening() },
        { part: 'store', ready: ok, ...(code === undefined ? {} : { detail: code }) },
      ]
    },
  })
  return {
    async start() {
      const bound = await server.start()
      return { address: bound.host, port: bound.port }
    },
    stop: () => server.stop(),
  }
}
