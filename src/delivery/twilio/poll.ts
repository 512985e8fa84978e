import type twilio from 'twilio'
import type { Clock } from '../../support/index.ts'
import type { CallSession } from './call-session.ts'
import { answerKept } from './kept-dialogue.ts'
import { callStatusResult, isMachine } from './status.ts'

/** How often a call is looked at. */
const pollMs = 2000

/** Looks at a call until it ends, where Twilio cannot tell us its status, or may tell it to a node that is dead. */
export function pollCall(
  parts: { readonly api: twilio.Twilio; readonly clock: Clock },
  session: CallSession,
  providerId: string,
): void {
  const { api, clock } = parts
  clock.after(pollMs, async () => {
    if (!session.isOpen) return
    // A look that fails changes nothing; the deadline ends it in the end.
    const call = await api
      .calls(providerId)
      .fetch()
      .catch(() => undefined)
    if (call !== undefined) {
      await noteLook(session, { ...call, providerId }, clock).catch(() => undefined)
    }
    if (session.isOpen) pollCall(parts, session, providerId)
  })
}

type Look = {
  readonly providerId: string
  readonly status: string
  /** Null until Twilio knows. */
  readonly answeredBy: string | null
}

async function noteLook(
  session: CallSession,
  { providerId, status, answeredBy }: Look,
  clock: Clock,
): Promise<void> {
  const by = answeredBy ?? undefined
  const { steps } = session.request
  if (steps !== undefined) {
    const { token } = session
    const event = isMachine(by)
      ? ({ kind: 'machine', by } as const)
      : ({ kind: 'status', status } as const)
    await answerKept(session, steps, clock, { callSid: providerId, event, token })
    return
  }
  const result = callStatusResult(status, session)
  if (isMachine(by)) session.end({ kind: 'no-answer' }, { hangUp: true })
  else if (result) session.end(result)
}
