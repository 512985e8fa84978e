import type { HttpPlugin } from './http-server.ts'

/** Who answers webhooks. Implemented by `delivery/twilio`; `body` is TwiML. */
export type WebhookPort = (request: {
  readonly path: string
  readonly signature: string | undefined
  readonly form: Readonly<Record<string, string>>
}) => Promise<{ readonly status: number; readonly body: string }>

/** What an address may send without a signature; behind a proxy all have one address. */
export type UnsignedLimit = { readonly max: number; readonly timeWindow: number }

const defaultLimit: UnsignedLimit = { max: 200, timeWindow: 1_000 }

/**
 * Takes Twilio's webhooks under `/twilio/`. `publicPaths` are the paths of `public_url`: a proxy in front may
 * leave them on or take them off. What the signature is checked against is the configured address, whatever
 * Host and X-Forwarded headers say (RULES 25). Only what is not signed counts towards the limit: a
 * stranger uses up no share of Twilio's.
 */
export function twilioWebhookPlugin(
  answer: WebhookPort,
  publicPaths: readonly string[] = [],
  limit: UnsignedLimit = defaultLimit,
): HttpPlugin {
  const prefixes = publicPaths.map((path) => path.replace(/\/+$/, ''))
  return async (server) => {
    const { default: formBody } = await import('@fastify/formbody')
    await server.register(formBody)
    const countUnsigned = server.createRateLimit(limit)

    server.post<{ Body: unknown }>('/*', async (request, reply) => {
      const path = pathBelow(prefixes, request.url)
      if (path === undefined) return reply.callNotFound()
      const { 'x-twilio-signature': signature } = request.headers
      const form = parseForm(request.body)
      const answered =
        form &&
        (await answer({
          path,
          signature: typeof signature === 'string' ? signature : undefined,
          form,
        }))
      if (answered?.status === 200) return reply.type('text/xml').send(answered.body)
      const counted = await countUnsigned(request)
      if (!counted.isAllowed && counted.isExceeded) {
        return reply.code(429).send({ error: 'too many requests that Twilio has not signed' })
      }
      if (answered === undefined) return reply.code(400).send({ error: 'not a form of Twilio' })
      return reply.code(answered.status).type('text/xml').send(answered.body)
    })
  }
}

/** From `/twilio/` on; undefined for what is elsewhere. A target may be in absolute form (RFC 9112 3.2.2). */
function pathBelow(prefixes: readonly string[], url: string): string | undefined {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, '')
  const prefix = prefixes.find((each) => target.startsWith(`${each}/twilio/`)) ?? ''
  const path = target.slice(prefix.length)
  return path.startsWith('/twilio/') ? path : undefined
}

/** Undefined where a field comes twice: it would be signed as one thing and read as another. */
function parseForm(body: unknown): Record<string, string> | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const form: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== 'string') return undefined
    form[name] = value
  }
  return form
}
