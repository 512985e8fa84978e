import type { Clock } from '../../support/index.ts'
import type { CallResult, CallSteps, DialogueStep } from '../ports.ts'
import type { CallSession } from './call-session.ts'
import { type KeptStep, keepStep, lookAt, patiently } from './kept-step.ts'
import { callStatusResult, isMachine } from './status.ts'

export type TurnEvent = {
  readonly kind: 'turn'
  readonly turn: number
  readonly keys: string
  readonly by?: string
}

/** What a webhook tells of a call. */
export type CallEvent =
  | TurnEvent
  | { readonly kind: 'machine'; readonly by: string | undefined }
  | { readonly kind: 'status'; readonly status: string | undefined }
  /** A webhook has failed; undefined where no one knows which keys were in it. */
  | { readonly kind: 'again'; readonly failed: TurnEvent | undefined }

/**
 * What the person hears next, and the turn that follows; `nothing` where the webhook is ignored or needs no words,
 * `unknown` where it belongs to no open call.
 */
export type KeptAnswer =
  | { readonly said: DialogueStep; readonly turn: number }
  | 'nothing'
  | 'unknown'

type Next = {
  readonly step: Omit<KeptStep, 'by'>
  readonly said?: DialogueStep
  readonly result?: CallResult
  readonly hangUp?: true
}

/** How long an answer may wait for the store. Twilio waits 15 s. */
export const answerMs = 10_000

/**
 * Answers a webhook of a call that any process goes on with. One of all that get it makes the step, before it answers;
 * what this process remembers of the call is ignored.
 */
export async function answerKept(
  session: CallSession,
  steps: CallSteps,
  clock: Clock,
  asked: { readonly callSid: string; readonly event: CallEvent; readonly token: string },
): Promise<KeptAnswer> {
  const { callSid, token } = asked
  const untilMs = clock.nowMs() + answerMs
  for (;;) {
    const kept = await patiently(clock, untilMs, () => lookAt(steps))
    const step = kept?.step
    // Ended, or the backup number rings by now.
    if (kept === undefined || step?.token !== token) return 'unknown'
    // The process that placed the call may have died with its name, or be slower than this: Twilio has signed for it.
    if (step.providerId !== undefined && step.providerId !== callSid) return 'unknown'
    const event = asked.event.kind === 'again' ? turnAgain(step, asked.event.failed) : asked.event
    // The same keys are taken once, and answered as often as they come.
    const again =
      event.kind === 'turn' && event.turn === step.turn - 1 && step.said
        ? { said: step.said, turn: step.turn }
        : undefined
    if (step.ended !== undefined) {
      // The process that ended it may have died before it said so.
      session.end(step.ended)
      return again ?? 'nothing'
    }
    if (again !== undefined) return again
    const next = nextOf({ ...step, providerId: callSid }, event, session)
    if (next === undefined) return 'nothing'
    if (!(await keepStep(steps, clock, kept.count, next.step, untilMs))) continue
    if (step.providerId === undefined) session.request.onProviderId(callSid)
    if (next.result !== undefined) session.end(next.result, { hangUp: next.hangUp === true })
    return next.said ? { said: next.said, turn: next.step.turn } : 'nothing'
  }
}

/**
 * The failed turn, where it has not counted yet. Otherwise the turn that is answered with what was said last, and
 * changes nothing.
 */
function turnAgain({ turn }: KeptStep, failed: TurnEvent | undefined): TurnEvent {
  if (failed?.turn === turn) return failed
  return { kind: 'turn', turn: Math.max(0, turn - 1), keys: '' }
}

/** Undefined where the event changes nothing: it has come before, or too late. */
function nextOf(
  step: KeptStep,
  event: Exclude<CallEvent, { kind: 'again' }>,
  session: CallSession,
): Next | undefined {
  switch (event.kind) {
    case 'turn':
      return event.turn === step.turn ? nextTurn(step, event, session) : undefined
    case 'machine':
      return isMachine(event.by)
        ? { ...endedBy({ ...step, ...answered(event.by) }, { kind: 'no-answer' }), hangUp: true }
        : { step: { ...step, ...answered(event.by) } }
    case 'status': {
      const result = callStatusResult(event.status, session)
      return result && endedBy(step, result)
    }
  }
}

function nextTurn(
  before: KeptStep,
  { keys, by, turn }: TurnEvent,
  { request: { dialogue } }: CallSession,
): Next {
  const step = { ...before, ...answered(by ?? before.answeredBy), turn: turn + 1 }
  if (isMachine(step.answeredBy)) return endedBy(step, { kind: 'no-answer' })
  const { state } = before
  if (turn > 0 && state === undefined) return endedBy(step, { kind: 'refused' })
  const said = state === undefined ? dialogue.start : dialogue.answer(state, keys)
  return said.kind === 'ask'
    ? { step: { ...step, said, state: said.state }, said }
    : { ...endedBy({ ...step, said }, dialogueResult(said, step.answeredBy)), said }
}

function endedBy(step: Omit<KeptStep, 'by'>, result: CallResult): Next {
  return { step: { ...step, ended: result }, result }
}

function answered(by: string | undefined): { readonly answeredBy?: string } {
  return by === undefined ? {} : { answeredBy: by }
}

/** How a dialogue has ended. `answeredBy`: who heard it. */
export function dialogueResult(
  { result }: DialogueStep & { readonly kind: 'end' },
  answeredBy: string | undefined,
): CallResult {
  if (result !== 'approved') return { kind: result }
  // `unknown` is taken as a machine: only what is certainly a person may approve late (RULES 14).
  return { kind: 'approved', byMachine: answeredBy !== undefined && answeredBy !== 'human' }
}
