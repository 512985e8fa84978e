import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Method, methods, type WebSession } from '../../accounts/index.ts'
import type { GatewayRules, Proven, TextKey } from '../../signin/index.ts'
import { addressOf } from '../address-of.ts'
import {
  answerRequest,
  type ChangeResult,
  confirmRequest,
  type Refusal,
  type SignInStep,
  signedRequest,
  tryRequest,
} from '../people/contract.ts'
import { languageOf } from '../people/language.ts'
import type { PortalServer } from '../people/parts.ts'
import { callerOf, SignedOut, sessionOf } from '../sessions/session-hook.ts'
import type { Step } from '../sessions/steps.ts'
import { type Answer, browserOf, createAsk, pap, type Wait } from './ask.ts'
import { type KeptChange, keepChange, takeChange } from './change-in-hand.ts'
import { refusalOf } from './describe.ts'
import type { Holding } from './holding.ts'
import type { CarryOut, ChangeName, SignInParts } from './ports.ts'
import { notSigned, signerOf, withSignature } from './signed-answer.ts'
import { abandonEarlier, abandonStep, stateOf, stepEnded } from './step-in-hand.ts'

/** A second factor is good for ten minutes, and for the change that it was given for (PEOPLE R6). */
const confirmMs = 600_000

/** What the second factor is for. */
type Purpose =
  | { readonly kind: 'change'; readonly change: KeptChange }
  /** To see whether this authenticator works. */
  | { readonly kind: 'try'; readonly authenticatorId: string; readonly method: Method }

type ConfirmContent = {
  readonly purpose: Purpose
  /** Hash of the token of the session that asked, in hex. */
  readonly session: string
  readonly begunAtMs: number
  /** State of the sign-in, in base64. */
  readonly state: string
  readonly isRinging: boolean
  /** What a passkey may sign instead, in base64url. */
  readonly challenge?: string
}
type Begun = Omit<ConfirmContent, 'state' | 'isRinging'> & {
  readonly tokenHash?: Uint8Array
}

/** A change at the portal, or a try of an authenticator: the question for a fresh second factor, and its answer. */
export function addConfirmRoutes(server: PortalServer, parts: SignInParts, holding: Holding): void {
  const { clock, cookies, current, keptSecrets, sessions, steps } = parts
  const ask = createAsk(clock, current)

  server.post('/api/confirm', { schema: { body: confirmRequest } }, async (request, reply) => {
    const { userKey } = sessionOf(request)
    if (carryOutOf(request.body.change.change) === undefined) {
      return refused('not-available', 'unavailable', languageOf(request))
    }
    const untilMs = clock.nowMs() + confirmMs
    const own = cookies.textOf(request, 'session')
    const change = await keepChange(keptSecrets, userKey, own, request.body.change, untilMs)
    return begin(request, reply, { kind: 'change', change })
  })

  server.post('/api/try', { schema: { body: tryRequest } }, async (request, reply) => {
    const { id } = request.body
    const method = await methodOf(sessionOf(request).userKey, id)
    if (method === undefined) return refused('no-method-for-flow', 'no-method', languageOf(request))
    return begin(request, reply, { kind: 'try', authenticatorId: id, method })
  })

  server.post(
    '/api/confirm/answer',
    { schema: { body: answerRequest } },
    async (request, reply): Promise<SignInStep> => {
      const { answer: typed } = request.body
      const session = sessionOf(request)
      const step = await holding.take<ConfirmContent>(request, 'confirmation')
      if (step === undefined || !isOf(step, session))
        return stepEnded(current().texts, languageOf(request))
      const { content, tokenHash } = step
      const state = stateOf(content.state)
      const run = async (wait?: Wait) => {
        const answer = await askFor(request, session, content.purpose, { state, typed }, wait)
        return goOn(request, reply, { ...content, tokenHash }, answer)
      }
      return typed === '' && content.isRinging ? holding.hold(step, reply, run) : run()
    },
  )

  server.post(
    '/api/confirm/signed',
    { schema: { body: signedRequest } },
    async (request, reply): Promise<SignInStep> => {
      const session = sessionOf(request)
      const step = await holding.take<ConfirmContent>(request, 'confirmation')
      if (step === undefined || !isOf(step, session))
        return stepEnded(current().texts, languageOf(request))
      const { challenge, ...content } = step.content
      const state = stateOf(content.state)
      const passkey = await signerOf(parts.passkeys(), request.body.passkey, challenge)
      if (passkey === undefined) {
        await current().abandon(current().gateways.confirm, state)
        return notSigned(current().texts, languageOf(request))
      }
      const signed = { state, signedBy: passkey.id }
      const answer = await askFor(request, session, content.purpose, signed)
      return goOn(request, reply, { ...content, tokenHash: step.tokenHash }, answer)
    },
  )

  server.post('/api/confirm/cancel', async (request) => {
    sessionOf(request)
    return abandonStep({ current, holding }, request, 'confirmation')
  })

  function carryOutOf(name: ChangeName): CarryOut | undefined {
    return parts.changes[name] as CarryOut | undefined
  }

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    purpose: Purpose,
  ): Promise<SignInStep> {
    const session = sessionOf(request)
    await abandonEarlier({ current, holding }, request)
    const begun = { purpose, session: hexOf(session.tokenHash), begunAtMs: clock.nowMs() }
    return goOn(request, reply, begun, await askFor(request, session, purpose))
  }

  function askFor(
    request: FastifyRequest,
    { userKey, userName }: WebSession,
    purpose: Purpose,
    answered?: { readonly state: Uint8Array } & (
      | { readonly typed: string }
      | { readonly signedBy: string }
    ),
    wait?: Wait,
  ): Promise<Answer> {
    const { confirm } = current().gateways
    const gateway = { ...confirm, ...narrowed(purpose) }
    const asking = { gateway, userName, userKey, ...browserOf(request) }
    if (answered === undefined) return ask({ ...asking, credential: { kind: 'none' } })
    const { state } = answered
    if ('typed' in answered) return ask({ ...asking, state, credential: pap(answered.typed) }, wait)
    const { signedBy } = answered
    return ask({ ...asking, state, signedBy, credential: { kind: 'none' } })
  }

  function isOf({ userKey, content }: Step<ConfirmContent>, session: WebSession): boolean {
    const isOwn = userKey === session.userKey && content.session === hexOf(session.tokenHash)
    return isOwn && clock.nowMs() < content.begunAtMs + confirmMs
  }

  async function goOn(
    request: FastifyRequest,
    reply: FastifyReply,
    begun: Begun,
    answer: Answer,
  ): Promise<SignInStep> {
    const { id, outcome } = answer
    if (outcome.kind === 'reject') return refusalOf({ id, outcome })
    if (outcome.kind === 'accept') {
      if (outcome.proven === undefined) throw new Error('confirmed without a second factor')
      return end(request, reply, begun.purpose, outcome.proven)
    }
    const { asked } = outcome
    if (asked === undefined || !('canType' in asked)) {
      throw new Error('a question without what it asks')
    }
    const { tokenHash, ...content } = begun
    const { challenge, question } = await withSignature(parts.passkeys(), asked, begun.challenge)
    const nextUntilMs = clock.nowMs() + outcome.timeoutSeconds * 1_000
    const row = {
      kind: 'confirmation',
      userKey: sessionOf(request).userKey,
      untilMs: Math.min(nextUntilMs, begun.begunAtMs + confirmMs),
      content: {
        ...content,
        state: Buffer.from(outcome.state).toString('base64'),
        isRinging: asked.kind === 'approve',
        ...(challenge === undefined ? {} : { challenge }),
      },
    } as const
    await (tokenHash === undefined ? steps.begin(reply, row) : steps.goOn({ ...row, tokenHash }))
    return { step: 'question', question }
  }

  /** The second factor is right: the change, and a new token for the session (PEOPLE R18). */
  async function end(
    request: FastifyRequest,
    reply: FastifyReply,
    purpose: Purpose,
    { user, method, authenticatorId, hadPin }: Proven,
  ): Promise<SignInStep> {
    const session = sessionOf(request)
    if (user.key !== session.userKey) return stepEnded(current().texts, languageOf(request))
    if (purpose.kind === 'try') {
      if (purpose.authenticatorId === authenticatorId) {
        return { step: 'done', result: { kind: 'changed' } }
      }
      return refused('other-authenticator', 'portal-other-authenticator', user.language)
    }
    // It may have been ended while the phone rang.
    if ((await sessions.use(session.tokenHash, addressOf(request))) === undefined)
      throw new SignedOut()
    const own = cookies.textOf(request, 'session')
    const change = await takeChange(keptSecrets, session.userKey, own, purpose.change)
    if (change === undefined) return refused('interrupted', 'interrupted', user.language)
    const factor = { method, authenticatorId }
    const proof = { ...factor, hadPin, caller: callerOf(request, true) }
    const carryOut = carryOutOf(change.change)
    if (carryOut === undefined) return refused('not-available', 'unavailable', user.language)
    const result = await carryOut(change, user, proof, (step) => steps.begin(reply, step))
    const token = await sessions.renew(session, factor)
    if (token === undefined) cookies.clear(reply, 'session')
    else cookies.set(reply, 'session', token)
    return isRefusal(result) ? result : { step: 'done', result }
  }

  function refused(reason: string, says: TextKey, language: string | undefined): Refusal {
    return { step: 'refused', reason, text: current().texts.text(says, language) }
  }

  async function methodOf(userKey: string, id: string): Promise<Method | undefined> {
    const inDirectory = methods.find((method) => id.startsWith(`directory:${method}:`))
    if (inDirectory !== undefined) return inDirectory
    return (await parts.authenticators.list(userKey)).find((each) => each.id === id)?.method
  }
}

/** What may be given for some purposes alone. */
function narrowed(purpose: Purpose): Partial<GatewayRules> {
  if (purpose.kind === 'try') {
    return { methods: [purpose.method], promptsOnly: purpose.authenticatorId }
  }
  // A thief who has the password and finds a code on paper must not have the owner asked again (PEOPLE R12).
  return purpose.change.change === 'ask-again' ? { methods: ['push', 'passkey'] } : {}
}

function isRefusal(result: ChangeResult | Refusal): result is Refusal {
  return 'step' in result
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
