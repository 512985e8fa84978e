import type { GroupLikeness } from '../../../signin/index.ts'
import { type CheckRow, failed, passed, warned } from '../../check-row.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { lookUpGroups, nameAttribute } from '../groups/search.ts'
import { findSimilarGroups } from '../groups/similar-groups.ts'
import { describeMissingGroup, describeSimilar } from '../groups/texts.ts'
import type { LdapSettings } from '../options.ts'

/** Whether a group that rules name is there once. `id`: of the group that they mean, where that is known. */
export async function checkGroup(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
  name: string,
  id: string | undefined,
): Promise<CheckRow> {
  return { ...(await judge(what, connection, settings, name, id)), group: name }
}

async function judge(
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
  const likeness = await findSimilarGroups(connection, settings, name)
  const { compared, similar } = likeness
  const [found] = named
  if (found !== undefined && (named.length === 1 || id !== undefined)) {
    const others = similar.filter(({ as, dn }) => dn !== found.dn && !as.includes(compared))
    return others.length === 0
      ? passed(what, `found by ${compared}: ${found.dn}`)
      : hasTwin(what, { compared, similar: others }, found.dn)
  }
  const detail =
    named.length === 0
      ? describeMissingGroup(name, likeness, settings.name)
      : `more than one group has this ${compared}: ${named.map(({ dn }) => `"${dn}"`).join(', ')}`
  const distribution =
    settings.nestedGroups === 'token-groups'
      ? ' Distribution groups need nested_groups: matching-rule.'
      : ''
  const remedy = `Write the ${nameAttribute(settings)} of the group, or its DN.${distribution}`
  return failed(what, detail, remedy)
}

/** The author of the rule may have seen the name of the other group. */
function hasTwin(what: string, { compared, similar }: GroupLikeness, dn: string): CheckRow {
  const others = similar.map((each) => describeSimilar(each, compared)).join('. ')
  return warned(
    what,
    `rules mean the group with that ${compared}: "${dn}". Another group has the same name: ${others}`,
    `If you mean the other one, write its ${compared} or its DN.`,
  )
}
