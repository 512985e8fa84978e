import type { FastifyRequest } from 'fastify'
import type * as z from 'zod'
import {
  type FirstProof,
  type OperationArgs,
  type OwnStep,
  type PendingSetup,
  pendingSetup,
} from '../../operations/index.ts'
import { beginSetupRequest, proveRequest, type SetupStep } from '../people/contract.ts'
import { languageOf } from '../people/language.ts'
import type { PortalServer } from '../people/parts.ts'
import { PortalError } from '../people/problems.ts'
import { browserName } from '../people/routes/browser-name.ts'
import { enter } from '../sessions/enter.ts'
import { callerOf, sessionOf } from '../sessions/session-hook.ts'
import type { Step } from '../sessions/steps.ts'
import { uninterrupted } from '../signals.ts'
import type { EnrolmentRouteParts } from './ports.ts'
import type { ProofContent } from './proof-routes.ts'
import { refusalOf } from './refusal.ts'

const provenMs = 1_800_000

/** Reasons after which the same code, or another call, may still work. */
const mayGoOn = ['prompt-limit', 'prompt-failed']

/** POST /api/setup/begin for a first way to sign in, and /api/setup/prove for every new one (PEOPLE R8). */
export function addSetupRoutes(server: PortalServer, parts: EnrolmentRouteParts): void {
  const { clock, findUser, operations, steps, text } = parts
  const signal = uninterrupted()
  const forSetup = { config: { access: 'setup' } } as const

  server.post(
    '/api/setup/begin',
    { ...forSetup, schema: { body: beginSetupRequest } },
    async (request, reply): Promise<SetupStep> => {
      const { kind, userKey } = sessionOf(request)
      // A person who has a second factor gives it first: POST /api/confirm.
      if (kind !== 'setup') throw new PortalError('bad-request', 'Confirm this first.')
      const proof = proofOf(await steps.takeAny(request), userKey)
      const args = { wanted: request.body.setup, basis: proof === undefined ? {} : { proof } }
      try {
        const step = await operations(callerOf(request), 'own.begin', args, signal)
        if (step.kind !== 'pending') throw new Error('a first way to sign in that needs no proof')
        const { pending, view } = step
        const { untilMs } = pending
        await steps.begin(reply, { kind: 'setup', userKey, content: pending, untilMs })
        return { step: 'pending', pending: view }
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal === undefined) throw error
        const content: ProofContent = proof === undefined ? {} : { proven: proof }
        const untilMs = clock.nowMs() + provenMs
        await steps.begin(reply, { kind: 'proof', userKey, content, untilMs })
        return refusal
      }
    },
  )

  server.post(
    '/api/setup/prove',
    { ...forSetup, schema: { body: proveRequest } },
    async (request, reply): Promise<SetupStep> => {
      const session = sessionOf(request)
      const { userKey } = session
      const taken = await steps.take<unknown>(request, 'setup')
      const parsed = pendingSetup.safeParse(taken?.content)
      if (taken === undefined || taken.userKey !== userKey || !parsed.success) {
        return {
          step: 'refused',
          reason: 'setup-ended',
          text: text('setup-ended', languageOf(request)),
        }
      }
      let step: OwnStep
      try {
        const args = { ...provenBy(request.body), pending: named(parsed.data, request) }
        step = await operations(callerOf(request), 'own.prove', args, signal)
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal === undefined) throw error
        if (mayGoOn.includes(refusal.reason)) await steps.goOn(taken)
        return refusal
      }
      if (step.kind === 'changed') return { step: 'done', result: { kind: 'changed' } }
      if (step.kind === 'pending') {
        await steps.goOn({ ...taken, content: step.pending })
        const wrong = step.wrong ? { wrong: true as const } : {}
        return { step: 'pending', pending: step.view, ...wrong }
      }
      const { authenticator, codes: recovery, method } = step
      if (session.kind === 'setup') {
        // Both factors are proven now: a session of its own, under a new token.
        const user = await findUser(userKey, signal)
        const factor = { method, authenticatorId: authenticator.id }
        if (user !== undefined) await enter(parts, { request, reply }, user, factor)
      }
      const result = {
        ...{ kind: 'added' as const, authenticator },
        ...(recovery === undefined ? {} : { codes: recovery }),
      }
      return { step: 'done', result }
    },
  )
}

function provenBy(body: z.output<typeof proveRequest>) {
  if ('codes' in body) return { codes: body.codes }
  // Operations look at what comes in once more, and know its form.
  return { passkey: body.passkey as NonNullable<OperationArgs<'own.prove'>['passkey']> }
}

/** A passkey without a name of its own goes by the browser that made it: what the device says of itself is often nothing. */
function named(pending: PendingSetup, { headers }: FastifyRequest): PendingSetup {
  if (pending.unproven.setup !== 'passkey' || pending.label !== '') return pending
  return { ...pending, label: browserName(headers['user-agent'] ?? '').slice(0, 64) }
}

/** What this person has shown in this browser, besides the password. */
function proofOf(earlier: Step<unknown> | undefined, userKey: string): FirstProof | undefined {
  if (earlier?.userKey !== userKey) return undefined
  if (earlier.kind === 'proof') return (earlier.content as ProofContent).proven
  const pending = pendingSetup.safeParse(earlier.content)
  return earlier.kind === 'setup' && pending.success ? pending.data.proof : undefined
}
