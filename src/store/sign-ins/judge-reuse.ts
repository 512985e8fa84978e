import type { SpendEvidence, SpendResult } from '../../accounts/index.ts'
import { constantTimeEqual } from '../../support/index.ts'

/** Who spent something, and when; both are null before it is spent, and the time in rows of older versions. */
export type Spender = {
  readonly spentBy: Uint8Array | null
  /** Milliseconds since 1970. */
  readonly spentAtMs: number | null
}

/** How long the packet that spent something gets its answer again. Later it is a used code to that packet too. */
const knownForMs = 60_000

/**
 * Whether the packet that spent before is this very one, whose answer may have been lost (RULES 10, 36).
 * Evidence of another length than a Request Authenticator's 16 bytes says nothing. A time ahead of the
 * clock counts as old: the clock was set back, and how long ago it was cannot be told.
 */
export function judgeReuse(
  { spentBy, spentAtMs }: Spender,
  { requestAuthenticator }: SpendEvidence,
  nowMs: number,
): Exclude<SpendResult, 'spent'> {
  const isSame =
    spentBy !== null &&
    requestAuthenticator.length === 16 &&
    constantTimeEqual(spentBy, requestAuthenticator)
  const agoMs = spentAtMs === null ? Number.POSITIVE_INFINITY : nowMs - spentAtMs
  return isSame && agoMs >= 0 && agoMs < knownForMs ? 'same-request' : 'reused'
}
