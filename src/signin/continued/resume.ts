import type { User } from '../../accounts/index.ts'
import { type Context, note, reject } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import { cutState, stateId } from '../state/state.ts'
import { entriesOf } from '../timeline.ts'
import { takeMsChap } from './kept-ms-chap.ts'
import { takeExpired } from './kept-passwords.ts'
import { useState } from './spent-state.ts'
import { takeUpstream } from './upstream.ts'

/** Refuses a State that did not open. Where it was cut on its way, the time line says so: that is the gateway's doing. */
export function refuseUnopened(context: Context, state: Uint8Array): Outcome {
  const cut = cutState(state)
  if (cut !== undefined) note(context, 'state-cut', cut)
  return reject(context, 'state-invalid')
}

/**
 * A State belongs to one person and is good for one answer; joining deals with a lost reply, which comes before. Only a
 * person who may use it gets the time line of its sign-in.
 */
export async function spendState(context: Context, user: User): Promise<Outcome | undefined> {
  const { attempt, parts, resumed } = context
  if (attempt.state === undefined || resumed === undefined) return undefined
  if (!resumed.belongsTo(user.key)) return reject(context, 'state-invalid')
  const unusable = await useState(context, attempt.state, resumed)
  if (unusable !== undefined) return unusable
  const earlier = (await parts.registry.takeTimeline(stateId(attempt.state))) ?? []
  context.timeline = [...earlier, ...entriesOf(context.timeline)]
  if (resumed.expired) context.expired = await takeExpired(context, user, attempt.state)
  if (resumed.upstream) context.upstream = await takeUpstream(context, user, attempt.state)
  if (attempt.credential.kind === 'ms-chap') {
    context.msChap = await takeMsChap(context, user, attempt.state)
  }
  const isLost =
    (resumed.expired && context.expired === undefined) ||
    (resumed.upstream && context.upstream === undefined)
  return isLost ? reject(context, 'interrupted') : undefined
}

/** A refusal before the factors is the end of the sign-in the State goes on with, and of its prompt. */
export async function endResumed(context: Context, user: User, refused: Outcome): Promise<Outcome> {
  const unusable = await spendState(context, user)
  if (unusable !== undefined) return unusable
  const promptId = context.resumed?.promptId
  if (promptId !== undefined) await context.parts.registry.cancelPrompt(promptId)
  return refused
}
