import { withoutDomain } from '../../mschap/index.ts'
import { maxValueLength } from '../../radius/index.ts'
import { foldName } from '../../support/index.ts'

/**
 * An identity as text; undefined for a longer one than User-Name can hold, which it becomes. Some peers end it with a
 * NUL. Empty is legal: the peer does not say who it is (RFC 3748 5.1). Bytes that are not UTF-8 become U+FFFD, and are
 * legal too. Outside of a tunnel neither decides anything; where the identity decides, no account has it.
 */
export function readIdentity(data: Uint8Array): string | undefined {
  const end = data.indexOf(0)
  const name = end === -1 ? data : data.subarray(0, end)
  return name.length > maxValueLength ? undefined : Buffer.from(name).toString()
}

/** Whether two names are of one person: peers write the domain in one place and leave it out in another. */
export function isSameName(one: string, other: string): boolean {
  return foldName(withoutDomain(one)) === foldName(withoutDomain(other))
}
