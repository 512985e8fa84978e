import type { AccountState, Method, User } from '../accounts/index.ts'
import { type Context, note, reject } from './context.ts'
import type { Outcome } from './outcome.ts'

export type Policy = {
  readonly kind: 'policy'
  /** Methods allowed here, the person's own preference first. */
  readonly methods: readonly Method[]
  /** The person's own preference, where it is allowed: started without a menu. */
  readonly preferred: Method | undefined
  /** A typed code is proven before the directory is asked. */
  readonly secondFactorFirst: boolean
}

/** What must hold before any password is tried, so that a closed door costs no directory attempt (RULES 6). */
export async function checkPolicy(context: Context, user: User): Promise<Policy | Outcome> {
  const { gateway } = context.attempt
  const inAny = (groups: readonly string[]) => groups.some((group) => user.groups.includes(group))
  if (inAny(gateway.denyGroups)) return reject(context, 'denied')
  if (gateway.requireGroups.length > 0 && !inAny(gateway.requireGroups))
    return reject(context, 'denied')

  const account = await context.parts.accounts.load(user.key)
  const standing = checkStanding(context, account)
  if (standing !== undefined) return standing

  note(context, 'policy', { flow: gateway.flow })
  const { defaultMethod } = account
  const preferred =
    defaultMethod !== undefined && gateway.methods.includes(defaultMethod)
      ? defaultMethod
      : undefined
  return {
    kind: 'policy',
    methods:
      preferred === undefined
        ? gateway.methods
        : [preferred, ...gateway.methods.filter((each) => each !== preferred)],
    preferred,
    secondFactorFirst: gateway.secondFactorFirst,
  }
}

/** Why this account may not sign in now. */
export function checkStanding(context: Context, account: AccountState): Outcome | undefined {
  const nowMs = context.parts.clock.nowMs()
  if (account.blocked !== undefined) return reject(context, 'blocked')
  if (account.lockedUntilMs > nowMs) return reject(context, 'locked')
  if (account.slowedUntilMs > nowMs) return reject(context, 'slowed')
  return undefined
}
