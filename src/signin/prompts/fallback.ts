import type { User } from '../../accounts/index.ts'
import { allowedMethods, type Context } from '../context.ts'
import { challengeForCode, menuText } from '../continued/challenge.ts'
import type { Outcome } from '../outcome.ts'
import type { PromptResult } from '../ports/index.ts'
import { outageMethods } from '../rules/outage-rules.ts'
import { loadChoices } from '../usable/choices.ts'

/** Calls that ended without the person having said anything. A refusal, or a report of fraud, is an answer. */
const unanswered: readonly PromptResult['kind'][] = ['no-answer', 'busy', 'failed']

/**
 * A call that reached no one, where the gateway can ask: what else the person may use. It is from the same list of
 * methods they could have chosen from, so nothing weaker is offered (RULES 23). In an outage it is also from what a
 * rule for outages adds. Undefined where there is nothing else.
 */
export async function offerOthers(
  context: Context,
  user: User,
  result: PromptResult['kind'],
): Promise<Outcome | undefined> {
  if (!unanswered.includes(result)) return undefined
  const choices = await loadChoices(context, user, {
    methods: [...new Set([...allowedMethods(context), ...outageMethods(context, user)])],
    preferred: undefined,
  })
  if (choices.typed.length === 0 && choices.options.length < 2) return undefined
  return challengeForCode(context, user, menuText(context, user, choices), { wrong: 0 })
}
