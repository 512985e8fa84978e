import type { Authenticator } from '../../../accounts/index.ts'
import type { ReceiptRow } from '../../schema.ts'

/** The rows that are read for each person: enough to judge several phones. */
export const ringsRead = 60
/** Notifications in a row of which a phone has shown none. */
const silentTimes = 3
/** A notification may be on its way for so long. */
const underWayMs = 60_000

/**
 * Since when phones have shown nothing: of the last notifications that went to one, three or more in a row were neither
 * shown, nor was their prompt opened or answered there. `rows`: of the person, the newest first.
 */
export function withSilence(
  authenticators: readonly Authenticator[],
  rows: readonly ReceiptRow[],
  nowMs: number,
): readonly Authenticator[] {
  return authenticators.map((each) => {
    if (each.method !== 'push') return each
    const own = rows.filter(({ phone_id }) => phone_id === each.id)
    const silentSinceMs = silentSince(own, nowMs)
    return silentSinceMs === undefined ? each : { ...each, silentSinceMs }
  })
}

function silentSince(rows: readonly ReceiptRow[], nowMs: number): number | undefined {
  const spoken = rows.findIndex((row) =>
    [row.shown_at_ms, row.opened_at_ms, row.answered_at_ms].some((atMs) => atMs !== null),
  )
  const silent = (spoken === -1 ? rows : rows.slice(0, spoken)).filter(
    ({ at_ms }) => at_ms <= nowMs - underWayMs,
  )
  return silent.length < silentTimes ? undefined : silent.at(-1)?.at_ms
}
