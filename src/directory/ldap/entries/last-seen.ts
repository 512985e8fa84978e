import type { Entry } from 'ldapts'
import { textValue } from './entry.ts'
import { fileTimeMs, parseGeneralizedTime } from './moments.ts'

/** What Active Directory tells of when an account was last used. */
export const lastSeenAttributes = ['lastLogonTimestamp', 'whenCreated', 'badPwdCount'] as const

/**
 * When an account of Active Directory was last used, to within two weeks (MS-ADA1 2.351), or when it was made where it never
 * was; undefined where our account may not read it. `badPwdCount` is in the same property set and always there, so that
 * it tells "never" from "not shown".
 */
export function readLastSeen(entry: Entry): number | undefined {
  const usedMs = fileTimeMs(textValue(entry, 'lastLogonTimestamp'))
  if (usedMs !== undefined && usedMs > 0) return usedMs
  const isShown = usedMs !== undefined || textValue(entry, 'badPwdCount') !== undefined
  return isShown ? parseGeneralizedTime(textValue(entry, 'whenCreated')) : undefined
}
