import { collectExport } from '../../../operations/index.ts'
import { callerOf } from '../../sessions/session-hook.ts'
import { whileAsked } from '../../signals.ts'
import type { PortalRoutes } from '../parts.ts'

/** Work for the store: a few a minute are enough for a person. */
const limit = { max: 5, timeWindow: 60_000 }

/** A file with everything that is stored about the person, and nothing secret. */
export const exportRoutes: PortalRoutes = (server, { clock, operations }) => {
  server.get('/api/export', { config: { rateLimit: limit } }, async (request, reply) => {
    const caller = callerOf(request)
    const signal = whileAsked(reply)
    const document = await collectExport(
      (args) => operations(caller, 'person.export', args, signal),
      clock.nowMs(),
    )
    return reply
      .header('content-disposition', 'attachment; filename="my-data.json"')
      .type('application/json')
      .send(`${JSON.stringify(document, undefined, 2)}\n`)
  })
}
