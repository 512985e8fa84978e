import { withoutDomain } from '../../mschap/index.ts'
import { foldName } from '../../support/index.ts'

/** A name of RADIUS, which every identity becomes, holds at most 253 bytes. */
const maxNameLength = 253

/**
 * An identity as text; undefined for a longer one than a name can be. Some peers end it with a NUL. Empty is
 * legal: the peer does not say who it is (RFC 3748 5.1). So are bytes that are not UTF-8, which become
 * U+FFFD. Outside of a tunnel neither decides anything; where the identity decides, no account has it.
 */
export function readIdentity(data: Uint8Array): string | undefined {
  const end = data.indexOf(0)
  const name = end === -1 ? data : data.subarray(0, end)
  return name.length > maxNameLength ? undefined : Buffer.from(name).toString()
}

/** Whether two names are of one person: peers write the domain in one place and leave it out in another. */
export function isSameName(one: string, other: string): boolean {
  return foldName(withoutDomain(one)) === foldName(withoutDomain(other))
}
