import type { User } from '../accounts/index.ts'
import { challengeToWait } from './challenge.ts'
import type { Option } from './choices.ts'
import { type Context, note, reject } from './context.ts'
import { evidenceOf } from './evidence.ts'
import type { Outcome } from './outcome.ts'
import type { PromptResult } from './ports.ts'
import { failed, type Opened, openCall } from './prompt-desk.ts'
import type { Passed } from './typed-code.ts'
import { before, endInterrupted, type Interruption, waitFor } from './wait.ts'

/** How long after the Reject an approval may still arrive (RULES 14). */
const lateMs = 30_000
/** How long an approval that came late then waits for the second try. */
const lateKeptMs = 60_000
/** An abandoned request without evidence ends its prompt after this (RULES 18). */
const abandonedMs = 2_000

/** What happens when the gateway's patience ends before the person has answered. */
export type AtMargin = 'reject' | 'challenge' | 'reject-and-keep'

/**
 * Rings the person and keeps the request unanswered while the phone does. `lateKey` is set where an
 * approval may count after the Reject: same person, door, device and password.
 */
export async function hold(
  context: Context,
  user: User,
  option: Option,
  atMargin: AtMargin,
  lateKey: string | undefined,
): Promise<Passed | Outcome> {
  const { registry, clock, settings } = context.parts
  context.method = 'call'
  const approvedLate =
    lateKey === undefined ? undefined : await useLateApproval(context, user, lateKey)
  if (approvedLate !== undefined) return approvedLate

  const endsMs = {
    reject: context.deadlineMs,
    challenge: clock.nowMs() + settings.promptMs,
    'reject-and-keep': context.deadlineMs + lateMs,
  }[atMargin]
  const opened = await openCall(context, user, option, endsMs)
  if (opened.kind !== 'opened') return opened

  const ended = await waitForPrompt(context, opened)
  if (typeof ended !== 'string') return judgePrompt(context, opened.promptId, ended)
  if (ended !== 'patience-ended') return endInterrupted(context, ended)

  switch (atMargin) {
    case 'challenge':
      return challengeToWait(context, user, opened.promptId, option.to)
    case 'reject':
      return reject(context, 'prompt-timeout')
    case 'reject-and-keep': {
      if (lateKey === undefined) return reject(context, 'prompt-timeout')
      const untilMs = clock.nowMs() + lateMs + lateKeptMs
      await registry.keepLate(user.key, { key: lateKey, promptId: opened.promptId, untilMs })
      context.told.refused = true
      return reject(context, 'prompt-timeout')
    }
  }
}

/** Key under which a late approval counts, or undefined where nothing tells this person's device apart. */
export function lateKeyOf(
  context: Context,
  user: User,
  head: string | undefined,
): string | undefined {
  const evidence = evidenceOf(context.attempt)
  if (head === undefined || evidence === undefined || !evidence.lasting) return undefined
  return context.parts.passwordMarks.mark(
    'late',
    context.attempt.gateway.group,
    user.key,
    evidence.key,
    head,
  )
}

/**
 * The second try after a Reject: an approval that has arrived meanwhile counts, once. Where somebody
 * else was faster, or the prompt is still open, the person is asked as always.
 */
async function useLateApproval(
  context: Context,
  user: User,
  key: string,
): Promise<Passed | undefined> {
  const { registry } = context.parts
  const promptId = await registry.findLate(user.key, key)
  if (promptId === undefined) return undefined
  const state = await registry.promptState(promptId)
  if (state.kind !== 'ended' || state.result.kind !== 'approved' || state.result.byMachine)
    return undefined
  await registry.forgetLate(user.key)
  if (!(await spendApproval(context, promptId))) return undefined
  note(context, 'late-approval')
  return { kind: 'passed' }
}

/** The answer to "press Enter": waits again, for an approval that may have come already. */
export async function holdAgain(
  context: Context,
  promptId: string,
): Promise<Passed | Outcome | 'patience-ended'> {
  context.method = 'call'
  const state = await context.parts.registry.promptState(promptId)
  if (state.kind === 'unknown') return reject(context, 'interrupted')
  if (state.kind === 'ended') {
    const isUsed = state.result.kind === 'approved' && !(await spendApproval(context, promptId))
    return isUsed ? reject(context, 'state-invalid') : judgePrompt(context, promptId, state.result)
  }
  const ended = await waitForPrompt(context, { kind: 'opened', promptId, shared: true })
  if (typeof ended !== 'string') return judgePrompt(context, promptId, ended)
  return ended === 'patience-ended' ? ended : endInterrupted(context, ended)
}

async function waitForPrompt(
  context: Context,
  { promptId, shared }: Opened,
): Promise<PromptResult | Interruption> {
  const { registry } = context.parts
  const state = await registry.promptState(promptId)
  if (state.kind === 'ended') return state.result
  if (state.kind === 'unknown') return { kind: 'timeout' }
  const ended = await waitFor(context, state.result)
  if (ended === 'stopping' && !shared) await registry.cancelPrompt(promptId)
  return ended === 'abandoned' ? goOnAbandoned(context, promptId, shared, state.result) : ended
}

/** The gateway has forgotten this request. Its prompt goes on only where another request can still join it (RULES 18). */
async function goOnAbandoned(
  context: Context,
  promptId: string,
  shared: boolean,
  result: Promise<PromptResult>,
): Promise<PromptResult | Interruption> {
  const { registry, wheel, clock } = context.parts
  note(context, 'abandoned')
  if (evidenceOf(context.attempt) !== undefined) {
    return (await before(wheel, context.deadlineMs, result)) ?? 'patience-ended'
  }
  const ended = await before(wheel, clock.nowMs() + abandonedMs, result)
  if (ended === undefined && !shared) await registry.cancelPrompt(promptId)
  return 'abandoned'
}

/** One approval lets one sign-in through, and those who waited for it with it (RULES 2, 14). */
async function spendApproval({ parts }: Context, promptId: string): Promise<boolean> {
  return parts.registry.spend('approval', promptId, parts.clock.nowMs() + lateKeptMs)
}

/** Turns the end of a prompt into an outcome, for a request that waited for it. */
async function judgePrompt(
  context: Context,
  promptId: string,
  result: PromptResult,
): Promise<Passed | Outcome> {
  note(context, 'prompt-ended', { result: result.kind })
  switch (result.kind) {
    case 'approved':
      await spendApproval(context, promptId)
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
