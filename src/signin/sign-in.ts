import { randomBytes } from 'node:crypto'
import type { User } from '../accounts/index.ts'
import { HoldfastError } from '../support/index.ts'
import type { Attempt } from './attempt.ts'
import { authorise } from './authorise.ts'
import { type Context, note, reject, type SignInParts } from './context.ts'
import { checkFactors } from './factors.ts'
import { type FoundUser, findUser } from './find-user.ts'
import { waitOut } from './hold.ts'
import { joinEqual, joinKeyOf, settleJoin } from './join.ts'
import type { Outcome } from './outcome.ts'
import { checkPolicy, checkStanding, type Policy } from './policy.ts'
import type { SignIn } from './ports.ts'
import { recordSignIn } from './record.ts'
import type { Settled } from './registry.ts'
import { endResumed, openState, spendState } from './resume.ts'
import { endInterrupted, type Interruption } from './wait.ts'

/** The sign-in, for every door alike. */
export function createSignIn(parts: SignInParts): SignIn {
  return async (attempt) => {
    const context = createContext(parts, attempt)
    const outcome = await run(context)
    try {
      await recordSignIn(context, outcome)
      return outcome
    } catch (error) {
      const refused = explain(context, error)
      return outcome.kind === 'accept' ? refused : outcome
    }
  }
}

/** resume? -> user -> policy -> factors -> authorise. Equal requests run what follows policy once. */
async function run(context: Context): Promise<Outcome> {
  try {
    if (context.attempt.state !== undefined && context.resumed === undefined) {
      return reject(context, 'state-invalid')
    }
    const found = await findUser(context)
    if (found.kind !== 'found') return found
    const { user } = found
    const policy = await checkPolicy(context, user)
    if (policy.kind !== 'policy') return await endResumed(context, user, policy)

    const joinKey = joinKeyOf(context, user)
    const other = await joinEqual(context, joinKey)
    if (other !== undefined) return share(context, user, other)
    const outcome = await signInOnce(context, found, policy)
    await settleJoin(context, joinKey, outcome)
    return outcome
  } catch (error) {
    return explain(context, error)
  }
}

/** What equal requests run once and share. Never rejects, since others wait for it. */
async function signInOnce(context: Context, found: FoundUser, policy: Policy): Promise<Outcome> {
  const { user } = found
  try {
    const unusable = await spendState(context, user)
    if (unusable !== undefined) return unusable
    const step = await checkFactors(context, found, policy)
    const ended = step.kind === 'held' ? await waitOut(context, user, step) : step
    if (ended.kind !== 'passed') return ended
    return (await settleAccount(context, user)) ?? authorise(context, user)
  } catch (error) {
    return explain(context, error)
  }
}

/** The outcome of an equal request, in this one's own words. */
function share(context: Context, user: User, other: Settled | Interruption): Outcome {
  if (typeof other === 'string') return endInterrupted(context, other)
  const { signInId, outcome } = other
  context.joined = true
  note(context, 'joined', { signIn: signInId })
  if (outcome.kind === 'accept') return authorise(context, user)
  return outcome.kind === 'reject' ? reject(context, outcome.reason) : outcome
}

/**
 * A whole sign-in ends the count of failures, unless the account was blocked or locked meanwhile: of
 * many guesses sent at the same moment, none may count once the others have brought about the lock.
 */
async function settleAccount(context: Context, user: User): Promise<Outcome | undefined> {
  const { accounts } = context.parts
  const account = await accounts.load(user.key)
  const refused = checkStanding(context, account)
  if (refused !== undefined) return refused
  if (account.wrongCodes > 0 || account.wrongPasswords > 0) await accounts.recordSuccess(user.key)
  await accounts.noteUser(user.key, user.name)
  return undefined
}

function createContext(parts: SignInParts, attempt: Attempt): Context {
  const { gateway, receivedAtMs } = attempt
  const opened = openState(parts, attempt)
  const resumed = opened === 'invalid' ? undefined : opened
  return {
    parts,
    attempt,
    resumed,
    signInId: resumed?.signInId ?? randomBytes(9).toString('base64url'),
    deadlineMs: receivedAtMs + gateway.patienceMs - gateway.marginMs,
    timeline: [{ atMs: receivedAtMs, what: 'received', detail: { attempt: attempt.id } }],
    told: { refused: false },
    user: undefined,
    method: undefined,
    joined: false,
  }
}

/** Fails closed: a store that cannot be trusted refuses, a mistake of ours stays unanswered. */
function explain(context: Context, error: unknown): Outcome {
  const { attempt, parts } = context
  const isStore = error instanceof HoldfastError && error.code.startsWith('store-')
  parts.log.trouble({
    attemptId: attempt.id,
    what: isStore ? 'store-failed' : 'internal-error',
    detail:
      error instanceof Error
        ? isStore
          ? error.message
          : (error.stack ?? error.message)
        : String(error),
    gateway: attempt.gateway.name,
  })
  return isStore ? reject(context, 'store-failed') : { kind: 'drop', reason: 'internal-error' }
}
