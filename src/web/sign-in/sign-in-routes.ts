import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Outcome } from '../../signin/index.ts'
import {
  answerRequest,
  newPasswordRequest,
  type SignInStep,
  signedRequest,
  signInRequest,
} from '../people/contract.ts'
import { languageOf } from '../people/language.ts'
import type { PortalServer } from '../people/parts.ts'
import { misunderstood } from '../people/problems.ts'
import type { Step } from '../sessions/steps.ts'
import { type Answer, browserOf, createAsk, pap, type Wait } from './ask.ts'
import { refusalOf, serverQuestionOf } from './describe.ts'
import { createEntering } from './entering.ts'
import type { Holding } from './holding.ts'
import type { SignInParts } from './ports.ts'
import { notSigned, signerOf, withSignature } from './signed-answer.ts'
import { abandonEarlier, abandonStep, stateOf, stepEnded } from './step-in-hand.ts'

/** What is kept between two requests of a sign-in; sealed in the store. */
type SignInContent = {
  readonly name: string
  /** State of the sign-in, in base64. */
  readonly state: string
  readonly asks: 'password' | 'factor' | 'approval'
  /** What a passkey may sign instead, in base64url. */
  readonly challenge?: string
}
type SignInRow = Omit<Step<SignInContent>, 'tokenHash'> & { readonly tokenHash?: Uint8Array }

/** Signing in: the name and the password, then what a gateway would ask (PEOPLE R20). */
export function addSignInRoutes(server: PortalServer, parts: SignInParts, holding: Holding): void {
  const { clock, current, steps } = parts
  const ask = createAsk(clock, current)
  const entering = createEntering(parts)
  const open = { config: { access: 'open' } } as const

  server.post(
    '/api/sign-in',
    { ...open, schema: { body: signInRequest } },
    async (request, reply): Promise<SignInStep> => {
      const { name, password } = request.body
      await abandonEarlier({ current, holding }, request)
      const gateway = current().gateways.signIn
      const answer = await ask({
        ...{ gateway, userName: name, credential: pap(password), ...browserOf(request) },
      })
      return goOn(request, reply, name, answer)
    },
  )

  server.post(
    '/api/sign-in/answer',
    { ...open, schema: { body: answerRequest } },
    async (request, reply): Promise<SignInStep> => {
      const { answer: typed } = request.body
      const step = await holding.take<SignInContent>(request, 'sign-in')
      if (step === undefined) return stepEnded(current().texts, languageOf(request))
      if (step.content.asks === 'password') return misplaced(step)
      const isWaiting = typed === '' && step.content.asks === 'approval'
      const run = async (wait?: Wait) =>
        goOn(request, reply, step.content.name, await answerStep(request, step, typed, wait), step)
      return isWaiting ? holding.hold(step, reply, run) : run()
    },
  )

  server.post(
    '/api/sign-in/signed',
    { ...open, schema: { body: signedRequest } },
    async (request, reply): Promise<SignInStep> => {
      const step = await holding.take<SignInContent>(request, 'sign-in')
      if (step === undefined) return stepEnded(current().texts, languageOf(request))
      const { asks, challenge, name, state } = step.content
      if (asks === 'password') return misplaced(step)
      const passkey = await signerOf(parts.passkeys(), request.body.passkey, challenge)
      const gateway = current().gateways.signIn
      if (passkey === undefined) {
        await current().abandon(gateway, stateOf(state))
        return notSigned(current().texts, languageOf(request))
      }
      const answer = await ask({
        ...{ gateway, userName: name, credential: { kind: 'none' }, ...browserOf(request) },
        ...{ state: stateOf(state), signedBy: passkey.id },
      })
      const { challenge: _, ...content } = step.content
      return goOn(request, reply, name, answer, { ...step, content })
    },
  )

  server.post(
    '/api/sign-in/new-password',
    { ...open, schema: { body: newPasswordRequest } },
    async (request, reply): Promise<SignInStep> => {
      const { password } = request.body
      const step = await holding.take<SignInContent>(request, 'sign-in')
      if (step === undefined) return stepEnded(current().texts, languageOf(request))
      if (step.content.asks !== 'password') return misplaced(step)
      const answer = await answerStep(request, step, password)
      const { outcome } = answer
      if (outcome.kind !== 'challenge' || outcome.asked?.kind !== 'repeat-password') {
        return goOn(request, reply, step.content.name, answer, step)
      }
      // The page has compared the two that were typed; a gateway has only this way to ask twice.
      const state = Buffer.from(outcome.state).toString('base64')
      const repeating = { ...step, content: { ...step.content, state } }
      const done = await answerStep(request, repeating, password)
      return goOn(request, reply, step.content.name, done, step)
    },
  )

  server.post('/api/sign-in/cancel', open, async (request) =>
    abandonStep({ current, holding }, request, 'sign-in'),
  )

  function answerStep(
    request: FastifyRequest,
    { content }: Step<SignInContent>,
    typed: string,
    wait?: Wait,
  ): Promise<Answer> {
    const state = stateOf(content.state)
    const gateway = current().gateways.signIn
    const credential = pap(typed)
    return ask({ gateway, userName: content.name, credential, state, ...browserOf(request) }, wait)
  }

  /** What the page gets, and what is kept for its next request. */
  async function goOn(
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    { id, outcome }: Answer,
    step?: Step<SignInContent>,
  ): Promise<SignInStep> {
    switch (outcome.kind) {
      case 'accept':
        if (outcome.proven === undefined) throw new Error('let in without a second factor')
        return entering.enterWhole(request, reply, outcome.proven)
      case 'reject':
        if (outcome.person !== undefined) {
          return entering.startEnrolment(request, reply, outcome.person)
        }
        return refusalOf({ id, outcome })
      case 'challenge':
        return askOn(reply, name, outcome, step)
    }
  }

  async function askOn(
    reply: FastifyReply,
    name: string,
    { asked, message, state, timeoutSeconds }: Outcome & { readonly kind: 'challenge' },
    step: Step<SignInContent> | undefined,
  ): Promise<SignInStep> {
    if (asked === undefined) throw new Error('a question without what it asks')
    const keep = (asks: SignInContent['asks'], challenge?: string) =>
      put(reply, {
        ...(step === undefined ? {} : { tokenHash: step.tokenHash }),
        kind: 'sign-in',
        userKey: asked.user.key,
        untilMs: clock.nowMs() + timeoutSeconds * 1_000,
        content: {
          ...{ name, state: Buffer.from(state).toString('base64'), asks },
          ...(challenge === undefined ? {} : { challenge }),
        },
      })
    if ('canType' in asked) {
      const { challenge, question } = await withSignature(
        parts.passkeys(),
        asked,
        step?.content.challenge,
      )
      await keep(asked.kind === 'approve' ? 'approval' : 'factor', challenge)
      return { step: 'question', question }
    }
    if (asked.kind === 'server') {
      await keep('factor')
      return { step: 'question', question: serverQuestionOf(message, asked.endsMs) }
    }
    await keep('password')
    return { step: 'new-password', ...(asked.isWrong ? { wrong: true } : {}), text: message }
  }

  function put(reply: FastifyReply, { tokenHash, ...row }: SignInRow): Promise<void> {
    return tokenHash === undefined ? steps.begin(reply, row) : steps.goOn({ ...row, tokenHash })
  }

  /** The right step, at the wrong address: the step stays as it is. */
  async function misplaced(step: Step<SignInContent>): Promise<never> {
    await steps.goOn(step)
    throw misunderstood()
  }
}
