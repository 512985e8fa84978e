import type { User } from '../../accounts/index.ts'
import type { Directory, Resolved } from '../../signin/index.ts'
import { foldName } from '../../support/index.ts'
import { isName } from '../names/name-form.ts'
import { parseTypedName, withoutDot } from '../names/typed-name.ts'

/**
 * People who are known only by name: every name is taken, and only the server can tell whether someone has it. A domain
 * that is not listed belongs to someone else: the name is then unknown, so that no second spelling goes around what a
 * rule says about the first.
 */
export function createNameUsers(
  directory: string,
  domains: readonly string[],
): Pick<Directory, 'resolve' | 'resolveKey'> {
  const ours = new Set(domains.map((domain) => withoutDot(foldName(domain))))
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
      if (typed.kind === 'invalid') return typed
      const written = typed.kind === 'account' ? [typed.domain, typed.suffix] : []
      if (written.some((domain) => domain !== undefined && !ours.has(foldName(domain)))) {
        return { kind: 'unknown', problem: { kind: 'domain', domains: [...ours] } }
      }
      return userOf(foldName(typed.name))
    },
    async resolveKey(userKey) {
      const folded = userKey.slice(prefix.length)
      return userKey.startsWith(prefix) && isName(folded) ? userOf(folded) : { kind: 'unknown' }
    },
  }
}
