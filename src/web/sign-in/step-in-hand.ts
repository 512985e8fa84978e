import type { FastifyRequest } from 'fastify'
import type { Texts } from '../../signin/index.ts'
import type { Refusal } from '../people/contract.ts'
import type { SignInParts } from './ports.ts'

/** The browser begins something else: what it was in the middle of is over, and a phone that rings for it stops. */
export async function abandonEarlier(
  { current, steps }: Pick<SignInParts, 'current' | 'steps'>,
  request: FastifyRequest,
): Promise<void> {
  const earlier = await steps.takeAny(request)
  if (earlier === undefined) return
  const { state } = earlier.content as { readonly state?: string }
  if (state === undefined) return
  const { abandon, gateways } = current()
  const gateway = earlier.kind === 'sign-in' ? gateways.signIn : gateways.confirm
  await abandon(gateway, new Uint8Array(Buffer.from(state, 'base64')))
}

/** The step is not there: answered before, too old, or never begun here. The same text for all. */
export function stepEnded(texts: Texts, language?: string): Refusal {
  return { step: 'refused', reason: 'step-ended', text: texts.text('portal-step-ended', language) }
}
