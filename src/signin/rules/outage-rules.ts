import type { Method, User } from '../../accounts/index.ts'
import type { Context } from '../context.ts'
import { isFor, subjectOf } from './conditions.ts'
import type { OutageRule } from './rules.ts'

/**
 * The first rule that applies to this person here. One whose group is gone never applies, and none applies at the
 * portal.
 */
export function findOutageRule({ attempt, parts }: Context, user: User): OutageRule | undefined {
  if (parts.outageRules.length === 0 || attempt.gateway.isPortal) return undefined
  const subject = subjectOf(attempt.gateway, user)
  const missing = parts.missingGroups(user.directory)
  return parts.outageRules.find(
    (rule) =>
      isFor(rule, subject) &&
      (rule.userKeys?.includes(user.key) ?? true) &&
      !rule.groups?.some((group) => missing.has(group)),
  )
}

/** Methods that are allowed besides the usual ones; none unless a provider has failed in this sign-in. */
export function outageMethods(context: Context, user: User): readonly Method[] {
  return context.degraded === 'provider' ? (findOutageRule(context, user)?.methods ?? []) : []
}
