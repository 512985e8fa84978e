import type { User } from '../accounts/index.ts'
import type { Context } from './context.ts'
import type { Outcome } from './outcome.ts'

/** The Accept and its attributes: last, so that they are the same on every way in. */
export function authorise(context: Context, _user: User): Outcome {
  return { kind: 'accept', reason: 'accepted', attributes: context.attempt.gateway.replyAttributes }
}
