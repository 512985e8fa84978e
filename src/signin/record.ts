import { type Context, note } from './context.ts'
import type { Outcome } from './outcome.ts'
import type { SignInRecord } from './ports.ts'
import { stateId } from './resume.ts'

const unansweredGraceMs = 1_000

/**
 * Writes the one row of a sign-in. A challenge has no row yet: its time line waits for the answer,
 * and becomes a row of its own when none comes.
 */
export async function recordSignIn(context: Context, outcome: Outcome): Promise<void> {
  const { attempt, parts, timeline } = context
  if (attempt.resends.count > 0) note(context, 'resends', { count: attempt.resends.count })
  note(context, outcome.kind, { reason: outcome.reason })
  if (outcome.kind === 'challenge') {
    const untilMs = parts.clock.nowMs() + outcome.timeoutSeconds * 1_000 + unansweredGraceMs
    const id = stateId(outcome.state)
    await parts.registry.saveTimeline(id, timeline, untilMs)
    parts.wheel.at(
      untilMs - unansweredGraceMs / 2,
      () => void recordUnanswered(context, id, outcome),
    )
    return
  }
  const record = toRecord(context, outcome)
  parts.log.signIn(record)
  await parts.audit.record(record)
}

async function recordUnanswered(context: Context, id: string, outcome: Outcome): Promise<void> {
  const { attempt, parts } = context
  try {
    if ((await parts.registry.takeTimeline(id)) === undefined) return
    note(context, 'unanswered')
    const record = toRecord(context, outcome)
    parts.log.signIn(record)
    await parts.audit.record(record)
  } catch (error) {
    parts.log.trouble({
      attemptId: attempt.id,
      what: 'audit',
      detail: String(error),
      gateway: attempt.gateway.name,
    })
  }
}

function toRecord(context: Context, outcome: Outcome): SignInRecord {
  const { attempt, parts, timeline, user, method, signInId } = context
  return {
    signInId,
    attemptId: attempt.id,
    startedAtMs: timeline[0]?.atMs ?? attempt.receivedAtMs,
    endedAtMs: parts.clock.nowMs(),
    gateway: attempt.gateway.name,
    sourceAddress: attempt.sourceAddress,
    userName: user?.name ?? shortened(attempt.userName),
    ...(user === undefined ? {} : { userKey: user.key }),
    ...(method === undefined ? {} : { method }),
    outcome: outcome.kind,
    reason: outcome.reason,
    ...(attempt.device === undefined ? {} : { device: attempt.device.value }),
    timeline,
  }
}

/** People type passwords into the name field: of a name nobody has, two characters are enough. */
function shortened(name: string): string {
  const start = [...name].slice(0, 2).join('')
  return name.length > 2 ? `${start}…` : start
}
