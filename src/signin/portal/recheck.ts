import type { User } from '../../accounts/index.ts'
import type { Attempt } from '../attempt.ts'
import { findUser } from '../names/find-user.ts'
import type { Outcome } from '../outcome.ts'
import type { SignInParts } from '../parts.ts'
import type { RejectReason } from '../reasons/reasons.ts'
import { checkPolicy } from '../rules/policy.ts'
import { createContext } from '../sign-in.ts'
import type { LiveRequest } from '../waiting/live-request.ts'

/** Whether someone who is signed in may stay so. `unknown`: the directory does not answer now. */
export type Rechecked =
  | { readonly kind: 'allowed'; readonly user: User; readonly passwordStamp?: string }
  | { readonly kind: 'refused'; readonly reason: RejectReason }
  | { readonly kind: 'unknown' }

/** Looks a person up by their key and asks the rules again, as for a new sign-in. Counts and writes nothing. */
export type Recheck = (attempt: Attempt, live: LiveRequest) => Promise<Rechecked>

/** Of a directory that cannot tell now. */
const outages: readonly RejectReason[] = [
  'directory-down',
  'directory-refuses-us',
  'directory-busy',
]
/** Strangers who guess codes can bring these about; they end no session. */
const passing: readonly RejectReason[] = ['locked', 'slowed']

export function createRecheck(parts: SignInParts): Recheck {
  return async (attempt, live) => {
    const context = createContext(parts, attempt, live)
    const found = await findUser(context)
    if (found.kind !== 'found') return judge(found)
    const { directory, user } = found
    const policy = await checkPolicy(context, user)
    if (policy.kind === 'reject' && !passing.includes(policy.reason)) return judge(policy)
    const { signal } = live.stop
    const facts = await directory.describe?.(user, signal)
    const account = facts?.kind === 'facts' ? facts.account : undefined
    if (account === 'disabled') return { kind: 'refused', reason: 'account-disabled' }
    if (account === 'expired') return { kind: 'refused', reason: 'account-expired' }
    const passwordStamp = await directory.passwordStamp?.(user, signal)
    return { kind: 'allowed', user, ...(passwordStamp === undefined ? {} : { passwordStamp }) }
  }
}

function judge(outcome: Outcome): Rechecked {
  if (outcome.kind !== 'reject' || outages.includes(outcome.reason)) return { kind: 'unknown' }
  return { kind: 'refused', reason: outcome.reason }
}
