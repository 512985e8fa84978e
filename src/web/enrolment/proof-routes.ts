import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { User } from '../../accounts/index.ts'
import type { DirectoryProof, FirstProof } from '../../operations/index.ts'
import { addressOf } from '../address-of.ts'
import { type Proof, proofRequest, type SignInStep } from '../people/contract.ts'
import { languageOf } from '../people/language.ts'
import type { PortalServer } from '../people/parts.ts'
import { enter } from '../sessions/enter.ts'
import type { Step } from '../sessions/steps.ts'
import type { StartEnrolment } from '../sign-in/ports.ts'
import { uninterrupted } from '../signals.ts'
import type { EnrolmentRouteParts } from './ports.ts'

/** As long as a session that may only set something up. */
const provenMs = 1_800_000

/** What is kept while someone looks for what they have to show; sealed in the store. */
export type ProofContent = {
  /** A code that was sent to a number of the directory. */
  readonly sent?: DirectoryProof
  readonly to?: string
  /** What was shown: it goes with the browser until something is set up. */
  readonly proven?: FirstProof
}

/** A sign-in asks for a second factor only after the right password. */
const askedForFactor = z.looseObject({ asks: z.enum(['factor', 'approval']) })

const helpdeskOnly: readonly Proof[] = [{ proof: 'helpdesk-code' }]

/** What someone without any second factor has to show, after the right password (PEOPLE R2). */
export function createStartEnrolment({
  checks,
}: Pick<EnrolmentRouteParts, 'checks'>): StartEnrolment {
  return async (person, { address }) => {
    const offer = await checks.look(person, address)
    if (offer.kind === 'open') return { kind: 'open' }
    const { phones } = offer
    const proofs: readonly Proof[] =
      phones.length === 0 ? helpdeskOnly : [...helpdeskOnly, { proof: 'directory-phone', phones }]
    return { kind: 'proof', proofs }
  }
}

/** POST /api/sign-in/proof. A code of the helpdesk is also accepted in place of a second factor that was lost. */
export function addProofRoutes(server: PortalServer, parts: EnrolmentRouteParts): void {
  const { checks, clock, findUser, steps, text } = parts
  const signal = uninterrupted()
  const startEnrolment = createStartEnrolment(parts)

  server.post(
    '/api/sign-in/proof',
    { config: { access: 'open' }, schema: { body: proofRequest } },
    async (request, reply): Promise<SignInStep> => {
      const step = await takeStep(request)
      const user = step?.userKey === undefined ? undefined : await findUser(step.userKey, signal)
      if (step === undefined || user === undefined) {
        return {
          step: 'refused',
          reason: 'step-ended',
          text: text('setup-ended', languageOf(request)),
        }
      }
      const isFirst = step.kind === 'proof'
      if ('send' in request.body) {
        return isFirst
          ? askPhone(request, reply, user, step, request.body.send)
          : again(request, user, step)
      }
      const { code } = request.body
      const used = await checks.spendHelpdeskCode(user, code, signal)
      if (used === 'right') return letIn(request, reply, user, 'helpdesk-code')
      if (used === 'unsure') {
        const says = text('proof-unsure', languageOf(request))
        return { step: 'refused', reason: 'code-unsure', text: says }
      }
      const { sent } = step.content
      if (!isFirst || sent === undefined) return again(request, user, step, true)
      const checked = checks.checkPhone(user, sent, code)
      if (checked.kind === 'right') return letIn(request, reply, user, 'directory-phone')
      if (checked.kind === 'wrong') {
        const content = { ...step.content, sent: checked.sent }
        return again(request, user, { ...step, content }, true)
      }
      const { sent: _, to: __, ...content } = step.content
      return again(request, user, { ...step, content }, true)
    },
  )

  /** For a sign-in, only one whose password was right: nothing is checked for anyone else. */
  async function takeStep(request: FastifyRequest): Promise<Step<ProofContent> | undefined> {
    const proof = await steps.take<ProofContent>(request, 'proof')
    if (proof !== undefined) return proof
    const signIn = await steps.take<ProofContent>(request, 'sign-in')
    if (signIn === undefined || askedForFactor.safeParse(signIn.content).success) return signIn
    await steps.goOn(signIn)
    return undefined
  }

  async function askPhone(
    request: FastifyRequest,
    reply: FastifyReply,
    user: User,
    step: Step<ProofContent>,
    answer: string,
  ): Promise<SignInStep> {
    const asked = await checks.askPhone(user, answer, signal)
    switch (asked.kind) {
      case 'approved':
        return letIn(request, reply, user, 'directory-phone')
      case 'sent': {
        const { sent, to } = asked
        return again(request, user, { ...step, content: { ...step.content, sent, to } })
      }
      case 'limit':
      case 'failed':
      case 'refused':
        return again(request, user, step, true)
    }
  }

  /** The step stays, and says what counts. */
  async function again(
    request: FastifyRequest,
    user: User,
    step: Step<ProofContent>,
    isWrong = false,
  ): Promise<SignInStep> {
    await steps.goOn(step)
    const start =
      step.kind === 'proof'
        ? await startEnrolment(user, { address: addressOf(request), userAgent: '' })
        : undefined
    const { to } = step.content
    return {
      step: 'proof',
      proofs: start?.kind === 'proof' ? start.proofs : helpdeskOnly,
      ...(isWrong ? { wrong: true } : {}),
      ...(step.kind === 'proof' && to !== undefined ? { sentTo: to } : {}),
    }
  }

  /** Only far enough to set something up; what was shown stays with the browser. */
  async function letIn(
    request: FastifyRequest,
    reply: FastifyReply,
    user: User,
    proven: FirstProof,
  ): Promise<SignInStep> {
    if (!(await enter(parts, { request, reply }, user))) {
      return { step: 'refused', reason: 'denied', text: text('setup-ended', languageOf(request)) }
    }
    const content: ProofContent = { proven }
    const untilMs = clock.nowMs() + provenMs
    await steps.begin(reply, { kind: 'proof', userKey: user.key, content, untilMs })
    return { step: 'in', session: 'setup' }
  }
}
