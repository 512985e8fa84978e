import type { FastifyReply, FastifyRequest } from 'fastify'
import type { WebStep } from '../../accounts/index.ts'
import type { Cookies } from '../sessions/cookies.ts'
import type { Step, Steps } from '../sessions/steps.ts'
import { Wait } from './ask.ts'

/**
 * Requests that wait for a phone. A code that is typed meanwhile, a page that is closed and a service that stops end the
 * wait, so that the step of the browser is there again. Only a convenience: nothing is lost where another process waits.
 */
export type Holding = {
  /** Runs `work` with a wait that can be ended. */
  hold<Result>(
    stepHash: Uint8Array,
    reply: FastifyReply,
    work: (wait: Wait) => Promise<Result>,
  ): Promise<Result>
  /** The step of this browser. A request that has it and waits for a phone lets go of it. */
  take<Content>(request: FastifyRequest, kind: WebStep['kind']): Promise<Step<Content> | undefined>
  /** As `take`, whatever the browser is in the middle of. */
  takeAny(request: FastifyRequest): Promise<Step<unknown> | undefined>
  endAll(): void
}

type Held = { readonly wait: Wait; readonly over: Promise<void> }

export function createHolding(steps: Pick<Steps, 'take' | 'takeAny'>, cookies: Cookies): Holding {
  const held = new Map<string, Held>()

  async function interrupt(request: FastifyRequest): Promise<boolean> {
    const hash = cookies.read(request, 'step')
    const found = hash && held.get(Buffer.from(hash).toString('hex'))
    if (found === undefined) return false
    found.wait.end()
    await found.over
    return true
  }

  return {
    async hold(stepHash, reply, work) {
      const key = Buffer.from(stepHash).toString('hex')
      const wait = new Wait()
      const { promise: over, resolve } = Promise.withResolvers<void>()
      held.set(key, { wait, over })
      const closed = () => wait.end()
      reply.raw.once('close', closed)
      try {
        return await work(wait)
      } finally {
        reply.raw.off('close', closed)
        held.delete(key)
        resolve()
      }
    },

    async take<Content>(request: FastifyRequest, kind: WebStep['kind']) {
      const taken = await steps.take<Content>(request, kind)
      if (taken !== undefined) return taken
      return (await interrupt(request)) ? steps.take<Content>(request, kind) : undefined
    },

    async takeAny(request) {
      const taken = await steps.takeAny(request)
      if (taken !== undefined) return taken
      return (await interrupt(request)) ? steps.takeAny(request) : undefined
    },

    endAll() {
      for (const { wait } of held.values()) wait.now('stopping')
    },
  }
}
