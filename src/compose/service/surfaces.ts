import { type Config, formatEndpoint, type SurfaceConfig, surfacesOf } from '../../config/index.ts'
import { readPem } from '../../files/index.ts'
import type { CheckRow } from '../../operations/index.ts'
import { explain } from '../../ops/index.ts'
import { deriveKey } from '../../store/index.ts'
import type {
  CertificatePair,
  HttpPlugin,
  HttpServer,
  HttpServerOptions,
  Misdirected,
  PortalRoutes,
} from '../../web/index.ts'
import { createPortalPlugin, type PortalWiring } from './portal.ts'

type WebSettings = NonNullable<Config['web']>

export type Surfaces = {
  /** Binds them all; gives the address of the portal, if there is one. */
  start(): Promise<{ readonly host: string; readonly port: number } | undefined>
  /** Asks each surface's own public address. */
  check(signal: AbortSignal): Promise<readonly CheckRow[]>
  stop(): Promise<void>
}

/** What the listener of the portal has besides it. No other surface has any of this. */
export type BesidePortal = Pick<HttpServerOptions, 'readiness' | 'plugins'> & {
  /** Routes of the portal itself that only a demo has. */
  readonly routes: readonly PortalRoutes[]
}

const nothingBeside: BesidePortal = { plugins: [], routes: [] }

type BuiltSurface = Pick<Surfaces, 'check'> & {
  readonly name: SurfaceConfig['name']
  readonly server: HttpServer
}

/** Bounds of people's listener: a person waits for a call, and a page has many connections. */
const peopleBounds: NonNullable<HttpServerOptions['bounds']> = { total: 1024, answerMs: 40_000 }

/** The web surfaces of the configuration: for people, the console, the API. What the file does not name opens no port. */
export async function createSurfaces(
  web: WebSettings,
  parts: PortalWiring,
  besidePortal: BesidePortal,
): Promise<Surfaces> {
  const read = certificateReader(web)
  const tls = read?.()
  const built: BuiltSurface[] = []
  for (const surface of surfacesOf(web)) {
    built.push(await createSurface(surface, tls, parts, besidePortal))
  }
  const servers = built.map(({ server }) => server)
  const following = tls && read && (await followCertificate(servers, tls, read, parts))
  return {
    async start() {
      let people: Awaited<ReturnType<Surfaces['start']>>
      for (const { name, server } of built) {
        const bound = await server.start()
        if (name === 'people') people = bound
      }
      return people
    },
    async check(signal) {
      const rows = await Promise.all(built.map((surface) => surface.check(signal)))
      return rows.flat()
    },
    async stop() {
      following?.stop()
      for (const server of servers) await server.stop()
    },
  }
}

async function createSurface(
  surface: SurfaceConfig,
  tls: CertificatePair | undefined,
  parts: PortalWiring,
  besidePortal: BesidePortal,
): Promise<BuiltSurface> {
  const { checkReach, createHttpServer, createReachProbe } = await import('../../web/index.ts')
  const { name, listen, publicUrl, trustedProxies } = surface
  const { hashingKey, nodes } = parts.opened.store
  const probe = createReachProbe(nodes && deriveKey(hashingKey, 'public address'))
  const isPeople = name === 'people'
  const { routes, ...beside } = isPeople ? besidePortal : nothingBeside
  const server = await createHttpServer({
    listen: { host: listen.address, port: listen.port },
    ...{ publicUrl, trustedProxies, watch: probe.watch },
    ...(tls === undefined ? {} : { tls }),
    ...beside,
    ...(isPeople ? { bounds: peopleBounds } : {}),
    onMisdirected: misdirected(name, parts),
    plugins: [await createSurfacePlugin(surface, parts, routes), ...beside.plugins],
  })
  return {
    ...{ name, server },
    check: (signal) =>
      checkReach({
        ...{ surface: name, probe, publicUrl, trustedProxies, signal, clock: parts.clock },
        listen: formatEndpoint(listen),
        hasCertificate: tls !== undefined,
      }),
  }
}

async function createSurfacePlugin(
  { name, publicUrl }: SurfaceConfig,
  parts: PortalWiring,
  portalRoutes: readonly PortalRoutes[],
): Promise<HttpPlugin> {
  const { apiPlugin, consolePlugin } = await import('../../web/index.ts')
  const onError = (error: unknown) =>
    parts.logger.log({ event: 'internal-error', where: name, ...explain(error) })
  switch (name) {
    case 'people':
      return createPortalPlugin(publicUrl, parts, portalRoutes)
    case 'console':
      return consolePlugin({ publicUrl, onError })
    case 'api':
      return apiPlugin({ publicUrl, onError })
  }
}

/** Logs each request that was not meant for this listener. */
export function misdirected(
  listener: 'http' | 'webhooks' | SurfaceConfig['name'],
  { logger }: Pick<PortalWiring, 'logger'>,
) {
  return ({ status, error }: Misdirected) =>
    logger.log({ event: 'http-misdirected', listener, status, detail: error })
}

/** The certificate that the listeners show; undefined behind a proxy. Read again each time. */
function certificateReader({ certificate }: WebSettings): (() => CertificatePair) | undefined {
  if (certificate === undefined) return undefined
  const { certFile, keyFile } = certificate
  return () => ({ cert: readPem(certFile), key: readPem(keyFile) })
}

/** Goes on with a renewed certificate on all listeners; gives what ends that. */
async function followCertificate(
  servers: readonly HttpServer[],
  first: CertificatePair,
  read: () => CertificatePair,
  { clock, logger }: PortalWiring,
): Promise<{ stop(): void }> {
  const { watchCertificate } = await import('../../web/index.ts')
  return watchCertificate({
    ...{ clock, first, read },
    use(pair) {
      for (const server of servers) server.renew(pair)
    },
    onRenewed: ({ validTo }) =>
      logger.log({ event: 'certificate-renewed', until: new Date(validTo).toISOString() }),
    onUnusable: (detail) => logger.log({ event: 'certificate-unusable', detail }),
  })
}
