import type { Entry } from 'ldapts'
import { foldGroup } from '../../../support/index.ts'
import { sidOf } from '../entries/sid.ts'
import type { KnownGroups } from './search.ts'

/** Everyone, and Authenticated Users (MS-DTYP 2.4.2.4): in every token, and in no tokenGroups. */
const everybody = ['S-1-1-0', 'S-1-5-11']

/** Which groups people are in through members of them that belong to other domains (see `findForeignMembers`). */
export type ForeignGroups = {
  /** Folded names of groups, by SID or folded DN of a member; takes the place of what was said before. */
  place(groups: ReadonlyMap<string, readonly string[]>): void
  /** Folded names for this person, who is in these groups. */
  of(entry: Entry, known: KnownGroups): readonly string[]
}

export function createForeignGroups(): ForeignGroups {
  let placed: ReadonlyMap<string, readonly string[]> = new Map()
  return {
    place(groups) {
      placed = groups
    },
    of(entry, { groups, sids = [] }) {
      if (placed.size === 0) return []
      const own = [sidOf(entry), ...sids, ...groups.map(({ sid }) => sid), ...everybody]
      const dns = [entry.dn, ...groups.map(({ dn }) => dn)].map(foldGroup)
      return [...own, ...dns].flatMap((each) => placed.get(each ?? '') ?? [])
    },
  }
}
