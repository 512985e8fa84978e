import type { User } from '../accounts/index.ts'
import { type Context, note, reject } from './context.ts'
import type { Outcome } from './outcome.ts'
import { buildReply } from './reply-rules.ts'

/** The Accept and its attributes: last, so that they are the same on every way in. */
export function authorise(context: Context, user: User): Outcome {
  const { attempt, method, parts } = context
  const built = buildReply(parts.replyRules, attempt.gateway, user, method)
  if (built.kind === 'invalid') {
    // Not the value: it is personal, and the directory has it.
    note(context, 'reply-value-invalid', { rule: built.rule, attribute: built.attribute })
    return reject(context, 'reply-value-invalid')
  }
  if (built.rules.length > 0) note(context, 'reply-rules', { rules: built.rules.join(', ') })
  const attributes = [...attempt.gateway.replyAttributes, ...built.attributes]
  return { kind: 'accept', reason: 'accepted', attributes }
}
