import type { User } from '../../accounts/index.ts'
import type { Directory } from '../../signin/index.ts'
import type { CheckRow } from './check-row.ts'

/** What refuses people: a rule, or the groups of a gateway. */
export type Denial = {
  /** In the words of the file: `rules.3`, `gateways.vpn.deny_groups`. */
  readonly setting: string
  /** As they are written. Absent: all people. */
  readonly users?: readonly string[]
  readonly groups?: readonly DeniedGroup[]
  /** Where the people of its gateways are looked up. */
  readonly directories: readonly Pick<Directory, 'name' | 'resolve' | 'findGroups'>[]
}

export type DeniedGroup = {
  readonly name: string
  /** As groups of people are compared with it. */
  readonly folded: string
  /** Whether the configuration has a member of it who could sign in there. */
  readonly isLocal: boolean
}

const remedy =
  'Correct the name, or remove the rule. Until then the people it should refuse get in.'

/**
 * Failed rows for rules that deny and can refuse no one, because of their groups. A directory that
 * has groups of its own has a row for each; names of people have rows as well (`checkPeople`).
 */
export async function checkDenials(
  denials: readonly Denial[],
  signal: AbortSignal,
): Promise<readonly CheckRow[]> {
  const rows = await Promise.all(
    denials.map(async (denial): Promise<readonly CheckRow[]> => {
      const faults = [...emptyGroups(denial), ...(await foreignMembers(denial, signal))]
      return faults.map((detail) => ({
        area: 'directory',
        what: denial.setting,
        state: 'failed',
        detail,
        remedy,
      }))
    }),
  )
  return rows.flat()
}

function emptyGroups({ directories, groups = [] }: Denial): readonly string[] {
  if (directories.some(({ findGroups }) => findGroups !== undefined)) return []
  return groups
    .filter(({ isLocal }) => !isLocal)
    .map(({ name }) => `denies the group "${name}", which has no members`)
}

/** A rule that names people and groups needs a person who is among both. */
async function foreignMembers(
  { directories, groups, users }: Denial,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (groups === undefined || users === undefined) return []
  const found: User[] = []
  for (const name of users) {
    for (const directory of directories) {
      const resolved = await directory.resolve(name, signal)
      if (resolved.kind === 'user') found.push(resolved.user)
      if (resolved.kind === 'down' || resolved.kind === 'busy') return []
    }
  }
  const isIn = (user: User) => groups.some(({ folded }) => user.groups.includes(folded))
  if (found.length === 0 || found.some(isIn)) return []
  const named = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ')
  return [
    `denies ${named(users)} in ${named(groups.map(({ name }) => name))}, and none of them is in such a group`,
  ]
}
