import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { HttpPlugin } from './http-server.ts'

/** What the page needs of a demo phone. Implemented by `delivery/demo`. */
export type DemoPhonePort = {
  list(): readonly object[]
  press(id: string, keys: string): DemoPressed
  decline(id: string): DemoPressed
}

type DemoPressed =
  | { readonly kind: 'done'; readonly message: object }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ended'; readonly state: string }

const pages = fileURLToPath(new URL('./pages/demo/', import.meta.url))

/**
 * The demo phone under `/demo/`: `GET /demo/messages` lists what came in, newest first, and
 * `POST /demo/messages/ID/answer` presses keys: `{"keys":"#"}`, or hangs up: `{"hangUp":true}`.
 */
export function demoPhonePlugin(phone: DemoPhonePort): HttpPlugin {
  return async (server) => {
    const { default: staticFiles } = await import('@fastify/static')
    await server.register(staticFiles, { root: pages, prefix: '/demo/', decorateReply: false })
    server.get('/demo', async (_request, reply) => reply.redirect('/demo/'))
    addMessageRoutes(server, phone)
  }
}

function addMessageRoutes(server: FastifyInstance, phone: DemoPhonePort): void {
  server.get(
    '/demo/messages',
    { config: { rateLimit: { max: 50, timeWindow: '1 second' } } },
    async (_request, reply) => reply.header('cache-control', 'no-store').send(phone.list()),
  )

  server.post<{ Params: { id: string }; Body: unknown }>(
    '/demo/messages/:id/answer',
    { config: { rateLimit: { max: 50, timeWindow: '1 second' } } },
    async (request, reply) => {
      const answer = parseAnswer(request.body)
      if (answer === undefined) {
        const error = 'send {"keys":"..."} with 1 to 32 of 0-9, * and #, or {"hangUp":true}'
        return reply.code(400).send({ error })
      }
      const { id } = request.params
      const result = answer.hangUp ? phone.decline(id) : phone.press(id, answer.keys)
      switch (result.kind) {
        case 'done':
          return result.message
        case 'unknown':
          return reply.code(404).send({ error: 'there is no message with this id' })
        case 'ended':
          return reply
            .code(409)
            .send({ error: `keys have no effect here any more: ${result.state}` })
      }
    },
  )
}

function parseAnswer(body: unknown): { keys: string; hangUp: boolean } | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  if ('hangUp' in body && body.hangUp === true) return { keys: '', hangUp: true }
  if (!('keys' in body) || typeof body.keys !== 'string') return undefined
  return /^[0-9*#]{1,32}$/.test(body.keys) ? { keys: body.keys, hangUp: false } : undefined
}
