import type { FastifyReply, FastifyRequest } from 'fastify'
import type { User } from '../../accounts/index.ts'
import { type Proven, rejectReasons } from '../../signin/index.ts'
import type { Refusal, SignInStep } from '../people/contract.ts'
import { browserOf, enter } from '../sessions/enter.ts'
import type { SessionFactor } from '../sessions/sessions.ts'
import type { SignInParts } from './ports.ts'

/** How long someone may take to find what else they have to show. */
const proofMs = 900_000

export type Entering = {
  /** Signs in whom both factors have proven. */
  enterWhole(request: FastifyRequest, reply: FastifyReply, proven: Proven): Promise<SignInStep>
  /** The password was right, and nothing is set up. */
  startEnrolment(request: FastifyRequest, reply: FastifyReply, person: User): Promise<SignInStep>
}

type EnteringParts = Pick<
  SignInParts,
  'clock' | 'cookies' | 'current' | 'notices' | 'sessions' | 'startEnrolment' | 'steps'
>

/** From a proven person to a session, or to what someone without a second factor has to show. */
export function createEntering(parts: EnteringParts): Entering {
  const { clock, current, steps } = parts

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    person: User,
    factor?: SessionFactor,
  ): Promise<SignInStep> {
    if (!(await enter(parts, { request, reply }, person, factor))) return refuse('denied', person)
    return { step: 'in', session: factor === undefined ? 'setup' : 'whole' }
  }

  function refuse(reason: 'denied' | 'not-enrolled', { language }: User): Refusal {
    const text = current().texts.text(rejectReasons[reason].says, language)
    return { step: 'refused', reason, text }
  }

  return {
    async enterWhole(request, reply, { user, method, authenticatorId }) {
      const step = await begin(request, reply, user, { method, authenticatorId })
      // Codes on paper can be found: their owner is told that one was used (PEOPLE R7).
      if (method === 'recovery' && step.step === 'in') {
        parts.notices.tell(user, { kind: 'recovery-code-used' }, 'self')
      }
      return step
    },

    async startEnrolment(request, reply, person) {
      const start = await parts.startEnrolment?.(person, browserOf(request))
      if (start === undefined) return refuse('not-enrolled', person)
      switch (start.kind) {
        case 'open':
          return begin(request, reply, person)
        case 'refused':
          return { step: 'refused', reason: start.reason, text: start.text }
        case 'proof': {
          const { content = {}, proofs } = start
          const untilMs = clock.nowMs() + proofMs
          await steps.begin(reply, { kind: 'proof', userKey: person.key, content, untilMs })
          return { step: 'proof', proofs }
        }
      }
    },
  }
}
