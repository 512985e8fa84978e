import { type CheckRow, passed, warned } from '../../check-row.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { findForeignMembers } from '../groups/foreign-members.ts'
import { lookUpGroups } from '../groups/search.ts'
import type { LdapSettings } from '../options.ts'

/** Everyone, and Authenticated Users: a sign-in counts them. */
const everybody: readonly string[] = ['S-1-1-0', 'S-1-5-11']
/** A person or group of some domain. */
const ofDomain = /^S-1-5-21-/

/**
 * Members of a group that its domain cannot tell of; `name`: as rules have it, `id`: of the group that they mean. No
 * row where there are none. Members from other domains matter to people of other directories. Members that Windows
 * works out at a sign-in, such as Network, are left out.
 */
export async function checkForeignMembers(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
  { name, id }: { readonly name: string; readonly id: string | undefined },
): Promise<readonly CheckRow[]> {
  const [group] = await lookUpGroups(connection, settings, id === undefined ? { name } : { id })
  if (settings.kind !== 'ad' || group?.id === undefined) return []
  const { sids = [], dns = [] } = (await findForeignMembers(connection, settings, group.id)) ?? {}
  const unknown = sids.filter((sid) => !ofDomain.test(sid) && !everybody.includes(sid))
  if (unknown.length > 0) {
    const detail = `its members ${unknown.join(', ')} stand for no user that Holdfast can know, so the rule does not hold for them`
    const remedy = 'Put users or groups into it, or Authenticated Users (S-1-5-11).'
    return [warned(what, detail, remedy)]
  }
  const foreigners = [...sids.filter((sid) => ofDomain.test(sid)), ...dns]
  const details = [
    ...(sids.some((sid) => everybody.includes(sid)) ? ['every user is a member'] : []),
    ...(foreigners.length === 0
      ? []
      : [
          `members of other domains: ${foreigners.length}, the first is ${foreigners[0]}; they count for users of other directories here`,
        ]),
  ]
  return details.length === 0 ? [] : [passed(what, details.join('; '))]
}
