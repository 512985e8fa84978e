import type { SpendEvidence, SpendResult } from '../../accounts/index.ts'
import { constantTimeEqual } from '../../support/index.ts'
import type { Connection } from '../connection.ts'

/** Who spent something, and when; both are null before it is spent, and the time in rows of older versions. */
export type Spender = {
  readonly spentBy: Uint8Array | null
  /** Milliseconds since 1970, by the clock of the process that spent it. */
  readonly spentAtMs: number | null
  /** By what an equal request is known; null in a file, and where nothing tells devices apart. */
  readonly spentClaim: string | null
}

/** How long the packet that spent something gets its answer again. Later it is a used code to that packet too. */
const knownForMs = 60_000

/** How long an equal request spends as the first one, as long as a finished outcome answers it. */
const equalForMs = 10_000

/** What is kept of it with what was spent. A file has one process, which knows the outcomes of equal requests itself. */
export function keptClaim(
  { processId }: Pick<Connection, 'processId'>,
  { claimKeys }: SpendEvidence,
): string | null {
  return processId === undefined ? null : (claimKeys?.[0] ?? null)
}

/**
 * Whether the packet that spent before is this very one, whose answer may have been lost (RULES 10, 36). An equal one
 * that another process has taken and perhaps never answered is accepted too. Evidence of another length than a Request
 * Authenticator's 16 bytes says nothing. A time ahead of the clock is taken as old: the clock was set back, and how
 * long ago it was cannot be told.
 */
export function judgeReuse(
  { spentBy, spentAtMs, spentClaim }: Spender,
  { claimKeys = [], requestAuthenticator }: SpendEvidence,
  nowMs: number,
): Exclude<SpendResult, 'spent'> {
  const isSame =
    spentBy !== null &&
    requestAuthenticator.length === 16 &&
    constantTimeEqual(spentBy, requestAuthenticator)
  const agoMs = spentAtMs === null ? Number.POSITIVE_INFINITY : nowMs - spentAtMs
  if (isSame && agoMs >= 0 && agoMs < knownForMs) return 'same-request'
  const isEqual = spentClaim !== null && claimKeys.some((key) => areEqual(key, spentClaim))
  // The clocks of two processes may differ by some seconds, either way.
  return isEqual && Math.abs(agoMs) < equalForMs ? 'same-request' : 'reused'
}

function areEqual(one: string, other: string): boolean {
  return constantTimeEqual(Buffer.from(one), Buffer.from(other))
}
