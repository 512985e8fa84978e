import type { HttpPlugin } from './http-server.ts'

/** Who answers webhooks. Implemented by `delivery/twilio`; `body` is TwiML. */
export type WebhookPort = (request: {
  readonly path: string
  readonly signature: string | undefined
  readonly form: Readonly<Record<string, string>>
}) => Promise<{ readonly status: number; readonly body: string }>

/**
 * Takes Twilio's webhooks under `/twilio/`. `pathPrefix` is the path of `public_url`: a proxy in front may
 * leave it on or take it off. Host and X-Forwarded headers are not looked at (RULES 25).
 */
export function twilioWebhookPlugin(answer: WebhookPort, pathPrefix = ''): HttpPlugin {
  const prefix = pathPrefix.replace(/\/+$/, '')
  return async (server) => {
    const { default: formBody } = await import('@fastify/formbody')
    await server.register(formBody)
    for (const path of new Set(['/twilio/*', `${prefix}/twilio/*`])) {
      server.post<{ Body: unknown }>(
        path,
        { config: { rateLimit: { max: 200, timeWindow: '1 second' } } },
        async (request, reply) => {
          const form = parseForm(request.body)
          if (form === undefined) return reply.code(400).send({ error: 'not a form of Twilio' })
          const { 'x-twilio-signature': signature } = request.headers
          const { status, body } = await answer({
            path: request.url.startsWith('/twilio/')
              ? request.url
              : request.url.slice(prefix.length),
            signature: typeof signature === 'string' ? signature : undefined,
            form,
          })
          return reply.code(status).type('text/xml').send(body)
        },
      )
    }
  }
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
