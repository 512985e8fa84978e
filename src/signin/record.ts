import { formatMac } from '../support/index.ts'
import type { Attempt } from './attempt.ts'
import { type Context, note } from './context.ts'
import type { Outcome } from './outcome.ts'
import type { SignInParts } from './parts.ts'
import type { SignInRecord, TimelineEntry } from './ports/index.ts'
import { referenceOf } from './reasons/reference.ts'
import { deviceThatAsks } from './rules/mac-rules.ts'
import { stateId } from './state/state.ts'
import { entriesOf } from './timeline.ts'

/** The wheel may be late. */
const unansweredGraceMs = 1_000
/** A registry that processes share may be away as the time is over: the time line waits for it. */
const awayMs = 15 * 60_000
const tryAgainMs = 10_000

/**
 * Writes the one row of a sign-in. A challenge has no row yet: its time line waits for the answer, and becomes a row of
 * its own when none comes. A request that shares another's challenge has a row at once.
 */
export async function recordSignIn(context: Context, outcome: Outcome): Promise<void> {
  const { attempt, joined, live, parts } = context
  const count = live.resends()
  if (count > 0) note(context, 'resends', { count })
  if (attempt.eap !== undefined) note(context, 'eap', namesOf(context, attempt.eap))
  note(context, outcome.kind, { reason: outcome.reason })
  const record = toRecord(context, outcome)
  if (outcome.kind === 'challenge' && !joined) {
    const untilMs = parts.clock.nowMs() + outcome.timeoutSeconds * 1_000
    return expectAnswer(parts, record, stateId(outcome.state), untilMs)
  }
  parts.log.signIn(record)
  await parts.audit.record(record)
}

// Keeps the record alone: the request, with its password, must not live as long as its State.
async function expectAnswer(
  parts: SignInParts,
  record: SignInRecord,
  id: string,
  untilMs: number,
): Promise<void> {
  const timer = parts.wheel.at(untilMs, () => void recordUnanswered(parts, record, id))
  const keptUntilMs = untilMs + (parts.registry.isShared ? awayMs : unansweredGraceMs)
  await parts.registry.saveTimeline(id, record.timeline, keptUntilMs, () => timer.cancel())
}

async function recordUnanswered(
  parts: SignInParts,
  record: SignInRecord,
  id: string,
): Promise<void> {
  try {
    if ((await parts.registry.takeTimeline(id)) === undefined) return
  } catch {
    const atMs = parts.clock.nowMs() + tryAgainMs
    parts.wheel.at(atMs, () => void recordUnanswered(parts, record, id))
    return
  }
  try {
    const atMs = parts.clock.nowMs()
    const timeline = [...record.timeline, { atMs, what: 'unanswered' }]
    const unanswered = { ...record, endedAtMs: atMs, timeline }
    parts.log.signIn(unanswered)
    await parts.audit.record(unanswered)
  } catch (error) {
    parts.log.trouble({
      attemptId: record.attemptId,
      what: 'audit',
      detail: String(error),
      gateway: record.gateway,
    })
  }
}

function toRecord(context: Context, outcome: Outcome): SignInRecord {
  const { attempt, parts, user, method, signInId } = context
  const timeline = entriesOf(context.timeline)
  const { device } = attempt
  return {
    signInId,
    attemptId: attempt.id,
    ...(hasReference(outcome) ? { reference: referenceOf(attempt.id) } : {}),
    startedAtMs: timeline[0]?.atMs ?? attempt.receivedAtMs,
    endedAtMs: parts.clock.nowMs(),
    gateway: attempt.gateway.name,
    sourceAddress: attempt.sourceAddress,
    userName: user?.name ?? nameOf(attempt),
    ...(user === undefined ? {} : { userKey: user.key }),
    ...(method === undefined ? {} : { method }),
    ...(context.rule === undefined ? {} : { rule: context.rule.name }),
    outcome: outcome.kind,
    reason: outcome.reason,
    ...(device === undefined ? {} : { device: device.value }),
    timeline,
  }
}

/** The name outside is shown like the one inside: what people type where a name belongs is not always one. */
function namesOf({ user }: Context, eap: NonNullable<Attempt['eap']>): TimelineEntry['detail'] {
  const { method, outerIdentity } = eap
  return { method, outer: user === undefined ? shortenName(outerIdentity) : outerIdentity }
}

/** Devices that go by their MAC address are known by it, and no one's password has leaked. */
function nameOf(attempt: Attempt): string {
  const mac = deviceThatAsks(attempt)
  return mac === undefined ? shortenName(attempt.userName) : formatMac(mac)
}

/** Whether someone may ask why it ended so. */
function hasReference({ kind }: Outcome): boolean {
  return kind === 'reject' || kind === 'drop'
}

/** People type passwords into the name field: two characters of an unknown name are enough. */
export function shortenName(name: string): string {
  const start = [...name].slice(0, 2).join('')
  return name.length > 2 ? `${start}…` : start
}
