import type { User } from '../accounts/index.ts'
import { HoldfastError } from '../support/index.ts'
import type { SignIn } from './attempt.ts'
import { type Attempt, answerByMs } from './attempt.ts'
import { authorise } from './authorise.ts'
import { type Context, note, reject } from './context.ts'
import { keepMsChap } from './continued/kept-ms-chap.ts'
import { keepExpired } from './continued/kept-passwords.ts'
import { endResumed, openState, refuseUnopened, spendState } from './continued/resume.ts'
import { keepSpentState } from './continued/spent-state.ts'
import { keepUpstream } from './continued/upstream.ts'
import { checkFactors } from './factors.ts'
import { findUser } from './names/find-user.ts'
import { throughOutage } from './outage.ts'
import type { Outcome } from './outcome.ts'
import type { SignInParts } from './parts.ts'
import { askNewPassword } from './passwords/expired-password.ts'
import { waitLikePassword } from './passwords/wait-like-password.ts'
import type { PromptResult } from './ports/index.ts'
import { endHeld } from './prompts/hold.ts'
import { endInterrupted, type Interruption, Waiting } from './prompts/wait.ts'
import type { RejectReason } from './reasons/reasons.ts'
import { withReference } from './reasons/reference.ts'
import { recordSignIn } from './record.ts'
import { rememberSignIn } from './remembered/remembered.ts'
import { checkDevice } from './rules/mac-rules.ts'
import { checkAccountState, checkPolicy } from './rules/policy.ts'
import { joinEqual, settleJoin, shareSettled } from './sharing/join.ts'
import type { Settled } from './sharing/registry.ts'
import type { Following, Held, Passed, Step } from './step.ts'
import { findCut } from './typed/cut-password.ts'
import { readPassword } from './typed/read-password.ts'

/**
 * The sign-in, for every door alike: up to where somebody must be waited for, the wait, the end. While
 * it waits nothing else of the way is kept in memory (RULES 32).
 */
export function createSignIn(parts: SignInParts): SignIn {
  return (attempt) => {
    parts.open.begin()
    run(parts, attempt).catch(() => answer({ parts, attempt }, internalError))
  }
}

const internalError: Outcome = { kind: 'drop', reason: 'internal-error' }

async function run(parts: SignInParts, attempt: Attempt): Promise<void> {
  const context = createContext(parts, attempt)
  const step = await begin(context)
  switch (step.kind) {
    case 'held':
      return waitForPrompt(context, step)
    case 'following':
      return waitForOther(context, step)
    default:
      return finish(context, async () => step)
  }
}

async function waitForPrompt(context: Context, held: Held): Promise<void> {
  const waiting = new Waiting(context, held, endPrompt)
  waiting.start(answerByMs(context.attempt))
  try {
    await context.parts.registry.watchPrompt(held.promptId, waiting)
  } catch (error) {
    waiting.ended({ kind: 'failed', detail: String(error), outage: false })
  }
}

function endPrompt(context: Context, held: Held, waited: PromptResult | Interruption): void {
  void finish(context, () => endHeld(context, held, waited))
}

function waitForOther(context: Context, following: Following): void {
  const waiting = new Waiting(context, following, endFollowing)
  // Who is followed may use all of the same time, and then needs a moment to say so.
  waiting.start(answerByMs(context.attempt) + context.attempt.gateway.marginMs / 2)
  void following.settled.then((settled) => waiting.ended(settled))
}

function endFollowing(context: Context, _: Following, waited: Settled | Interruption): void {
  void finish(context, async () =>
    typeof waited === 'string' ? endInterrupted(context, waited) : shareSettled(context, waited),
  )
}

/** Answers with what `end` comes to, or fails to, and records it. Never rejects. */
export async function finish(
  context: Context,
  end: () => Promise<Passed | Outcome>,
): Promise<void> {
  const outcome = await outcomeOf(context, end).catch(() => internalError)
  answer(context, outcome)
}

function answer({ parts, attempt }: Pick<Context, 'parts' | 'attempt'>, outcome: Outcome): void {
  parts.open.end()
  attempt.answer(outcome)
}

/** resume? -> user -> policy -> factors. Of equal requests one checks the factors, for all. */
async function begin(context: Context): Promise<Step | Following> {
  try {
    const unopened = refuseUnopened(context)
    if (unopened !== undefined) return unopened
    const device = checkDevice(context)
    if (device !== undefined) return device
    return await waitLikePassword(context, await checkPerson(context))
  } catch (error) {
    return explain(context, error)
  }
}

async function checkPerson(context: Context): Promise<Step | Following> {
  const found = await findUser(context)
  if (found.kind !== 'found') return found
  const { user } = found
  const read = await readPassword(context, user)
  if (read !== undefined) context.read = read
  const cut = await findCut(context, user, read)
  if (cut !== undefined) context.cut = cut
  const policy = await checkPolicy(context, user)
  if (policy.kind !== 'policy') return await endResumed(context, user, policy)
  const following = await joinEqual(context, user, policy)
  if (following !== undefined) return following
  const unusable = await spendState(context, user)
  if (unusable !== undefined) return unusable
  return await checkFactors(context, found, policy)
}

/** -> authorise -> audit -> reference. Nobody is let in without a row that says so. */
async function outcomeOf(context: Context, end: () => Promise<Passed | Outcome>): Promise<Outcome> {
  let outcome: Outcome
  try {
    outcome = await letIn(context, await throughOutage(context, await end()))
    await keepExpired(context, outcome)
    await keepUpstream(context, outcome)
    await keepMsChap(context, outcome)
  } catch (error) {
    outcome = explain(context, error)
  }
  try {
    await settleJoin(context, outcome)
    // At once, so that they are durable by one commit.
    await Promise.all([keepSpentState(context), recordSignIn(context, outcome)])
  } catch (error) {
    const refused = explain(context, error)
    if (outcome.kind === 'accept' || outcome.kind === 'challenge') outcome = refused
  }
  // Last, and here alone: what others share has the reference of each.
  const { attempt, parts } = context
  return parts.settings.references ? withReference(outcome, attempt.id) : outcome
}

async function letIn(context: Context, ended: Passed | Outcome): Promise<Outcome> {
  const { user } = context
  if (ended.kind !== 'passed') return ended
  if (user === undefined) return reject(context, 'user-unknown')
  const refused = await settleAccount(context, user)
  if (refused !== undefined) return refused
  if (context.expired !== undefined) return askNewPassword(context, user)
  const outcome = authorise(context, user)
  if (outcome.kind === 'accept') await rememberSignIn(context, user)
  return outcome
}

/**
 * A whole sign-in ends the count of failures, unless the account was blocked or locked meanwhile: of
 * many guesses sent at the same moment, none may count once the others have brought about the lock.
 */
async function settleAccount(context: Context, user: User): Promise<Outcome | undefined> {
  const { accounts } = context.parts
  const account = await accounts.load(user.key)
  const refused = checkAccountState(context, account)
  if (refused !== undefined) return refused
  // A password alone, or with a known device, ends no count of wrong codes: whoever has them could go
  // on guessing for ever.
  const isCounted = account.wrongCodes > 0 || account.wrongPasswords > 0
  // Nor does a packet that gets its answer again: it has ended it the first time.
  const { method, remembered, repeated } = context
  const isWhole = method !== undefined && remembered === undefined && repeated === undefined
  if (isCounted && isWhole) await accounts.recordSuccess(user.key)
  await accounts.noteUser(user.key, user.name)
  return undefined
}

/** A request at its beginning: nothing is known but what it says. */
export function createContext(parts: SignInParts, attempt: Attempt): Context {
  const opened = openState(parts, attempt)
  const resumed = opened === 'invalid' ? undefined : opened
  const context: Context = {
    parts,
    attempt,
    resumed,
    // A new sign-in goes by the name of its first request.
    signInId: resumed?.signInId ?? attempt.id,
    timeline: [{ atMs: attempt.receivedAtMs, what: 'received', detail: { attempt: attempt.id } }],
    call: undefined,
    user: undefined,
    method: undefined,
    rule: undefined,
    joinKey: undefined,
    joined: false,
  }
  if (resumed?.outage === true) context.degraded = 'provider'
  return context
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

/**
 * Refuses, and records, what never comes to a sign-in, such as a conversation of EAP whose TLS failed.
 * `detail`: one line for the time line, without anything secret. Never throws; the attempt gets its answer.
 */
export type Refuse = (attempt: Attempt, reason: RejectReason, detail: string) => void

export function createRefuse(parts: SignInParts): Refuse {
  return (attempt, reason, detail) => {
    parts.open.begin()
    const context = createContext(parts, attempt)
    if (detail !== '') note(context, 'refused', { detail })
    void finish(context, async () => reject(context, reason))
  }
}
