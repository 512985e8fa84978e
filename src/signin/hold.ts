import type { User } from '../accounts/index.ts'
import { challengeToWait } from './challenge.ts'
import type { Option } from './choices.ts'
import { before, type Context, note, reject } from './context.ts'
import { evidenceOf } from './evidence.ts'
import type { Outcome } from './outcome.ts'
import type { PromptResult } from './ports.ts'
import { failed, type Opened, openCall } from './prompt-desk.ts'
import type { Passed } from './typed-code.ts'

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
  if (ended === 'abandoned') return { kind: 'drop', reason: 'abandoned' }
  if (ended === 'stopping') return reject(context, 'shutting-down')
  if (ended !== 'patience-ended') return judgePrompt(context, opened.promptId, ended, true)

  switch (atMargin) {
    case 'challenge':
      return challengeToWait(context, user, opened.promptId, option.to)
    case 'reject':
      if (!opened.shared) await registry.cancelPrompt(opened.promptId)
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

/** The second try after a Reject: an approval that has arrived meanwhile counts, once; one that is still open is waited for. */
async function useLateApproval(
  context: Context,
  user: User,
  key: string,
): Promise<Passed | Outcome | undefined> {
  const { registry } = context.parts
  const promptId = await registry.findLate(user.key, key)
  if (promptId === undefined) return undefined
  const state = await registry.promptState(promptId)
  if (state.kind !== 'ended' || state.result.kind !== 'approved' || state.result.byMachine)
    return undefined
  await registry.forgetLate(user.key)
  note(context, 'late-approval')
  return judgePrompt(context, promptId, state.result, false)
}

/** The answer to "press Enter": waits again, for an approval that may have come already. */
export async function holdAgain(
  context: Context,
  promptId: string,
): Promise<Passed | Outcome | 'patience-ended'> {
  context.method = 'call'
  const state = await context.parts.registry.promptState(promptId)
  if (state.kind === 'unknown') return reject(context, 'interrupted')
  if (state.kind === 'ended') return judgePrompt(context, promptId, state.result, false)
  const ended = await waitForPrompt(context, { kind: 'opened', promptId, shared: true })
  if (ended === 'abandoned') return { kind: 'drop', reason: 'abandoned' }
  if (ended === 'stopping') return reject(context, 'shutting-down')
  if (ended === 'patience-ended') return 'patience-ended'
  return judgePrompt(context, promptId, ended, true)
}

type Waited = PromptResult | 'patience-ended' | 'abandoned' | 'stopping'

async function waitForPrompt(context: Context, opened: Opened): Promise<Waited> {
  const { registry, wheel } = context.parts
  const state = await registry.promptState(opened.promptId)
  if (state.kind === 'ended') return state.result
  if (state.kind === 'unknown') return { kind: 'timeout' }
  const { signal } = context.attempt
  const { promise: interrupted, resolve } = Promise.withResolvers<
    'patience-ended' | 'abandoned' | 'stopping'
  >()
  const timer = wheel.at(context.deadlineMs, () => resolve('patience-ended'))
  const onAbort = () => resolve(signal.reason === 'stopping' ? 'stopping' : 'abandoned')
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const first = await Promise.race([state.result, interrupted])
    if (first === 'stopping') {
      await registry.cancelPrompt(opened.promptId)
      return 'stopping'
    }
    if (first !== 'abandoned') return first
    return await goOnAbandoned(context, opened, state.result)
  } finally {
    timer.cancel()
    signal.removeEventListener('abort', onAbort)
  }
}

/** The gateway has forgotten this request. Its prompt goes on only where another request can still join it (RULES 18). */
async function goOnAbandoned(
  context: Context,
  opened: Opened,
  result: Promise<PromptResult>,
): Promise<Waited> {
  const { registry, wheel, clock } = context.parts
  note(context, 'abandoned')
  const joinable = evidenceOf(context.attempt) !== undefined
  const untilMs = joinable ? context.deadlineMs : clock.nowMs() + abandonedMs
  const ended = await before(wheel, untilMs, result)
  if (ended !== undefined) return joinable ? ended : 'abandoned'
  if (joinable) return 'patience-ended'
  if (!opened.shared) await registry.cancelPrompt(opened.promptId)
  return 'abandoned'
}

/**
 * Turns the end of a prompt into an outcome. Requests that waited while it was open share one
 * approval; one that asks later spends it, and nobody else can (RULES 2, 14).
 */
export async function judgePrompt(
  context: Context,
  promptId: string,
  result: PromptResult,
  waited: boolean,
): Promise<Passed | Outcome> {
  const { registry, clock } = context.parts
  note(context, 'prompt-ended', { result: result.kind })
  switch (result.kind) {
    case 'approved': {
      const spent = await registry.spend('approval', promptId, clock.nowMs() + lateKeptMs)
      return spent || waited ? { kind: 'passed' } : reject(context, 'state-invalid')
    }
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
