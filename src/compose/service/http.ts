import type { Config } from '../../config/index.ts'
import { joinWebhooks, type WebhookHandler } from '../../delivery/index.ts'
import { readPem } from '../../files/index.ts'
import type { Logger } from '../../ops/index.ts'
import type { ListenAddress } from '../../transport/index.ts'
import type { HttpServer, Misdirected, PartReadiness } from '../../web/index.ts'
import type { Lasting } from '../lasting.ts'

export type AppServers = {
  /** Address of the local listener, if there is one. */
  start(): Promise<ListenAddress | undefined>
  stop(): Promise<void>
}

export type ServerParts = Pick<Lasting, 'opened' | 'demoPhone'> & {
  readonly logger: Pick<Logger, 'log'>
  /** Handlers of providers, the current configuration's first. */
  readonly webhooks: () => readonly WebhookHandler[]
  readonly isListening: () => boolean
  /** Undefined where the configuration has no accounting. */
  readonly isAccounting: () => boolean | undefined
}

/** The HTTP listeners of the configuration: local health and demo phone, and webhooks of providers. */
export async function createAppServers(config: Config, parts: ServerParts): Promise<AppServers> {
  const local = config.http && (await createLocalServer(config.http.listen, config, parts))
  const webhooks = config.webhooks && (await createWebhookServer(config.webhooks, parts))
  return {
    async start() {
      await webhooks?.start()
      const bound = await local?.start()
      return bound && { address: bound.host, port: bound.port }
    },
    async stop() {
      await local?.stop()
      await webhooks?.stop()
    },
  }
}

async function createLocalServer(
  { address, port }: ListenAddress,
  { insecureDemo }: Config,
  { opened, demoPhone, logger, isListening, isAccounting }: ServerParts,
): Promise<HttpServer> {
  // Loaded only here: an installation without HTTP pays nothing for it.
  const { createHttpServer, demoPhonePlugin } = await import('../../web/index.ts')
  return createHttpServer({
    listen: { host: address, port },
    plugins: insecureDemo ? [demoPhonePlugin(demoPhone)] : [],
    onMisdirected: misdirected('http', logger),
    readiness: async (): Promise<readonly PartReadiness[]> => {
      const { store } = opened
      const health = store.health()
      // Where nothing is under way, only a commit can tell: one failure would else stay for ever.
      const accounting = isAccounting()
      const { ok, code } = health.waiting > 0 ? health : await store.probe()
      return [
        { part: 'radius', ready: isListening() },
        ...(accounting === undefined ? [] : [{ part: 'accounting', ready: accounting }]),
        { part: 'store', ready: ok, ...(code === undefined ? {} : { detail: code }) },
      ]
    },
  })
}

async function createWebhookServer(
  { listen, publicUrl, certFile, keyFile }: NonNullable<Config['webhooks']>,
  { webhooks, logger }: ServerParts,
): Promise<HttpServer> {
  const { createHttpServer, twilioWebhookPlugin } = await import('../../web/index.ts')
  const answer = joinWebhooks(webhooks)
  return createHttpServer({
    listen: { host: listen.address, port: listen.port },
    publicUrl,
    onMisdirected: misdirected('webhooks', logger),
    ...(certFile === undefined || keyFile === undefined
      ? {}
      : { tls: { cert: readPem(certFile), key: readPem(keyFile) } }),
    plugins: [
      twilioWebhookPlugin(async (request) => {
        const reply = await answer(request)
        // Twilio tells the end of each call, also of one that we have ended or that was approved.
        if (reply.status !== 200) logger.log({ event: 'webhook-refused', status: reply.status })
        return reply
      }, new URL(publicUrl).pathname),
    ],
  })
}

function misdirected(listener: 'http' | 'webhooks', logger: ServerParts['logger']) {
  return ({ status, error }: Misdirected) =>
    logger.log({ event: 'http-misdirected', listener, status, detail: error })
}
