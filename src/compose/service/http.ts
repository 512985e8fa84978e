import { type Config, type DemoEnrolment, formatEndpoint } from '../../config/index.ts'
import { type DemoPhone, joinWebhooks, type WebhookHandler } from '../../delivery/index.ts'
import { readPem } from '../../files/index.ts'
import { type CheckRow, createDemoPairing, demoPhoneOwner } from '../../operations/index.ts'
import { deriveKey } from '../../store/index.ts'
import type { ListenAddress } from '../../transport/index.ts'
import type { DemoPairing, HttpPlugin, HttpServer, ReadinessCheck } from '../../web/index.ts'
import type { PortalWiring } from './portal.ts'
import { type BesidePortal, createSurfaces, misdirected } from './surfaces.ts'

export type AppServers = {
  /** Address of the local listener, if there is one. */
  start(): Promise<ListenAddress | undefined>
  /** Asks the public address of each web surface, and those of webhooks. */
  check(signal: AbortSignal): Promise<readonly CheckRow[]>
  stop(): Promise<void>
}

export type ServerParts = PortalWiring & {
  readonly demoPhone: DemoPhone
  /** Handlers of providers, the current configuration's first. */
  readonly webhooks: () => readonly WebhookHandler[]
  readonly isListening: () => boolean
  /** Undefined where the configuration has no accounting. */
  readonly isAccounting: () => boolean | undefined
}

/** The HTTP listeners of the configuration: the web surfaces, local health and demo phone, and webhooks of providers. */
export async function createAppServers(config: Config, parts: ServerParts): Promise<AppServers> {
  const { http, web, webhooks } = config
  const surfaces =
    web && (await createSurfaces(web, parts, await createBesidePortal(config, parts)))
  const ownLocal =
    http === undefined || isShared(config)
      ? undefined
      : await createLocalServer(http.listen, config, parts)
  const ownWebhooks = webhooks && (await createWebhookServer(webhooks, parts))
  return {
    async start() {
      await ownWebhooks?.server.start()
      const shown = await surfaces?.start()
      const bound = (await ownLocal?.start()) ?? (isShared(config) ? shown : undefined)
      return bound && { address: bound.host, port: bound.port }
    },
    check: async (signal) => {
      const rows = await Promise.all([surfaces?.check(signal), ownWebhooks?.check(signal)])
      return rows.flatMap((each) => each ?? [])
    },
    async stop() {
      await ownLocal?.stop()
      await surfaces?.stop()
      await ownWebhooks?.server.stop()
    },
  }
}

/** The demo has one port for its phone, health and the portal. */
function isShared({ http, insecureDemo, web }: Config): boolean {
  const [one, other] = [http?.listen, web?.people?.listen]
  const isSame = one?.address === other?.address && one?.port === other?.port
  return insecureDemo && one !== undefined && isSame && one.port !== 0
}

async function createLocalServer(
  { address, port }: ListenAddress,
  { insecureDemo }: Config,
  parts: ServerParts,
): Promise<HttpServer> {
  // Loaded only here: an installation without HTTP does not load it.
  const { createHttpServer, demoPhonePlugin } = await import('../../web/index.ts')
  return createHttpServer({
    listen: { host: address, port },
    plugins: insecureDemo ? [demoPhonePlugin(parts.demoPhone)] : [],
    onMisdirected: misdirected('http', parts),
    readiness: readinessOf(parts),
  })
}

/** What the listener has besides the portal. The internet may reach it, so health is there only in the demo. */
async function createBesidePortal(config: Config, parts: ServerParts): Promise<BesidePortal> {
  const { people } = config.web ?? {}
  if (people === undefined) return { plugins: [], routes: [] }
  const { demoPhonePlugin, demoPhoneRoutes } = await import('../../web/index.ts')
  const { publicUrl } = people
  const isDemo = isShared(config)
  const phoneOf = config.insecureDemo ? demoPhoneOwner(config.demo?.enrolments) : undefined
  return {
    ...(isDemo ? { readiness: readinessOf(parts) } : {}),
    plugins: [
      ...(isDemo ? [demoPhonePlugin(parts.demoPhone)] : []),
      ...(config.webhooks === undefined ? [await webhookPlugin([publicUrl], parts)] : []),
    ],
    routes: phoneOf === undefined ? [] : [demoPhoneRoutes(demoPairing(phoneOf, parts))],
  }
}

function demoPairing(owner: DemoEnrolment, { generation, opened }: ServerParts): DemoPairing {
  return createDemoPairing(owner, opened.store, () => generation().directories)
}

function readinessOf({ opened, isListening, isAccounting }: ServerParts): ReadinessCheck {
  return async () => {
    const { store } = opened
    const health = store.health()
    // Where nothing is under way, only a commit can tell: otherwise one failure would stay forever.
    const accounting = isAccounting()
    const { ok, code } = health.waiting > 0 ? health : await store.probe()
    return [
      { part: 'radius', ready: isListening() },
      ...(accounting === undefined ? [] : [{ part: 'accounting', ready: accounting }]),
      { part: 'store', ready: ok, ...(code === undefined ? {} : { detail: code }) },
    ]
  }
}

async function createWebhookServer(
  { listen, publicUrl, certFile, keyFile }: NonNullable<Config['webhooks']>,
  parts: ServerParts,
): Promise<Pick<AppServers, 'check'> & { readonly server: HttpServer }> {
  const { checkWebhookReach, createHttpServer, createReachProbe } = await import(
    '../../web/index.ts'
  )
  const { hashingKey, nodes } = parts.opened.store
  const probe = createReachProbe(nodes && deriveKey(hashingKey, 'public address'))
  const server = await createHttpServer({
    listen: { host: listen.address, port: listen.port },
    ...{ publicUrl, watch: probe.watch },
    onMisdirected: misdirected('webhooks', parts),
    ...(certFile === undefined || keyFile === undefined
      ? {}
      : { tls: { cert: readPem(certFile), key: readPem(keyFile) } }),
    plugins: [await webhookPlugin(publicUrl, parts)],
  })
  return {
    server,
    check: (signal) =>
      checkWebhookReach({ publicUrls: publicUrl, probe, signal, listen: formatEndpoint(listen) }),
  }
}

/** Takes what providers tell, at the addresses that they know. */
async function webhookPlugin(
  publicUrls: readonly string[],
  { logger, webhooks }: ServerParts,
): Promise<HttpPlugin> {
  const { twilioWebhookPlugin } = await import('../../web/index.ts')
  const answer = joinWebhooks(webhooks)
  return twilioWebhookPlugin(
    async (request) => {
      const reply = await answer(request)
      // Twilio tells the end of each call, also of one that we have ended or that was approved.
      if (reply.status !== 200) logger.log({ event: 'webhook-refused', status: reply.status })
      return reply
    },
    publicUrls.map((url) => new URL(url).pathname),
  )
}
