import type { FastifyReply, FastifyRequest } from 'fastify'
import type { User } from '../../accounts/index.ts'
import { type Proven, rejectReasons } from '../../signin/index.ts'
import type { Refusal, SignInStep } from '../people/contract.ts'
import type { Browser, SessionFactor } from '../sessions/sessions.ts'
import type { SignInParts } from './ports.ts'

/** How long somebody may take to find what else they have to show. */
const proofMs = 900_000

const longestUserAgent = 256

export type Entering = {
  /** Signs in whom both factors have proven. */
  enter(request: FastifyRequest, reply: FastifyReply, proven: Proven): Promise<SignInStep>
  /** The password was right, and nothing is set up. */
  startEnrolment(request: FastifyRequest, reply: FastifyReply, person: User): Promise<SignInStep>
  /** Lets somebody who has shown enough set up a first authenticator. */
  enterSetup(request: FastifyRequest, reply: FastifyReply, person: User): Promise<SignInStep>
}

type EnteringParts = Pick<
  SignInParts,
  'clock' | 'cookies' | 'current' | 'sessions' | 'startEnrolment' | 'steps'
>

/** From a proven person to a session. Each has a new token, and the earlier one of the browser ends (PEOPLE R18). */
export function createEntering(parts: EnteringParts): Entering {
  const { clock, cookies, current, sessions, steps } = parts

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    person: User,
    factor?: SessionFactor,
  ): Promise<SignInStep> {
    const earlier = cookies.read(request, 'session')
    if (earlier !== undefined) await sessions.endToken(earlier)
    const token = await sessions.begin(person, browserOf(request), factor)
    if (token === undefined) return refuse('denied', person)
    cookies.set(reply, 'session', token)
    cookies.clear(reply, 'step')
    return { step: 'in', session: factor === undefined ? 'setup' : 'whole' }
  }

  function refuse(reason: 'denied' | 'not-enrolled', { language }: User): Refusal {
    const text = current().texts.text(rejectReasons[reason].says, language)
    return { step: 'refused', reason, text }
  }

  return {
    enter(request, reply, { user, method, authenticatorId }) {
      return begin(request, reply, user, { method, authenticatorId })
    },

    enterSetup: (request, reply, person) => begin(request, reply, person),

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

export function browserOf({ headers, ip }: FastifyRequest): Browser {
  return { address: ip, userAgent: (headers['user-agent'] ?? '').slice(0, longestUserAgent) }
}
