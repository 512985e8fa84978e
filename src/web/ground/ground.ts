import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Askers, mayChange } from './origin.ts'

/**
 * What one network may ask for, so that no one keeps the service busy. A company is often one network, so this
 * bounds work only; what guards passwords and codes are the limits of the sign-in.
 */
export type RequestLimit = { readonly max: number; readonly timeWindow: number }

const defaultLimit: RequestLimit = { max: 200, timeWindow: 1_000 }

export type GroundOptions = {
  /** Origin that browsers know, from the file. Never from a header. */
  readonly publicUrl: string
  readonly askers: Askers
  readonly requestLimit?: RequestLimit | undefined
  /** Made for a change that a page of another origin asks for. */
  readonly refusal: () => Error
}

/**
 * What holds for every request to a web surface, before a route of its own sees it: the rate limit, the origin of
 * changes, and bodies only in JSON. Host, headers and sizes are the listener's.
 */
export function layGround(
  server: FastifyInstance,
  { publicUrl, askers, requestLimit = defaultLimit, refusal }: GroundOptions,
): void {
  server.addHook('onRequest', server.rateLimit(requestLimit))
  server.addHook('onRequest', async (request: FastifyRequest) => {
    if (!mayChange(request, publicUrl, askers)) throw refusal()
  })
  takeJsonOnly(server)
}

/** A body is JSON or empty; what holds `__proto__` is refused. */
function takeJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (request, body, done): void => {
      if (body === '') done(null, undefined)
      else parse(request, String(body), done)
    },
  )
}
