import type { FastifyError, FastifyInstance, FastifyServerOptions } from 'fastify'
import { addHealthRoutes, type ReadinessCheck } from './health.ts'

/** Adds routes to a server. */
export type HttpPlugin = (server: FastifyInstance) => Promise<void>

export type HttpServerOptions = {
  /** The one address it listens on; port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number }
  /** PEM texts. Absent: plain HTTP, for the loopback address or behind a proxy. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly plugins: readonly HttpPlugin[]
  /** Adds `/healthz` and `/readyz`. Leave it away on listeners the internet reaches. */
  readonly readiness?: ReadinessCheck
}

export type HttpServer = {
  /** Binds; gives the address that was bound. Rejects with the system's error, such as EADDRINUSE. */
  start(): Promise<{ readonly host: string; readonly port: number }>
  /** Ends open connections and frees the port. Safe to call twice. */
  stop(): Promise<void>
}

const maxBodyBytes = 16 * 1024
const requestTimeoutMs = 10_000

/** Builds a server that listens only once started. Fastify is loaded here and not before. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const [{ fastify }, { default: helmet }, { default: rateLimit }] = await Promise.all([
    import('fastify'),
    import('@fastify/helmet'),
    import('@fastify/rate-limit'),
  ])
  const serverOptions: FastifyServerOptions = {
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    ...(options.tls === undefined ? {} : { https: options.tls }),
  }
  const server = fastify(serverOptions)
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500
    // What broke inside is nothing for whoever asked.
    const message = status < 500 ? error.message : 'internal error'
    return reply.code(status).send({ error: message })
  })
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }))
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy },
    strictTransportSecurity: options.tls !== undefined,
  })
  await server.register(rateLimit, { global: false })
  if (options.readiness !== undefined) addHealthRoutes(server, options.readiness)
  for (const plugin of options.plugins) await server.register(plugin)

  return {
    async start() {
      await server.listen(options.listen)
      const bound = server.server.address()
      const { host, port } = options.listen
      return { host, port: bound !== null && typeof bound === 'object' ? bound.port : port }
    },
    async stop() {
      await server.close()
    },
  }
}

/** Pages may load what lies beside them, and nothing else may frame or feed them. */
const contentSecurityPolicy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
}
