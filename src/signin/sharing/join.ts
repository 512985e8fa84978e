import { createHash } from 'node:crypto'
import type { SpendEvidence, User } from '../../accounts/index.ts'
import { type Attempt, answerByMs, type GatewayRules } from '../attempt.ts'
import {
  approvalGroup,
  type Context,
  denialOf,
  deny,
  note,
  reject,
  rememberBy,
} from '../context.ts'
import { type Evidence, evidenceOf, namedDevice } from '../evidence.ts'
import type { Outcome } from '../outcome.ts'
import { type RejectReason, rejectReasons } from '../reasons/reasons.ts'
import type { Policy } from '../rules/policy.ts'
import { stateId } from '../state/state.ts'
import type { Following, Passed } from '../step.ts'
import { endInterrupted, type Interruption, waitFor } from '../waiting/wait.ts'
import type { AbandonedClaim, Settled } from './registry.ts'

/** How long the outcome of a finished sign-in answers an equal attempt (RULES 10). */
const keptMs = 10_000
/**
 * How long a prompt without approval still answers an equal attempt once a gateway that waited for it was told: that
 * one may have gone on to its next server while the Reject was on its way, and nothing may ring for that. A person who
 * tries again later gets a call.
 */
const heardMs = 5_000
/**
 * Where no gateway waited any more, it asks a server of ours that does not answer, and comes back: for as long as its patience
 * lasts, and this at most, it hears how the prompt ended.
 */
const unheardMs = 60_000
/** A prompt that took too long is left out: it may still be approved, for the next try. */
const promptEnds: ReadonlySet<RejectReason> = new Set([
  'prompt-refused',
  'prompt-fraud',
  'prompt-no-answer',
  'prompt-busy',
])

/**
 * The keys of an attempt, the current one first: same group of gateways, person and whole User-Password, and the same State or device
 * evidence that is present and equal. Undefined where another request can never be the same sign-in. Of
 * CHAP and MS-CHAP only one exchange is equal to itself, as a gateway repeats it or takes it to its next
 * server; another has a fresh challenge, and joins at the open prompt instead (RULES 2, 3).
 */
function joinKeysOf(context: Context, user: User, policy: Policy): readonly string[] | undefined {
  const { attempt, parts } = context
  const password = proofOf(context)
  const evidence = joinEvidence(attempt)
  // A signature is over one request: no other request may have what it has opened.
  if (attempt.signedBy !== undefined) return undefined
  if (password === undefined || evidence === undefined) return undefined
  const scope = scopeOf(attempt.gateway, policy, context)
  // An exchange can be seen on the wire, and must be worth nothing to an attacker who types it as a password.
  const { kind } = attempt.credential
  return parts.passwordHasher.hashes('join', ...scope, user.key, evidence.key, kind, password)
}

function joinEvidence(attempt: Attempt): Evidence | undefined {
  const { state } = attempt
  return state === undefined
    ? evidenceOf(attempt)
    : { key: `state:${stateId(state)}`, lasting: true }
}

/** Some gateways go on with a State and nothing else; that is the same every time. */
function proofOf({ attempt }: Context): string | undefined {
  const { credential, state } = attempt
  switch (credential.kind) {
    case 'pap':
      return credential.password.reveal()
    case 'chap':
      return exchange(credential.challenge, credential.response)
    case 'ms-chap':
      return (
        credential.answer?.reveal() ??
        exchange(credential.challenge, credential.peerChallenge, credential.ntResponse)
      )
    case 'none':
      return state === undefined ? undefined : ''
    case 'certificate':
    case 'resumed':
    case 'eap':
    case 'unsupported':
      return undefined
  }
}

function exchange(...parts: readonly Uint8Array[]): string {
  return parts.map((part) => Buffer.from(part).toString('hex')).join(' ')
}

/** Gateways of one group are one only where they ask for the same factors, and rules say the same. */
function scopeOf(
  { flow, firstFactor }: GatewayRules,
  { methods, secondFactor }: Policy,
  context: Context,
): string[] {
  const checkedBy = firstFactor.kind === 'directories' ? firstFactor.names : []
  // A bypass changes nothing here: once it is used up, its lost reply must still be found.
  const alone = secondFactor === 'none' ? 'alone' : 'both'
  const denial = denialOf(context)
  const remember = rememberBy(context)
  const denied = denial === undefined ? [] : [denial]
  // What was remembered for one must not open another, where that is not remembered, or not as long.
  const known = remember === undefined ? [] : [`${remember.forMs} ${remember.address}`]
  return [
    approvalGroup(context),
    flow,
    firstFactor.kind,
    checkedBy.join(),
    methods.join(),
    alone,
    ...known,
    ...denied,
  ]
}

/** Whether an equal request came first; undefined where this one has to find out, for all. */
export async function joinEqual(
  context: Context,
  user: User,
  policy: Policy,
): Promise<Following | undefined> {
  const joinKeys = joinKeysOf(context, user, policy)
  if (joinKeys === undefined) return undefined
  // It may have waited for the database, while another process has answered the gateway.
  const hereForMs = Math.max(0, context.parts.clock.nowMs() - context.attempt.receivedAtMs)
  const claim = await context.parts.registry.claim(joinKeys, hereForMs)
  if (claim.role === 'follower') {
    if (claim.isElsewhere === true) context.live.wasElsewhere('came')
    if (context.parts.registry.isShared) context.followedKeys = joinKeys
    return { kind: 'following', settled: claim.settled }
  }
  const [joinKey, ...others] = joinKeys
  context.joinKey = joinKey
  // Not where there is one process: many are held there, and each byte counts (RULES 32).
  if (others.length > 0) context.otherJoinKeys = others
  if (claim.takenOver) context.takenOver = true
  return undefined
}

/**
 * What is kept with everything that this request spends, so that the packet itself is known again, and in a store that
 * processes share an equal request too. Those are equal whose outcome would answer each other: a port of the gateway is
 * not evidence, and two devices that differ give none (RULES 10, 42).
 */
export function spendEvidence({
  attempt,
  joinKey,
  otherJoinKeys = [],
}: Pick<Context, 'attempt' | 'joinKey' | 'otherJoinKeys'>): SpendEvidence {
  const { requestAuthenticator } = attempt
  if (joinKey === undefined || !isLasting(attempt)) return { requestAuthenticator }
  const device = namedDevice(attempt) ?? ''
  // Hashed: what is kept for longer than the person must not name their device.
  const claimKeys = [joinKey, ...otherJoinKeys].map((key) => digestOf(`${key} ${device}`))
  return { requestAuthenticator, claimKeys }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function isLasting(attempt: Attempt): boolean {
  return joinEvidence(attempt)?.lasting === true
}

/** Tells those who wait, and those who come while it is kept. */
export async function settleJoin(context: Context, outcome: Outcome): Promise<void> {
  const { attempt, degraded, joinKey, method, parts, remembered, signInId, upstream } = context
  if (joinKey === undefined) return
  const keepMs = keepMsOf(context, outcome)
  const device = namedDevice(attempt)
  const settled = {
    signInId,
    outcome,
    ...(device === undefined ? {} : { device }),
    ...(method === undefined ? {} : { method }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(remembered === undefined ? {} : { remembered }),
    ...(degraded === undefined ? {} : { degraded }),
  }
  const isFollowedElsewhere = await parts.registry.settle(joinKey, settled, keepMs)
  if (isFollowedElsewhere) context.live.wasElsewhere('left')
}

/**
 * Waits for the outcome of the equal request that came first. Where its process may die, this request may have to go on in
 * its place, and keeps its password.
 */
export async function waitForOther(
  context: Context,
  { settled }: Following,
): Promise<Settled | AbandonedClaim | Interruption> {
  const { attempt, parts } = context
  // The request that is followed may use all of the same time, and then needs a moment to say so.
  const untilMs = answerByMs(attempt) + attempt.gateway.marginMs / 2
  const waited = await waitFor<Settled | AbandonedClaim>(
    context,
    untilMs,
    (waiter) => {
      void settled.then((outcome) => waiter.ended(outcome))
    },
    parts.registry.isShared,
  )
  return isAbandoned(waited) && parts.clock.nowMs() >= untilMs ? 'patience-ended' : waited
}

/** Whether this request has to claim again, and goes on by itself where it is the first to do so (O13). */
export function isAbandoned(
  waited: Settled | AbandonedClaim | Interruption,
): waited is AbandonedClaim {
  return typeof waited !== 'string' && 'abandoned' in waited
}

/** What became of a request that waited for an equal one. */
export async function endFollowing(
  context: Context,
  waited: Settled | Interruption,
): Promise<Passed | Outcome> {
  return typeof waited === 'string'
    ? endInterrupted(context, waited)
    : shareSettled(context, waited)
}

/** The outcome of an equal request, in this one's own words. */
function shareSettled(context: Context, settled: Settled): Passed | Outcome {
  const { signInId, outcome, method, remembered, upstream, degraded } = settled
  const device = namedDevice(context.attempt)
  if (device !== undefined && settled.device !== undefined && device !== settled.device) {
    note(context, 'another-device', { signIn: signInId })
    return reject(context, 'state-invalid')
  }
  context.joined = true
  context.method = method
  context.upstream = upstream
  context.remembered = remembered
  context.degraded = degraded
  note(context, 'joined', { signIn: signInId })
  if (outcome.kind === 'accept') {
    if (outcome.msChap !== undefined) context.msChap = outcome.msChap
    return { kind: 'passed' }
  }
  if (outcome.kind !== 'reject') return outcome
  if (outcome.reason === 'denied') return deny(context)
  // It may say how long to wait, or what an upstream server says.
  return { ...reject(context, outcome.reason), message: outcome.message }
}

function keepMsOf(context: Context, outcome: Outcome): number {
  if (isKept(context, outcome)) return isLasting(context.attempt) ? keptMs : 0
  if (!isUnapproved(context, outcome)) return 0
  // Whatever tells devices apart: at worst a refusal is shared.
  const { attempt, parts } = context
  const leftMs = attempt.receivedAtMs + attempt.gateway.patienceMs - parts.clock.nowMs()
  return Math.min(Math.max(leftMs, heardMs), unheardMs)
}

/** A prompt has ended without approval, and other processes may be asked for the same sign-in. */
function isUnapproved({ parts }: Context, outcome: Outcome): boolean {
  return parts.registry.isShared && outcome.kind === 'reject' && promptEnds.has(outcome.reason)
}

/** A gateway that still waits hears the end of the prompt now: another try is soon one of the person. */
export function noteHeard(context: Context, outcome: Outcome): void {
  const { followedKeys, joinKey, live, otherJoinKeys = [], parts } = context
  const keys = joinKey === undefined ? followedKeys : [joinKey, ...otherJoinKeys]
  if (keys === undefined || !isUnapproved(context, outcome) || !live.isStillAsked()) return
  // Where this fails, the next try of the person is refused once more, and does not ring.
  parts.registry.shorten(keys, heardMs).catch(() => undefined)
}

/**
 * Outages, and prompts that ended without approval, do not answer a second try. A first challenge does not either: its
 * State may have been used meanwhile, and asking again costs one directory attempt.
 */
function isKept({ attempt }: Context, outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'accept':
      return true
    case 'challenge':
      return attempt.state !== undefined
    case 'reject':
      return rejectReasons[outcome.reason].delay
    case 'drop':
      return false
  }
}
