import type { AuditEntry, Store } from '../../store/index.ts'
import { dayMs, HoldfastError } from '../../support/index.ts'

/** So many are looked at, however many there are. */
const mostRows = 1_000

/** The audit of the last day, newest first; none where the store cannot be read, which has a row of its own. */
export async function readRecentSignIns(
  audit: Pick<Store['audit'], 'searchAudit'>,
  nowMs: number,
): Promise<readonly AuditEntry[]> {
  try {
    const entries = await audit.searchAudit({ limit: mostRows })
    return entries.filter(({ endedAtMs, kind }) => kind === 'sign-in' && endedAtMs > nowMs - dayMs)
  } catch (error) {
    if (error instanceof HoldfastError) return []
    throw error
  }
}
