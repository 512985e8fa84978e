import type { User } from '../../accounts/index.ts'
import type { Directory, Resolved } from '../../signin/index.ts'
import { foldName } from '../../support/index.ts'
import { isName } from '../local-name.ts'
import { parseTypedName } from '../typed-name.ts'

/**
 * People of whom nothing is known but a name: everybody has one, and whether it is anybody's only the
 * server can tell. A domain that is not listed is somebody else's: the name is then unknown, so that no
 * second spelling goes around what a rule says about the first.
 */
export function createNameUsers(
  directory: string,
  domains: readonly string[],
): Pick<Directory, 'resolve' | 'resolveKey'> {
  const ours = new Set(domains.map(foldName))
  const prefix = `${directory}:`

  function userOf(folded: string): Resolved {
    const user: User = {
      key: `${prefix}${folded}`,
      directory,
      name: folded,
      displayName: folded,
      groups: [],
      phones: [],
    }
    return { kind: 'user', user }
  }

  return {
    async resolve(userName) {
      const typed = parseTypedName(userName)
      if (typed === undefined) return { kind: 'invalid' }
      const domain =
        typed.kind === 'domain'
          ? typed.domain
          : typed.kind === 'principal'
            ? typed.suffix
            : undefined
      if (domain !== undefined && !ours.has(foldName(domain))) return { kind: 'unknown' }
      return userOf(foldName(typed.name))
    },
    async resolveKey(userKey) {
      const folded = userKey.slice(prefix.length)
      return userKey.startsWith(prefix) && isName(folded) ? userOf(folded) : { kind: 'unknown' }
    },
  }
}
