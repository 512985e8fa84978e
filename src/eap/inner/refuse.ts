import type { Outcome, RejectReason } from '../../signin/index.ts'
import type { Broken, InnerStep } from '../method.ts'

/** An end that no sign-in has judged. `detail` is for the log, without anything secret. */
export function refuse(reason: RejectReason, detail = ''): Broken {
  return { kind: 'broken', reason, detail }
}

/** The outcome of a sign-in in a method that cannot ask the person for anything more. */
export function endOf(outcome: Outcome): Exclude<InnerStep, { kind: 'request' }> {
  switch (outcome.kind) {
    case 'accept':
      return { kind: 'done', outcome }
    case 'challenge':
      return refuse('no-method-for-flow')
    default:
      return { kind: 'failed', outcome }
  }
}
