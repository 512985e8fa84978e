import type { SpendEvidence, SpendResult } from '../accounts/index.ts'
import { constantTimeEqual } from '../support/index.ts'

/**
 * Whether the packet that spent before is this very one, whose answer may have been lost (RULES 10).
 * Evidence of another length than a Request Authenticator's 16 bytes says nothing.
 */
export function tellReuse(spentBy: Uint8Array | null, evidence: SpendEvidence): SpendResult {
  const { requestAuthenticator } = evidence
  const isSame =
    spentBy !== null &&
    requestAuthenticator.length === 16 &&
    constantTimeEqual(spentBy, requestAuthenticator)
  return isSame ? 'same-request' : 'reused'
}
