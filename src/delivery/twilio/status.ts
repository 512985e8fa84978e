import type { CallResult } from '../ports.ts'
import type { CallSession } from './call-session.ts'

/**
 * What a CallStatus of Twilio means for a call that has no result yet; undefined while it goes on.
 * `completed` says only that someone took the call: no one approved, or the dialogue would have ended it.
 */
export function callStatusResult(
  status: string | undefined,
  session: CallSession,
): CallResult | undefined {
  switch (status) {
    case 'completed':
      return { kind: session.request.dialogue.start.kind === 'end' ? 'told' : 'refused' }
    case 'busy':
    case 'no-answer':
      return { kind: status }
    case 'canceled':
      return { kind: 'no-answer' }
    case 'failed':
      return { kind: 'failed', detail: 'Twilio could not put the call through', outage: false }
    default:
      return undefined
  }
}

/** AnsweredBy of an answering machine or fax. */
export function isMachine(answeredBy: string | undefined): boolean {
  return answeredBy !== undefined && /^(machine|fax)/.test(answeredBy)
}
