import { constantTimeEqual } from '../support/index.ts'
import { md4 } from './md4.ts'
import { challengeOf, type MsChapResponse, ntResponseOf, withoutDomain } from './response.ts'
import { type MsChapSuccess, msChapSuccess } from './success.ts'

/**
 * Checks a response against an NT hash of 16 bytes, and gives what it earns; undefined where it does not
 * fit. Windows leaves its domain out of the challenge (RFC 2759 8.2), others put it in: a name with a
 * domain is tried both ways.
 */
export function checkMsChap(
  response: MsChapResponse,
  ntHash: Uint8Array,
): MsChapSuccess | undefined {
  const bare = withoutDomain(response.userName)
  const names = bare === response.userName ? [bare] : [bare, response.userName]
  const hashedName = names.find((name) =>
    constantTimeEqual(ntResponseOf(challengeOf(response, name), ntHash), response.ntResponse),
  )
  return hashedName === undefined ? undefined : msChapSuccess(response, md4(ntHash), hashedName)
}
