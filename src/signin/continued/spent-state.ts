import { type Context, note, reject } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import { spendEvidence } from '../sharing/join.ts'
import type { OpenPrompt } from '../sharing/registry.ts'
import { stateId } from '../state/state.ts'
import type { OpenedState } from '../state/state-wire.ts'
import { askMs } from './challenge.ts'

/**
 * Uses up the State of a request, which is good for one answer, in this process and after a restart; the
 * count of tries is sealed in it, so that no State with a lower count comes back either. The packet that
 * has used it up is known for a minute: see `answersAgain` (RULES 10, 36, 38).
 */
export async function useState(
  context: Context,
  state: Uint8Array,
  resumed: OpenedState,
): Promise<Outcome | undefined> {
  const { registry, spent } = context.parts
  const id = stateId(state)
  const evidence = spendEvidence(context)
  const [isFresh, before, taken] = await Promise.all([
    registry.spend('state', id, resumed.endsMs, evidence.claimKeys),
    spent.look(stateRow(id), evidence),
    spent.look(signInRow(resumed.signInId), evidence),
  ])
  if (taken !== undefined) {
    note(context, 'taken-over')
    return reject(context, 'state-invalid')
  }
  if (before === 'same-request' && mayAnswerAgain(context, resumed)) {
    context.answersAgain = true
    return undefined
  }
  if (!isFresh || before !== undefined) {
    note(context, 'state-spent')
    return reject(context, 'state-invalid')
  }
  if (isUnsureState(context, resumed)) context.unsureState = true
  context.spentState = id
  return undefined
}

/** Writes that a State was used up. Nothing may leave before: a State with fewer tries would be good again. */
export async function keepSpentState(context: Context): Promise<void> {
  const { parts, resumed, spentState } = context
  if (spentState === undefined || resumed === undefined) return
  await parts.spent.spend(stateRow(spentState), spendEvidence(context), resumed.endsMs)
}

/** Ends a sign-in whose question another one has taken over: its States are no longer valid (RULES 44). */
export async function endSignIn(
  { attempt, parts }: Context,
  { sent, signInId }: OpenPrompt,
): Promise<void> {
  const { requestAuthenticator } = attempt
  const untilMs = Math.max(sent?.untilMs ?? 0, parts.clock.nowMs() + askMs)
  await parts.spent.spend(signInRow(signInId), { requestAuthenticator }, untilMs)
}

/** How much later than the database changed servers a question has to be asked: a clock may be behind. */
export const marginMs = 5_000

/** Whether the State was perhaps answered at a server of the database which has failed. */
function isUnsureState({ parts }: Context, { askedMs }: OpenedState): boolean {
  return parts.takeOvers.isUnsure(askedMs - marginMs)
}

/** What a typed code has come to can be told again. What was kept in memory for other answers is gone with the first. */
function mayAnswerAgain({ attempt }: Context, { purpose }: OpenedState): boolean {
  const { credential } = attempt
  const needsKept = credential.kind === 'ms-chap' && credential.answer !== undefined
  return (purpose === 'code' || purpose === 'wait') && !needsKept
}

function stateRow(id: string): string {
  return `state:${id}`
}

function signInRow(id: string): string {
  return `sign-in:${id}`
}
