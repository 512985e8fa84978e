import type { Entry } from 'ldapts'
import type { GroupLikeness, SimilarGroup } from '../../../signin/index.ts'
import { foldDn, foldName } from '../../../support/index.ts'
import { DirectoryError } from '../../errors.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { textValue } from '../entries/entry.ts'
import { allOf, anyOf, equals, type Filter } from '../entries/filters.ts'
import type { LdapSettings } from '../options.ts'
import { isGroup, nameAttribute, securityEnabled } from './search.ts'

/** What people see as the name of a group; the first and the second differ for many groups of Active Directory. */
const names = ['sAMAccountName', 'cn', 'displayName']
/** More would not help to find the right one. */
const most = 5

/**
 * What a group of rules is compared with, and groups that have the same name in another attribute, at another place, or
 * after a domain (`CORP\VPN`).
 */
export async function findSimilarGroups(
  connection: LdapConnection,
  settings: LdapSettings,
  name: string,
): Promise<GroupLikeness> {
  const compared = name.includes('=') ? 'DN' : nameAttribute(settings)
  const values = [...new Set([name, plainName(name)])].filter((value) => value !== '')
  const entries = await connection
    .search({
      base: settings.groupBaseDn,
      scope: 'sub',
      filter: allOf(
        anyOf(...names.flatMap((attribute) => values.map((value) => equals(attribute, value)))),
        isAnyGroup(settings),
      ),
      attributes: [...names, 'groupType'],
      limit: most,
    })
    .catch((error: unknown) => {
      if (error instanceof DirectoryError && error.code === 'search-refused') return []
      throw error
    })
  const similar = entries.map((entry) => toSimilar(settings, entry, values))
  return { compared, similar: similar.filter(({ dn }) => foldDn(dn) !== foldDn(name)) }
}

/** Without what is before `\`, and of a DN the value at its front. */
function plainName(name: string): string {
  if (!name.includes('=')) return name.slice(name.indexOf('\\') + 1).trim()
  const front = /^[^=]*=((?:\\.|[^,+\\])*)/.exec(name)?.[1] ?? ''
  return front.replace(/\\([^0-9A-Fa-f])/g, '$1').trim()
}

/** Distribution groups too, which a token does not hold. */
function isAnyGroup(settings: LdapSettings): Filter {
  return settings.kind === 'ad' ? equals('objectClass', 'group') : isGroup(settings)
}

function toSimilar(settings: LdapSettings, entry: Entry, values: readonly string[]): SimilarGroup {
  const wanted = values.map(foldName)
  const as = names.filter((attribute) =>
    wanted.includes(foldName(textValue(entry, attribute) ?? '')),
  )
  const type = Number(textValue(entry, 'groupType'))
  return {
    as,
    dn: entry.dn,
    name: textValue(entry, nameAttribute(settings)) ?? '',
    isUnseen: settings.nestedGroups === 'token-groups' && (type & securityEnabled) === 0,
  }
}
