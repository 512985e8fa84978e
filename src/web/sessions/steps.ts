import type { FastifyReply, FastifyRequest } from 'fastify'
import type { WebStep, WebStepStore } from '../../accounts/index.ts'
import type { Clock } from '../../support/index.ts'
import type { Cookies } from './cookies.ts'
import { createToken } from './tokens.ts'

/** What a browser is in the middle of. `Content` is what this kind of step keeps, as JSON. */
export type Step<Content> = Omit<WebStep, 'content'> & { readonly content: Content }

export type Steps = {
  /** Begins one: the browser gets a new token for it. */
  begin<Content>(reply: FastifyReply, step: Omit<Step<Content>, 'tokenHash'>): Promise<void>
  /** Takes the step of this browser away, if it is of this kind: of two requests at once, one gets it. */
  take<Content>(request: FastifyRequest, kind: WebStep['kind']): Promise<Step<Content> | undefined>
  /** Takes whatever this browser is in the middle of, since it begins something else. */
  takeAny(request: FastifyRequest): Promise<Step<unknown> | undefined>
  /** Goes on with one that was taken, under the same token: an answer that is lost on its way does no harm. */
  goOn<Content>(step: Step<Content>): Promise<void>
  forget(userKey: string): Promise<void>
}

const kinds: readonly WebStep['kind'][] = ['sign-in', 'proof', 'confirmation', 'setup']

export function createSteps(
  store: WebStepStore,
  cookies: Cookies,
  clock: Pick<Clock, 'nowMs'>,
): Steps {
  return {
    async begin(reply, step) {
      const token = createToken()
      await store.put({ ...step, tokenHash: token.hash, content: JSON.stringify(step.content) })
      cookies.set(reply, 'step', token)
    },

    async take(request, kind) {
      const tokenHash = cookies.read(request, 'step')
      const taken = tokenHash && (await store.take(tokenHash, kind, clock.nowMs()))
      return taken && { ...taken, content: JSON.parse(taken.content) }
    },

    async takeAny(request) {
      const tokenHash = cookies.read(request, 'step')
      if (tokenHash === undefined) return undefined
      for (const kind of kinds) {
        const taken = await store.take(tokenHash, kind, clock.nowMs())
        if (taken !== undefined) return { ...taken, content: JSON.parse(taken.content) }
      }
      return undefined
    },

    goOn: (step) => store.put({ ...step, content: JSON.stringify(step.content) }),

    forget: (userKey) => store.forget(userKey),
  }
}
