import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as TlsServer } from 'node:tls'
import type { FastifyError, FastifyInstance, FastifyServerOptions } from 'fastify'
import { networkOf } from '../support/index.ts'
import { addressOf } from './address-of.ts'
import { boundConnections, type ConnectionLimits } from './connections.ts'
import { addHealthRoutes, type ReadinessCheck } from './health.ts'
import { createHostCheck, type Misdirected } from './host-header.ts'

/** A certificate chain and its key, as PEM texts. */
export type CertificatePair = { readonly cert: string; readonly key: string }

/** Adds routes to a server. */
export type HttpPlugin = (server: FastifyInstance) => Promise<void>

export type HttpServerOptions = {
  /** The one address it listens on; port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number }
  /** Absent: plain HTTP, for the loopback address or behind a proxy. */
  readonly tls?: CertificatePair
  readonly plugins: readonly HttpPlugin[]
  /** Adds `/healthz` and `/readyz`. Leave it out on listeners the internet reaches. */
  readonly readiness?: ReadinessCheck
  /** As the internet sees this listener; requests for that host, or those hosts, are answered as well. */
  readonly publicUrl?: string | readonly string[]
  /** Addresses and prefixes of proxies: only what they say of a browser's address is believed. */
  readonly trustedProxies?: readonly string[]
  /** Sees each request before anything else does. Gives headers that its answer gets. */
  readonly watch?: (request: IncomingMessage) => Readonly<Record<string, string>> | undefined
  /** Called for each request that was not meant for this listener. */
  readonly onMisdirected?: (refused: Misdirected) => void
  /** Where it needs other bounds than the default ones. */
  readonly bounds?: Partial<HttpBounds>
}

/** What a connection may take, so that nothing on the internet can hold many of them open for long. */
export type HttpBounds = ConnectionLimits & {
  readonly handshakeMs: number
  /** The time from the first byte of a request, or from the connection, to the last of its headers. */
  readonly headersMs: number
  /** To the last byte of its body. At least `headersMs`. */
  readonly requestMs: number
  /** From its headers to the last byte of the answer that the other side took. */
  readonly answerMs: number
  /** How long a connection may wait for its next request. */
  readonly idleMs: number
}

export type HttpServer = {
  /** Binds; gives the address that was bound. Rejects with the system's error, such as EADDRINUSE. */
  start(): Promise<{ readonly host: string; readonly port: number }>
  /** Uses another certificate for new connections; open ones go on. Throws where OpenSSL takes neither. */
  renew(tls: CertificatePair): void
  /** Ends open connections and frees the port. Safe to call twice. */
  stop(): Promise<void>
}

const maxBodyBytes = 16 * 1024
/** A slow request is over within ten seconds, handshake included. Twilio waits 15 s for an answer. */
const defaultBounds: HttpBounds = {
  total: 512,
  perAddress: 128,
  handshakeMs: 4_000,
  headersMs: 4_000,
  requestMs: 5_000,
  answerMs: 15_000,
  idleMs: 5_000,
}
const yearSeconds = 31_536_000
/** How often Node looks for connections that are over time. */
const pollMs = 500

/** Builds a server that listens only once started. Fastify is loaded here and not before. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const [{ fastify }, { default: helmet }, { default: rateLimit }] = await Promise.all([
    import('fastify'),
    import('@fastify/helmet'),
    import('@fastify/rate-limit'),
  ])
  const { tls, trustedProxies = [] } = options
  const publicUrls = [options.publicUrl ?? []].flat()
  const bounds = { ...defaultBounds, ...options.bounds }
  const isEncrypted = tls !== undefined || publicUrls.some((url) => url.startsWith('https:'))
  const core = { headersTimeout: bounds.headersMs, connectionsCheckingInterval: pollMs }
  const serverOptions: FastifyServerOptions = {
    bodyLimit: maxBodyBytes,
    requestTimeout: bounds.requestMs,
    keepAliveTimeout: bounds.idleMs,
    forceCloseConnections: true,
    // Never true, which believes anyone.
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    ...(tls === undefined
      ? { http: core }
      : { https: { ...tls, ...core, handshakeTimeout: bounds.handshakeMs } }),
  }
  const server = fastify(serverOptions)
  boundConnections(server.server, bounds, trustedProxies)
  boundAnswers(server.server, bounds.answerMs)
  const checkHost = createHostCheck({ publicUrls, tls: tls !== undefined })
  server.addHook('onRequest', async ({ raw }, reply) => {
    reply.headers(options.watch?.(raw) ?? {})
    const refused = checkHost(raw)
    if (refused === undefined) return
    options.onMisdirected?.(refused)
    // Thrown, so that each part of the server answers in its own form.
    throw createHttpError(refused.status, refused.error)
  })
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500
    // What broke inside is not told to the one who asked.
    const message = status < 500 ? error.message : 'internal error'
    return reply.code(status).send({ error: message })
  })
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }))
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy },
    // Behind a proxy that ends TLS the browser gets it as well (ASVS 3.4.1).
    strictTransportSecurity: isEncrypted && { maxAge: yearSeconds, includeSubDomains: true },
  })
  await server.register(rateLimit, {
    global: false,
    keyGenerator: (request) => networkOf(addressOf(request)),
  })
  if (options.readiness !== undefined) addHealthRoutes(server, options.readiness)
  for (const plugin of options.plugins) await server.register(plugin)

  return {
    async start() {
      await server.listen(options.listen)
      const bound = server.server.address()
      const { host, port } = options.listen
      return { host, port: bound !== null && typeof bound === 'object' ? bound.port : port }
    },
    renew(pair) {
      const { server: core } = server
      if (core instanceof TlsServer) core.setSecureContext(pair)
    },
    async stop() {
      await server.close()
    },
  }
}

function createHttpError(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode })
}

const answerTimers = new WeakMap<ServerResponse, NodeJS.Timeout>()

/** Ends a connection whose other side asks and then does not read. */
function boundAnswers(server: Server, answerMs: number): void {
  server.on('request', ({ socket }, response) => {
    const timer = setTimeout(() => socket.destroy(), answerMs)
    answerTimers.set(response, timer)
    response.once('close', () => clearTimeout(timer))
  })
}

/** Lifts that bound from an answer that goes on for as long as its page is open. It needs bounds of its own. */
export function keepOpen(response: ServerResponse): void {
  clearTimeout(answerTimers.get(response))
}

/** Pages may load what is on their own origin, and nothing else may frame or feed them. */
const contentSecurityPolicy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'connect-src': ["'self'"],
  'font-src': ["'self'"],
  'manifest-src': ["'self'"],
  'worker-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
}
