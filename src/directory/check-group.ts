import { type CheckRow, failed, passed, warned } from './check-row.ts'
import { lookUpGroups } from './group-search.ts'
import type { LdapConnection } from './ldap-connection.ts'
import type { LdapSettings } from './ldap-options.ts'

/** Whether a group that rules name is there once. `id`: of the group that they mean, where that is known. */
export async function checkGroup(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
  name: string,
  id: string | undefined,
): Promise<CheckRow> {
  const named = await lookUpGroups(connection, settings, { name })
  if (id !== undefined && named.every((group) => group.id !== id)) {
    const [meant] = await lookUpGroups(connection, settings, { id })
    if (meant !== undefined) {
      const detail = `is now called ${name.includes('=') ? meant.dn : meant.name}; rules still mean it`
      return warned(what, detail, 'Write the new name into the rules.')
    }
    if (named.length > 0) {
      const detail = 'the group that the rules mean is gone; another one has its name'
      return failed(what, detail, 'Look whether that is right; a reload then takes the new one.')
    }
  }
  if (named.length === 1 || (id !== undefined && named.length > 1)) return passed(what, 'found')
  const detail = named.length === 0 ? 'not found' : 'more than one group has this name'
  const distribution =
    settings.nestedGroups === 'token-groups'
      ? ' Distribution groups need nested_groups: matching-rule.'
      : ''
  const remedy = `Correct the name in the rules of the gateway, or write the DN.${distribution}`
  return failed(what, detail, remedy)
}
