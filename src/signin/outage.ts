import type { User } from '../accounts/index.ts'
import { allowedMethods, type Context, note } from './context.ts'
import type { Outcome } from './outcome.ts'
import { offerOthers } from './prompts/fallback.ts'
import { countRemembered, findRemembered } from './remembered/remembered.ts'
import { findOutageRule, outageMethods } from './rules/outage-rules.ts'
import type { Passed } from './step.ts'
import { loadChoices } from './usable/choices.ts'

/**
 * What becomes of a sign-in whose prompt could not be delivered through the provider's fault: another method, or an
 * earlier sign-in of the same device, or, for people named by key, the password alone; otherwise the refusal. Limits,
 * refusals of the provider and people who do not answer never come here (RULES 23): only `failed` with `outage` marks a
 * sign-in.
 */
export async function throughOutage(
  context: Context,
  ended: Passed | Outcome,
): Promise<Passed | Outcome> {
  const { user } = context
  const isFailed = ended.kind === 'reject' && ended.reason === 'prompt-failed'
  if (!isFailed || user === undefined) return ended
  const others = canAsk(context) ? await offerOthers(context, user, 'failed') : undefined
  return others ?? (await withoutAsking(context, user)) ?? ended
}

/** Whether the gateway shows questions here, or has shown one in this sign-in; those of EAP go to the device. */
export function canAsk({ attempt, resumed }: Context): boolean {
  const { challenges, flow } = attempt.gateway
  return challenges && (resumed !== undefined || flow === 'auto' || flow === 'challenge')
}

/** Never where no password is proven: there the device, or nothing at all, would let in. */
async function withoutAsking(context: Context, user: User): Promise<Passed | undefined> {
  const rule = findOutageRule(context, user)
  if (rule === undefined || context.attempt.gateway.firstFactor.kind === 'none') return undefined
  const methods = [...allowedMethods(context), ...outageMethods(context, user)]
  const choices = await loadChoices(context, user, { methods, preferred: undefined })
  const remembered = await findRemembered(context, user, choices, rule.rememberedMs)
  if (remembered !== undefined) {
    countRemembered(context, remembered)
    return { kind: 'passed' }
  }
  if (!rule.passwordAlone) return undefined
  // The method that was tried has proven nothing.
  context.method = undefined
  note(context, 'password-alone', { rule: rule.name })
  return { kind: 'passed' }
}
