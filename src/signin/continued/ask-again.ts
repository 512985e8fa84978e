import type { Attempt } from '../attempt.ts'
import type { Context } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import { askMs } from './challenge.ts'

/**
 * Asks for the same once more, since the database was away and nothing was tried. A question that was open stays open, by
 * the same State; otherwise the State proves nothing, and its answer is a new sign-in. The text is in the language of the
 * installation, since the person is not known yet. Throws the error where the gateway cannot ask, or for another fault.
 */
export function askAgain(context: Context, error: unknown): Outcome {
  const { attempt, parts, resumed, signInId } = context
  const { gateway, state } = attempt
  const nowMs = parts.clock.nowMs()
  const endsMs = resumed?.endsMs ?? nowMs + askMs
  const canAsk = parts.store.isAway(error) && canAskAgain(attempt, resumed !== undefined)
  if (!canAsk || endsMs <= nowMs) throw error
  const asked = { signInId, purpose: 'again', step: 1, userKey: '', endsMs, wrong: 0 } as const
  context.isAskedAgain = true
  return {
    kind: 'challenge',
    reason: 'challenged',
    message: parts.texts.text('enter-again', undefined),
    state: resumed !== undefined && state ? state : parts.states.seal(asked, gateway.name, nowMs),
    echo: resumed?.purpose === 'wait',
    timeoutSeconds: Math.ceil((endsMs - nowMs) / 1000),
  }
}

/** Whether what the gateway shows is answered with what a person types. */
function canAskAgain({ credential, eap, gateway }: Attempt, isResumed: boolean): boolean {
  const { challenges, flow, isPortal } = gateway
  const isShown = isResumed || flow === 'auto' || flow === 'challenge'
  return challenges && isShown && !isPortal && credential.kind === 'pap' && eap === undefined
}
