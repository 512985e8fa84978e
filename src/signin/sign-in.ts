import { randomBytes } from 'node:crypto'
import type { User } from '../accounts/index.ts'
import { HoldfastError } from '../support/index.ts'
import type { Attempt } from './attempt.ts'
import { authorise } from './authorise.ts'
import { type Context, reject, type SignInParts } from './context.ts'
import { checkFactors } from './factors.ts'
import { findUser } from './find-user.ts'
import { endHeld } from './hold.ts'
import { joinEqual, settleJoin, shareSettled } from './join.ts'
import type { Outcome } from './outcome.ts'
import { checkPolicy, checkStanding } from './policy.ts'
import type { SignIn } from './ports.ts'
import { recordSignIn } from './record.ts'
import { withReference } from './reference.ts'
import { endResumed, openState, spendState } from './resume.ts'
import type { Following, Passed, Step } from './step.ts'
import { endInterrupted, waitFor } from './wait.ts'

/**
 * The sign-in, for every door alike: up to where somebody must be waited for, the wait, the end. While
 * it waits nothing else of the way is kept in memory (RULES 32).
 */
export function createSignIn(parts: SignInParts): SignIn {
  return async (attempt) => {
    const context = createContext(parts, attempt)
    const step = await begin(context)
    switch (step.kind) {
      case 'held': {
        const waited = await waitFor(context, step.result)
        return finish(context, () => endHeld(context, step, waited))
      }
      case 'following': {
        // Who is followed may use all of the same time, and then needs a moment to say so.
        const waited = await waitFor(context, step.settled, attempt.gateway.marginMs / 2)
        return finish(context, async () =>
          typeof waited === 'string'
            ? endInterrupted(context, waited)
            : shareSettled(context, waited),
        )
      }
      default:
        return finish(context, async () => step)
    }
  }
}

/** resume? -> user -> policy -> factors. Of equal requests one checks the factors, for all. */
async function begin(context: Context): Promise<Step | Following> {
  try {
    if (context.attempt.state !== undefined && context.resumed === undefined) {
      return reject(context, 'state-invalid')
    }
    const found = await findUser(context)
    if (found.kind !== 'found') return found
    const { user } = found
    const policy = await checkPolicy(context, user)
    if (policy.kind !== 'policy') return await endResumed(context, user, policy)
    const following = await joinEqual(context, user)
    if (following !== undefined) return following
    const unusable = await spendState(context, user)
    if (unusable !== undefined) return unusable
    return await checkFactors(context, found, policy)
  } catch (error) {
    return explain(context, error)
  }
}

/** -> authorise -> audit -> reference. Nobody is let in without a row that says so. */
async function finish(context: Context, end: () => Promise<Passed | Outcome>): Promise<Outcome> {
  let outcome: Outcome
  try {
    outcome = await letIn(context, await end())
  } catch (error) {
    outcome = explain(context, error)
  }
  try {
    await settleJoin(context, outcome)
    await recordSignIn(context, outcome)
  } catch (error) {
    const refused = explain(context, error)
    if (outcome.kind === 'accept') outcome = refused
  }
  // Last, and here alone: what others share has the reference of each.
  const { attempt, parts } = context
  return parts.settings.references ? withReference(outcome, attempt.id) : outcome
}

async function letIn(context: Context, ended: Passed | Outcome): Promise<Outcome> {
  const { user } = context
  if (ended.kind !== 'passed') return ended
  if (user === undefined) return reject(context, 'user-unknown')
  return (await settleAccount(context, user)) ?? authorise(context, user)
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
    joinKey: undefined,
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
    detail: error instanceof Error ? error.message : String(error),
    ...(error instanceof Error && error.stack !== undefined && !isStore
      ? { stack: error.stack }
      : {}),
    gateway: attempt.gateway.name,
  })
  return isStore ? reject(context, 'store-failed') : { kind: 'drop', reason: 'internal-error' }
}
