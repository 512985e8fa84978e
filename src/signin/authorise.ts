import type { User } from '../accounts/index.ts'
import { type Context, note, reject } from './context.ts'
import type { Outcome } from './outcome.ts'
import { buildReply } from './rules/reply-rules.ts'

/** The Accept and its attributes: last, so that they are the same on every way in. */
export function authorise(context: Context, user: User): Outcome {
  const { attempt, degraded, method, parts } = context
  const isDegraded = degraded !== undefined
  if (isDegraded) note(context, 'degraded', { for: degraded })
  const built = buildReply(parts.replyRules, attempt.gateway, user, method, isDegraded)
  if (built.kind === 'invalid') {
    // Not the value: it is personal, and the directory has it.
    note(context, 'reply-value-invalid', { rule: built.rule, attribute: built.attribute })
    return reject(context, 'reply-value-invalid')
  }
  const { rules } = built
  if (rules.length > 0) {
    note(context, 'reply-rules', { rules: rules.map(({ name }) => name).join(', ') })
  }
  const made = rules.flatMap((rule) => rule.attributes)
  const { msChap, upstream } = context
  const passed = upstream?.attributes ?? []
  const attributes = [...attempt.gateway.replyAttributes, ...made, ...passed]
  const named = attempt.gateway.returnsUserName === true ? { userName: user.name } : {}
  const { keys } = upstream ?? {}
  return {
    kind: 'accept',
    reason: 'accepted',
    attributes,
    ...named,
    ...(msChap && { msChap }),
    ...(keys && { keys }),
  }
}
