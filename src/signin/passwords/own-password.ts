import type { AccountStore, LockoutLimits, User } from '../../accounts/index.ts'
import { type Clock, constantTimeEqual, Secret } from '../../support/index.ts'
import type { Directory, PasswordChange, Verified } from '../ports/index.ts'
import type { TextKey } from '../reasons/text-keys.ts'
import { mostBytes } from '../typed/cut-password.ts'

/** What came of a change that a person asked for at the portal. `reason` names it for the audit. */
export type OwnPasswordChange =
  | { readonly kind: 'changed' }
  | {
      readonly kind: 'refused'
      readonly reason: string
      readonly says: TextKey
      readonly values?: Readonly<Record<string, string>>
      /** For the audit, without anything secret. */
      readonly detail?: string
    }

export type OwnPasswordParts = {
  readonly accounts: Pick<AccountStore, 'recordFailure'>
  readonly clock: Clock
  readonly lockout: LockoutLimits
}

/**
 * Changes a person's password with the rights of the person, who knows it. The current one is checked as at a sign-in:
 * behind the directory's shield, at most one wrong try, and counted as a wrong password (PEOPLE R20). It is never
 * reset.
 */
export async function changeOwnPassword(
  parts: OwnPasswordParts,
  directory: Directory,
  user: User,
  typed: { readonly current: string; readonly chosen: string },
  signal: AbortSignal,
): Promise<OwnPasswordChange> {
  if (directory.changePassword === undefined) return refuse('not-permitted')
  const unfit = judgeForm(typed)
  if (unfit !== undefined) return unfit
  const current = new Secret(typed.current)
  const credential = { kind: 'pap', password: current, wellFormed: true } as const
  const verified = await directory.verify(user, credential, signal)
  if (verified.kind !== 'right' && verified.kind !== 'must-change') {
    if (verified.kind === 'wrong') await countWrong(parts, user)
    return refuseVerified(verified)
  }
  const change = await directory.changePassword(user, {
    old: current,
    chosen: new Secret(typed.chosen),
  })
  if (change.kind === 'old-wrong') await countWrong(parts, user)
  return judge(change)
}

/** A wrong one of someone who may not be this person: it never locks a second factor (RULES 8). */
async function countWrong({ accounts, clock, lockout }: OwnPasswordParts, user: User) {
  await accounts.recordFailure(user.key, 'password', clock.nowMs(), lockout)
}

/** What no gateway could send, and what changes nothing, is not a reason to ask a directory. */
function judgeForm({ current, chosen }: { readonly current: string; readonly chosen: string }) {
  if (Buffer.byteLength(chosen) >= mostBytes) {
    return refuse('too-long', 'new-password-long', { count: String(mostBytes - 1) })
  }
  const isGarbled = !chosen.isWellFormed() || /\p{Cc}/u.test(chosen)
  if (isGarbled || constantTimeEqual(Buffer.from(current), Buffer.from(chosen))) {
    return refuse('refused', 'new-password-refused')
  }
  return undefined
}

function refuseVerified({ kind }: Verified): OwnPasswordChange {
  switch (kind) {
    case 'wrong':
    case 'too-long':
    case 'not-checkable':
      return refuse('old-wrong', 'password-old-wrong')
    case 'locked':
    case 'disabled':
    case 'expired':
    case 'restricted':
      return refuse(kind, 'account-unavailable')
    case 'shielded':
    case 'busy':
    case 'overloaded':
    case 'down':
      return refuse(kind, 'password-try-later')
    default:
      return refuse(kind)
  }
}

function judge(change: PasswordChange): OwnPasswordChange {
  switch (change.kind) {
    case 'changed':
      return { kind: 'changed' }
    case 'too-short':
      return refuse(change.kind, 'new-password-short', { count: String(change.atLeast) })
    case 'too-simple':
      return refuse(change.kind, 'new-password-simple')
    case 'refused':
      return refuse(change.kind, 'new-password-refused')
    case 'too-soon':
      return refuse(change.kind, 'password-change-too-soon')
    case 'old-wrong':
      return refuse(change.kind, 'password-old-wrong')
    case 'locked':
      return refuse(change.kind, 'account-unavailable')
    case 'unclear':
      return { ...refuse(change.kind, 'password-change-unclear'), detail: change.detail }
    case 'not-permitted':
      return { ...refuse(change.kind), detail: change.detail }
    case 'busy':
    case 'down':
      return refuse(change.kind, 'password-try-later')
  }
}

function refuse(
  reason: string,
  says: TextKey = 'password-not-changed',
  values?: Readonly<Record<string, string>>,
): Extract<OwnPasswordChange, { kind: 'refused' }> {
  return { kind: 'refused', reason, says, ...(values === undefined ? {} : { values }) }
}
