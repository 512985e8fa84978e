import type { Config } from '../config/index.ts'
import type { Person } from '../operations/index.ts'
import { foldGroup } from '../support/index.ts'

/**
 * Whether the helpdesk keeps out of the account of this person (PEOPLE R23). Yes as well where their groups are not known, or
 * where a group of the list is gone: no one can tell who was in it (RULES 15). `missing`: groups that this directory, or none,
 * has any more, folded.
 */
export function createIsProtected(
  { helpdeskNotFor }: Pick<Config, 'helpdeskNotFor'>,
  missing: (directory: string) => ReadonlySet<string>,
): (person: Pick<Person, 'directory' | 'groups'>) => boolean {
  const closed = helpdeskNotFor.map(foldGroup)
  return ({ directory, groups }) => {
    if (closed.length === 0) return false
    if (directory === undefined || groups === undefined) return true
    const gone = missing(directory)
    return closed.some((group) => groups.includes(group) || gone.has(group))
  }
}
