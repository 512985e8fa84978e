import type { User } from '../../accounts/index.ts'
import { before } from '../../support/index.ts'
import { answerByMs } from '../attempt.ts'
import { approvalGroup, type Context, note, reject } from '../context.ts'
import { challengeToWait } from '../continued/challenge.ts'
import { canBeJoined, evidenceOf } from '../evidence.ts'
import type { Outcome } from '../outcome.ts'
import type { PromptResult } from '../ports/index.ts'
import { spendEvidence } from '../sharing/join.ts'
import type { AtMargin, Held, Passed, Step } from '../step.ts'
import type { ApproveOption } from '../usable/choices.ts'
import { ownDigits } from '../usable/own-digits.ts'
import { loadWhenBack } from '../waiting/store-away.ts'
import { endInterrupted, type Interruption, tooLateToAsk, waitFor } from '../waiting/wait.ts'
import { offerOthers } from './fallback.ts'
import { failed, numberOf, openApproval } from './prompts.ts'

/** How long after the Reject an approval may still arrive (RULES 14). */
const lateMs = 30_000
/** How long an approval that came late then waits for the second try. */
const lateKeptMs = 60_000
/** An abandoned request without evidence ends its prompt after this (RULES 18). */
const abandonedMs = 2_000

/**
 * Rings the person; the request is then kept unanswered while the phone does. `lateKeys` are there where an approval
 * may be accepted after the Reject: same person, group of gateways, device and password.
 */
export async function hold(
  context: Context,
  user: User,
  option: ApproveOption,
  atMargin: AtMargin,
  lateKeys: readonly string[],
): Promise<Step> {
  const { clock, settings } = context.parts
  context.method = option.method
  if (lateKeys.length > 0 && (await useLateApproval(context, user, lateKeys))) {
    return { kind: 'passed' }
  }
  const equal = await joinOrEndEqual(context, user, option, atMargin, lateKeys)
  if (equal !== undefined) return equal
  const endsMs = {
    reject: answerByMs(context.attempt),
    challenge: clock.nowMs() + settings.promptMs,
    'reject-and-keep': answerByMs(context.attempt) + lateMs,
  }[atMargin]
  const opened = await openApproval(context, user, option, endsMs)
  if (opened.kind !== 'opened') return opened
  const { promptId, shared } = opened
  const { method, to } = option
  // One alone: many are held, and each byte counts (RULES 32).
  const [lateKey] = lateKeys
  return { kind: 'held', user, promptId, shared, atMargin, lateKey, method, to }
}

/** The answer to "press Enter": waits again, for an approval that may have come already. */
export async function holdAgain(
  context: Context,
  user: User,
  promptId: string,
  { method, to }: Pick<Held, 'method' | 'to'>,
): Promise<Step> {
  context.method = method
  const state = await context.parts.registry.promptState(promptId)
  switch (state.kind) {
    case 'unknown':
      return reject(context, 'interrupted')
    case 'open':
      // No one else waits for it: the request that opened it has been answered.
      return {
        kind: 'held',
        user,
        promptId,
        shared: false,
        atMargin: 'challenge',
        lateKey: undefined,
        method,
        to,
      }
    case 'ended': {
      const isUsed = state.result.kind === 'approved' && !(await spendApproval(context, promptId))
      if (isUsed) return reject(context, 'state-invalid')
      return judgeOrOffer(context, user, promptId, state.result)
    }
  }
}

/** Keeps the request unanswered until the prompt ends, or the answer has to leave. */
export function waitForPrompt(
  context: Context,
  { promptId }: Held,
): Promise<PromptResult | Interruption> {
  const { attempt, parts } = context
  return waitFor(context, answerByMs(attempt), (waiter) => {
    parts.registry
      .watchPrompt(promptId, waiter)
      .catch((error) => waiter.ended({ kind: 'failed', detail: String(error), outage: false }))
  })
}

/** What became of a request that was held. */
export async function endHeld(
  context: Context,
  held: Held,
  waited: PromptResult | Interruption,
): Promise<Passed | Outcome> {
  const { isPortal } = context.attempt.gateway
  // A page that is closed, or where something was typed, can ask again: its call goes on for that.
  if (isPortal && waited === 'abandoned') return endAtMargin(context, held)
  const ended = waited === 'abandoned' ? await goOnAbandoned(context, held) : waited
  if (typeof ended !== 'string') {
    return held.atMargin === 'challenge'
      ? judgeOrOffer(context, held.user, held.promptId, ended)
      : judgePrompt(context, held.promptId, ended)
  }
  if (ended === 'patience-ended') return endAtMargin(context, held)
  if (ended === 'stopping' && !held.shared) {
    await context.parts.registry.cancelPrompt(held.promptId)
  }
  return endInterrupted(context, ended)
}

/** The gateway's patience ends while the phone rings. */
async function endAtMargin(context: Context, held: Held): Promise<Outcome> {
  const { user, promptId, atMargin, method, to } = held
  if (atMargin === 'challenge') {
    const number = method === 'push' ? await numberOf(context, user, promptId) : {}
    const next = challengeToWait(context, user, promptId, { method, to, ...number })
    // Some programs never show it: then their next try may take the approval in the place of Enter.
    if (next.kind === 'challenge') await keepLate(context, held)
    else await context.parts.registry.cancelPrompt(promptId)
    return next
  }
  const isKept = await keepLate(context, held)
  // A sign-in that shares the prompt of another does not speak for its gateway.
  if (isKept && !held.shared) await context.parts.registry.noteGatewayRefused(promptId)
  return reject(context, 'prompt-timeout')
}

/** Lets an approval of the prompt that stays open count for the next try, where one would be known again. */
async function keepLate({ parts }: Context, { user, promptId, lateKey }: Held): Promise<boolean> {
  if (lateKey === undefined) return false
  const untilMs = parts.clock.nowMs() + lateMs + lateKeptMs
  await parts.registry.keepLate(user.key, { key: lateKey, promptId, untilMs })
  return true
}

/**
 * Keys under which a late approval is accepted, the current one first; none where nothing tells this person's device
 * apart. It is good only for the method that was asked: another gateway of the group may not allow that one (PEOPLE
 * R5). With digits of the person's own it is good for the same ones, which no one else has seen.
 */
export function lateKeysOf(
  context: Context,
  user: User,
  { method }: Pick<ApproveOption, 'method'>,
  typedPassword: readonly string[] | undefined,
): readonly string[] {
  const evidence = evidenceOf(context.attempt)
  if (typedPassword === undefined || evidence === undefined || !evidence.lasting) return []
  return typedPassword.flatMap((password) =>
    context.parts.passwordHasher.hashes(
      'late',
      approvalGroup(context),
      method,
      user.key,
      evidence.key,
      password,
      ...(method === 'push' ? [ownDigits(context) ?? ''] : []),
    ),
  )
}

/**
 * The second try after a Reject, or after a challenge that no one answered: an approval that has arrived meanwhile is
 * accepted, once. Where someone else was faster, or the prompt is still open, the person is asked as always.
 */
async function useLateApproval(
  context: Context,
  user: User,
  keys: readonly string[],
): Promise<boolean> {
  const { registry } = context.parts
  const promptId = await registry.findLate(user.key, keys)
  return promptId !== undefined && useApproval(context, promptId)
}

/**
 * The process that rang for an equal request has died before it answered the gateway. What the person has said is
 * accepted, once, and nothing rings again. Where it still rings, this request waits for that very call: if it were
 * looked for once more, it could have been answered in between, and would ring again.
 */
async function joinOrEndEqual(
  context: Context,
  user: User,
  { method, to }: ApproveOption,
  atMargin: AtMargin,
  [lateKey]: readonly string[],
): Promise<Step | undefined> {
  const { registry } = context.parts
  const { claimKeys } = spendEvidence(context)
  if (!registry.isShared || claimKeys === undefined) return undefined
  const promptId = await registry.findEqual(user.key, claimKeys)
  if (promptId === undefined) return undefined
  const open = await registry.findKept(promptId)
  if (open !== undefined) {
    note(context, 'joined', { signIn: open.prompt.signInId })
    const shared = true
    return (
      tooLateToAsk(context) ?? {
        kind: 'held',
        user,
        promptId,
        shared,
        atMargin,
        lateKey,
        method,
        to,
      }
    )
  }
  if (!(await wasReported(context)) && (await useApproval(context, promptId))) {
    return { kind: 'passed' }
  }
  // Otherwise the gateway was answered, and this is a second try.
  if (context.takenOver !== true) return undefined
  const state = await registry.promptState(promptId)
  if (state.kind !== 'ended' || state.result.kind === 'approved') return undefined
  return atMargin === 'challenge'
    ? judgeOrOffer(context, user, promptId, state.result)
    : judgePrompt(context, promptId, state.result)
}

async function useApproval(context: Context, promptId: string): Promise<boolean> {
  const state = await context.parts.registry.promptState(promptId)
  if (state.kind !== 'ended' || state.result.kind !== 'approved' || state.result.byMachine)
    return false
  if (!(await spendApproval(context, promptId))) return false
  note(context, 'late-approval', receiptOf(state.result))
  return true
}

/**
 * The gateway has forgotten this request. Its prompt goes on only where another request can still join it:
 * until the patience ends, or for 2 s where nothing tells the user's device apart (RULES 18). This function
 * owns that time: the sign-in has no outcome before it is over, and nothing else waits for it.
 */
async function goOnAbandoned(
  context: Context,
  { promptId, shared }: Held,
): Promise<PromptResult | Interruption> {
  const { registry, wheel, clock } = context.parts
  note(context, 'abandoned')
  const result = promptEnd(context, promptId)
  if (canBeJoined(context.attempt)) {
    return (await before(wheel, answerByMs(context.attempt), result)) ?? 'patience-ended'
  }
  const ended = await before(wheel, clock.nowMs() + abandonedMs, result)
  if (ended === undefined && !shared) await registry.cancelPrompt(promptId)
  return 'abandoned'
}

/** Ends a call for another way to be asked. False where the person has answered it, which is then accepted. */
export async function endCall(context: Context, promptId: string): Promise<boolean> {
  const { registry, wheel } = context.parts
  const ended = promptEnd(context, promptId)
  await registry.cancelPrompt(promptId)
  const result = await before(wheel, answerByMs(context.attempt), ended)
  return result !== undefined && ['timeout', 'no-answer', 'busy', 'failed'].includes(result.kind)
}

function promptEnd({ parts }: Context, promptId: string): Promise<PromptResult> {
  return new Promise((resolve, reject) => {
    parts.registry.watchPrompt(promptId, { ended: resolve }).catch(reject)
  })
}

/** One approval lets one sign-in through, and those who waited for it with it (RULES 2, 14). */
async function spendApproval(context: Context, promptId: string): Promise<boolean> {
  const { clock, registry } = context.parts
  const { claimKeys } = spendEvidence(context)
  return registry.spend('approval', promptId, clock.nowMs() + lateKeptMs, claimKeys)
}

/** As `judgePrompt`, where the gateway can ask: a call that reached no one leads to the other methods. */
async function judgeOrOffer(
  context: Context,
  user: User,
  promptId: string,
  result: PromptResult,
): Promise<Passed | Outcome> {
  const judged = await judgePrompt(context, promptId, result)
  return (await offerOthers(context, user, result.kind)) ?? judged
}

/** Turns the end of a prompt into an outcome, for a request that waited for it. */
async function judgePrompt(
  context: Context,
  promptId: string,
  result: PromptResult,
): Promise<Passed | Outcome> {
  note(context, 'prompt-ended', { result: result.kind, ...receiptOf(result) })
  switch (result.kind) {
    case 'approved':
      await spendApproval(context, promptId)
      if (await wasReported(context)) return reject(context, 'prompt-fraud')
      if (result.by !== undefined) context.signer = result.by.authenticatorId
      return { kind: 'passed' }
    case 'refused':
      return reject(context, 'prompt-refused')
    case 'fraud':
      return reject(context, 'prompt-fraud')
    case 'no-answer':
      return reject(context, 'prompt-no-answer')
    case 'busy':
      return reject(context, 'prompt-busy')
    case 'timeout':
      return reject(context, 'prompt-timeout')
    case 'failed':
      return failed(context, result.detail, result.outage)
  }
}

/** A report, such as at the portal, ends what was approved and is not used yet (RULES 14). */
async function wasReported(context: Context): Promise<boolean> {
  const { user } = context
  return user !== undefined && (await loadWhenBack(context, user.key)).promptsStopped !== undefined
}

/** Which of the person's authenticators has signed: the receipt that stays in the audit. */
function receiptOf(result: PromptResult): Readonly<Record<string, string>> | undefined {
  if (result.kind === 'refused' && result.by !== undefined) {
    const { authenticatorId: by, name } = result.by
    return { by, name, number: 'wrong' }
  }
  if (result.kind !== 'approved' || result.by === undefined) return undefined
  const { authenticatorId: by, name } = result.by
  return { by, name }
}
