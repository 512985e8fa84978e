import type { RungBell } from '../../accounts/index.ts'
import type { AuditEntry, Store } from '../../store/index.ts'

/** A notification is tried for as long as its prompt waits, which may be longer than the packet that began it. */
const laterMs = 60_000

/**
 * Adds to the steps of a sign-in what push services have said of its notifications: they are sent beside it, and change
 * nothing in it.
 */
export async function withBells(
  bells: Pick<Store['bells'], 'list'>,
  entry: AuditEntry,
): Promise<AuditEntry> {
  const { endedAtMs, startedAtMs, timeline, userKey } = entry
  const asked = timeline.find(({ what, detail }) => what === 'prompt' && detail?.method === 'push')
  if (asked === undefined || userKey === undefined) return entry
  const rung = await bells.list(userKey, startedAtMs, endedAtMs + laterMs)
  const steps =
    rung.length === 0 ? [{ atMs: asked.atMs, what: 'no-notification' }] : rung.map(stepOf)
  const all = [...timeline, ...steps].sort((one, other) => one.atMs - other.atMs)
  return { ...entry, timeline: all }
}

function stepOf({ answer, atMs, phoneId, service }: RungBell) {
  return { atMs, what: 'notification', detail: { service, answer, phone: phoneId } }
}
