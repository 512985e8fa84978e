import type { FastifyRequest } from 'fastify'
import type { Texts } from '../../signin/index.ts'
import type { Refusal } from '../people/contract.ts'
import type { Step } from '../sessions/steps.ts'
import type { Holding } from './holding.ts'
import type { SignInParts } from './ports.ts'

type AbandonParts = Pick<SignInParts, 'current'> & {
  readonly holding: Pick<Holding, 'take' | 'takeAny'>
}

/** The browser begins something else: what it was in the middle of is over, and a phone that rings for it stops. */
export async function abandonEarlier(
  { current, holding }: AbandonParts,
  request: FastifyRequest,
): Promise<void> {
  await abandon(current, await holding.takeAny(request))
}

/**
 * The person has called it off: what it asked is over, so that another browser of theirs is asked at once. The cookie
 * stays, since the browser may have begun something else already; it leads to nothing.
 */
export async function abandonStep(
  { current, holding }: AbandonParts,
  request: FastifyRequest,
  kind: 'sign-in' | 'confirmation',
): Promise<{ readonly cancelled: boolean }> {
  const step = await holding.take<unknown>(request, kind)
  await abandon(current, step)
  return { cancelled: step !== undefined }
}

async function abandon(
  current: SignInParts['current'],
  step: Step<unknown> | undefined,
): Promise<void> {
  const { state } = (step?.content ?? {}) as { readonly state?: string }
  if (step === undefined || state === undefined) return
  const { abandon, gateways } = current()
  const gateway = step.kind === 'sign-in' ? gateways.signIn : gateways.confirm
  await abandon(gateway, stateOf(state))
}

/** The step is not there: answered before, too old, or never begun here. The same text for all. */
export function stepEnded(texts: Texts, language?: string): Refusal {
  return { step: 'refused', reason: 'step-ended', text: texts.text('portal-step-ended', language) }
}

/** The State that a step keeps in base64. */
export function stateOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}
