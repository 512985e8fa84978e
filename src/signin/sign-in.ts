import type { User } from '../accounts/index.ts'
import { HoldfastError, messageOf } from '../support/index.ts'
import type { Attempt } from './attempt.ts'
import { authorise } from './authorise.ts'
import { type Context, note, reject } from './context.ts'
import { askAgain } from './continued/ask-again.ts'
import { keepMsChap } from './continued/kept-ms-chap.ts'
import { keepExpired } from './continued/kept-passwords.ts'
import { endResumed, refuseUnopened, spendState } from './continued/resume.ts'
import { keepSpentState } from './continued/spent-state.ts'
import { keepUpstream } from './continued/upstream.ts'
import { addressFrom, promptPlace } from './evidence.ts'
import { checkFactors } from './factors.ts'
import { findUser } from './names/find-user.ts'
import { noteIdle } from './names/note-idle.ts'
import { throughOutage } from './outage.ts'
import type { Outcome } from './outcome.ts'
import type { SignInParts } from './parts.ts'
import { askNewPassword } from './passwords/expired-password.ts'
import { waitLikePassword } from './passwords/wait-like-password.ts'
import { describe } from './portal/describe.ts'
import { endHeld, waitForPrompt } from './prompts/hold.ts'
import type { RejectReason } from './reasons/reasons.ts'
import { withReference } from './reasons/reference.ts'
import { recordSignIn } from './record.ts'
import { rememberSignIn } from './remembered/remembered.ts'
import { checkDevice } from './rules/mac-rules.ts'
import { checkAccountState, checkPolicy } from './rules/policy.ts'
import {
  endFollowing,
  isAbandoned,
  joinEqual,
  noteHeard,
  settleJoin,
  waitForOther,
} from './sharing/join.ts'
import type { Following, Passed, Step } from './step.ts'
import { findCut } from './typed/cut-password.ts'
import { readPassword } from './typed/read-password.ts'
import type { LiveRequest } from './waiting/live-request.ts'
import { inTime, loadWhenBack, waitForStore } from './waiting/store-away.ts'

/** The one function that RADIUS, EAP and the portal call. Never rejects: a mistake of ours is an outcome, too. */
export type SignIn = (attempt: Attempt, live: LiveRequest) => Promise<Outcome>

/** Runs one sign-in, whatever brought it: the way to both factors, the wait for a person, the end. */
export function createSignIn(parts: SignInParts): SignIn {
  return async (attempt, live) => {
    parts.open.begin()
    try {
      const context = createContext(parts, attempt, live)
      let step = await beginInTime(context)
      // Awaited here: one more async function would take a tenth of the memory of a held request (RULES 32).
      while (step.kind === 'following') {
        const waited = await waitForOther(context, step)
        if (!isAbandoned(waited)) return await conclude(context, endFollowing(context, waited))
        // No gateway has heard how the prompt of that one ended, which may be over by now.
        context.takenOver = true
        step = await beginInTime(context)
      }
      if (step.kind === 'held') {
        const waited = await waitForPrompt(context, step)
        return await conclude(context, endHeld(context, step, waited))
      }
      return await conclude(context, step)
    } catch (error) {
      return internalError(parts, attempt, error)
    } finally {
      parts.open.end()
    }
  }
}

/** A database that is away is waited for in the midst of all steps, but no longer than the gateway waits for us. */
async function beginInTime(context: Context): Promise<Step | Following> {
  const step = await inTime(context, begin(context))
  return step ?? refuseForStore(context, 'the database was away until the answer had to leave')
}

/** Up to the factors. One of several equal requests checks the factors, for all of them. */
async function begin(context: Context): Promise<Step | Following> {
  try {
    const { attempt, parts, resumed } = context
    const { state } = attempt
    if (state !== undefined && resumed === undefined) return refuseUnopened(context, state)
    const device = parts.macRules.length === 0 ? undefined : checkDevice(context)
    if (device !== undefined) return device
    const away = await reachStore(context)
    if (away !== undefined) return away
    const step = await checkPerson(context)
    return step.kind === 'reject' ? await waitLikePassword(context, step) : step
  } catch (error) {
    return explain(context, error)
  }
}

/** Asks the same question again where the database of the store does not come back. */
async function reachStore(context: Context): Promise<Outcome | undefined> {
  try {
    await waitForStore(context)
    return undefined
  } catch (error) {
    return askAgain(context, error)
  }
}

async function checkPerson(context: Context): Promise<Step | Following> {
  const found = await findUser(context)
  if (found.kind !== 'found') return found
  const user = await inTheirLanguage(context, found.user)
  if (user.lastSeenMs !== undefined) await noteIdle(context, user, user.lastSeenMs)
  context.read = await readPassword(context, user)
  context.cut = await findCut(context, user, context.read)
  const policy = await checkPolicy(context, user)
  if (policy.kind !== 'policy') return endResumed(context, user, policy)
  if (context.attempt.gateway.isPortal) context.order = policy
  const following = await joinEqual(context, user, policy)
  if (following !== undefined) return following
  const unusable = context.resumed && (await spendState(context, user))
  if (unusable !== undefined) return unusable
  // No one waits for this any more, and a password must not be tried for no one.
  if (context.isGivenUp) return reject(context, 'store-failed')
  return checkFactors(context, { ...found, user }, policy)
}

/** The language that a person has chosen comes before that of the directory; that of the page, for what it shows. */
async function inTheirLanguage(context: Context, user: User): Promise<User> {
  const { attempt } = context
  const { language = user.language } = await loadWhenBack(context, user.key)
  if (language !== undefined) context.ownLanguage = language
  const shown = attempt.language ?? language
  if (shown === undefined || shown === user.language) return user
  context.user = { ...user, language: shown }
  return context.user
}

/** From the factors to the outcome. No one is let in without a row in the audit that says so. */
async function conclude(
  context: Context,
  ending: Passed | Outcome | Promise<Passed | Outcome>,
): Promise<Outcome> {
  let outcome: Outcome
  try {
    const ended = await ending
    const isDown = context.degraded === 'provider'
    outcome = await letIn(context, isDown ? await throughOutage(context, ended) : ended)
    if (outcome.kind === 'challenge') {
      await keepExpired(context, outcome)
      await keepUpstream(context, outcome)
      await keepMsChap(context, outcome)
    }
    if (context.attempt.gateway.isPortal) outcome = await describe(context, outcome)
  } catch (error) {
    outcome = explain(context, error)
  }
  if (context.isAskedAgain) return outcome
  const kept = keepEnd(context, outcome)
  // The row of a refusal may come later: its gateway does not wait for a database that is away.
  if (outcome.kind === 'accept' || outcome.kind === 'challenge') outcome = await kept
  else await inTime(context, kept)
  noteHeard(context, outcome)
  // Last, and only here: an outcome that several requests share has the reference of each.
  const { attempt, parts } = context
  return parts.settings.references ? withReference(outcome, attempt.id) : outcome
}

/** Tells those who wait for it, and writes its row. Gives the outcome that it has then. Never rejects. */
async function keepEnd(context: Context, outcome: Outcome): Promise<Outcome> {
  try {
    await settleJoin(context, outcome)
    // At once, so that they are durable by one commit.
    await Promise.all([
      context.spentState && keepSpentState(context),
      recordSignIn(context, outcome),
    ])
    return outcome
  } catch (error) {
    const refused = explain(context, error)
    return outcome.kind === 'accept' || outcome.kind === 'challenge' ? refused : outcome
  }
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
 * A whole sign-in ends the count of failures, unless the account was blocked or locked meanwhile: of many guesses sent
 * at the same moment, none may be accepted once the others have brought about the lock.
 */
async function settleAccount(context: Context, user: User): Promise<Outcome | undefined> {
  const { accounts } = context.parts
  const account = await loadWhenBack(context, user.key)
  const refused = checkAccountState(context, account)
  if (refused !== undefined) return refused
  // A password alone, or with a known device, ends no count of wrong codes: an attacker who has them could go on
  // guessing without an end.
  const isCounted = account.wrongCodes > 0 || account.wrongPasswords > 0
  // A packet that gets its answer again does not end it either: it has ended it the first time.
  const { method, remembered, repeated } = context
  const isWhole = method !== undefined && remembered === undefined && repeated === undefined
  if (isCounted && isWhole) await accounts.recordSuccess(user.key)
  // They are here: so a stranger did not cause what they left unanswered before.
  if (isWhole && account.unanswered !== undefined) {
    const { attempt, parts } = context
    await parts.pauses.settle(user.key, promptPlace(attempt.gateway, addressFrom(attempt)))
  }
  await accounts.noteUser(user.key, user.name)
  return undefined
}

/** A request at its beginning: nothing is known but what it says. */
export function createContext(parts: SignInParts, attempt: Attempt, live: LiveRequest): Context {
  const { gateway, state, ...rest } = attempt
  const opened = state && parts.states.open(state, gateway.name, parts.clock.nowMs())
  const isAnew = opened?.purpose === 'again'
  const resumed = isAnew ? undefined : opened
  const context: Context = {
    parts,
    attempt: isAnew ? { gateway, ...rest } : attempt,
    live,
    resumed,
    // A new sign-in goes by the name of its first request.
    signInId: resumed?.signInId ?? attempt.id,
    timeline: [{ atMs: attempt.receivedAtMs, what: 'received', detail: { attempt: attempt.id } }],
    user: undefined,
    method: undefined,
    rule: undefined,
    joinKey: undefined,
    joined: false,
    read: undefined,
    cut: undefined,
    upstream: undefined,
  }
  if (resumed?.outage === true) context.degraded = 'provider'
  return context
}

/** Fails closed: a store that cannot be trusted refuses, a mistake of ours stays unanswered. */
function explain(context: Context, error: unknown): Outcome {
  const { attempt, parts } = context
  const code = error instanceof HoldfastError ? error.code : ''
  // The nodes that live answer in its place.
  if (code === 'node-dead') return { kind: 'drop', reason: 'declared-dead' }
  const isStore = /^(?:store|database)-/.test(code)
  return isStore ? refuseForStore(context, messageOf(error)) : internalError(parts, attempt, error)
}

function refuseForStore(context: Context, detail: string): Outcome & { kind: 'reject' } {
  const { attempt, parts } = context
  const { name: gateway } = attempt.gateway
  parts.log.trouble({ attemptId: attempt.id, what: 'store-failed', detail, gateway })
  return reject(context, 'store-failed')
}

/** A mistake of ours. It is logged, and the request stays unanswered. */
function internalError(parts: SignInParts, attempt: Attempt, error: unknown): Outcome {
  const hasStack = error instanceof Error && error.stack !== undefined
  parts.log.trouble({
    attemptId: attempt.id,
    what: 'internal-error',
    detail: messageOf(error),
    ...(hasStack ? { stack: error.stack } : {}),
    gateway: attempt.gateway.name,
  })
  return { kind: 'drop', reason: 'internal-error' }
}

/**
 * Refuses and records what never becomes a sign-in, such as a conversation of EAP whose TLS failed. `detail`: one line
 * for the time line, without anything secret. Never rejects.
 */
export type Refuse = (
  attempt: Attempt,
  live: LiveRequest,
  reason: RejectReason,
  detail: string,
) => Promise<Outcome>

export function createRefuse(parts: SignInParts): Refuse {
  return async (attempt, live, reason, detail) => {
    parts.open.begin()
    try {
      const context = createContext(parts, attempt, live)
      if (detail !== '') note(context, 'refused', { detail })
      return await conclude(context, reject(context, reason))
    } catch (error) {
      return internalError(parts, attempt, error)
    } finally {
      parts.open.end()
    }
  }
}
