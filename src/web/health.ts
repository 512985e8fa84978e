import type { FastifyInstance } from 'fastify'

/** A part that must work before sign-ins can, such as the store or the RADIUS socket. */
export type PartReadiness = {
  readonly part: string
  readonly ready: boolean
  /** Why not, for the administrator who looks at it. */
  readonly detail?: string
}

export type ReadinessCheck = () => Promise<readonly PartReadiness[]>

/** `/healthz` says that the process lives, `/readyz` whether sign-ins can succeed and what is in the way. */
export function addHealthRoutes(server: FastifyInstance, check: ReadinessCheck): void {
  server.get('/healthz', async () => ({ status: 'ok' }))

  server.get('/readyz', async (_request, reply) => {
    const parts = await check().catch((error: unknown): PartReadiness[] => [
      { part: 'readiness check', ready: false, detail: String(error) },
    ])
    const notReady = parts.filter(({ ready }) => !ready)
    if (notReady.length === 0) return { status: 'ready' }
    return reply.code(503).send({
      status: 'not ready',
      parts: notReady.map(({ part, detail }) => ({ part, detail })),
    })
  })
}
