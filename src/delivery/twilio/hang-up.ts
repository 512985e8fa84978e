import type twilio from 'twilio'
import type { CallSteps } from '../ports.ts'
import type { CallSession } from './call-session.ts'
import { twilioFailure } from './errors.ts'
import { lookAt } from './kept-step.ts'

/** Ends a call that queues, rings or talks. One that is over already, or that Twilio has lost, is left alone. */
export async function endCall(api: twilio.Twilio, providerId: string): Promise<void> {
  const update = () => api.calls(providerId).update({ status: 'completed' })
  await update().catch((error: unknown) =>
    twilioFailure(error).fault === 'theirs' ? update().catch(() => undefined) : undefined,
  )
}

/** By how much clocks may differ. What was placed before that has ended. */
const clockOffMs = 120_000
const openStates = ['queued', 'ringing', 'in-progress'] as const

/** Names of the calls of all open prompts, whichever process has placed them. */
export type NamedCalls = () => Promise<readonly string[]>

/**
 * Ends a call that any process goes on with: by now perhaps the backup number rings, placed by another one. Where a process has
 * died before it had the call's name, Twilio is asked for the calls to that number.
 */
export async function hangUpKept(
  api: twilio.Twilio,
  session: CallSession,
  steps: CallSteps,
  namedCalls: NamedCalls,
): Promise<void> {
  const step = (await lookAt(steps).catch(() => undefined))?.step
  const named = new Set(
    [step?.providerId, await session.providerId].filter((id) => id !== undefined),
  )
  const ids =
    named.size > 0 || step === undefined ? [...named] : await findCall(api, step, namedCalls)
  await Promise.all(ids.map((id) => endCall(api, id)))
}

/**
 * People behind one switchboard share its number, and Twilio's list tells neither the extension nor the address of our webhooks.
 * So this is the one call that has no name here. Of two, none is ended: both end by themselves.
 */
async function findCall(
  api: twilio.Twilio,
  { placedAtMs, to }: { readonly placedAtMs: number; readonly to: string },
  namedCalls: NamedCalls,
): Promise<readonly string[]> {
  const lists = await Promise.all(
    openStates.map((status) => api.calls.list({ to, status, limit: 20 }).catch(() => [])),
  )
  // Asked after Twilio: a call that was taken meanwhile has its name by now.
  const named = await namedCalls().catch(() => undefined)
  const found = lists
    .flat()
    .filter(({ dateCreated }) => dateCreated.getTime() >= placedAtMs - clockOffMs)
    .map(({ sid }) => sid)
    .filter((sid) => !named?.includes(sid))
  return found.length === 1 && named !== undefined ? found : []
}
