import type { Entry } from 'ldapts'
import type { User } from '../../../accounts/index.ts'
import type { PeoplePart } from '../../../signin/index.ts'
import { DirectoryError } from '../../errors.ts'
import type { LdapConnection } from '../connections/connection.ts'
import type { LdapServers } from '../connections/failover.ts'
import { allOf, type Filter, hasBits, not } from '../entries/filters.ts'
import { peopleFilter } from '../entries/people-filter.ts'
import type { GroupPins } from '../groups/pins.ts'
import { lookUpGroups } from '../groups/search.ts'
import type { LdapSettings } from '../options.ts'
import { troubleOf } from '../trouble.ts'
import { adMembersFilter } from './ad-members.ts'
import { personAttributes, personBytes, readPerson } from './person.ts'
import { mostMembers, TooManyMembers, walkMembers } from './walk-members.ts'

/** LDAP result (RFC 4511 A.1). OpenLDAP gives 500 entries to an account by default, also page by page. */
const sizeLimitExceeded = 4
/** ADS_UF_ACCOUNTDISABLE in userAccountControl (MS-ADTS 2.2.16). */
const accountDisabled = 2

/** Everyone who could sign in, or the members of a group; over a connection of its own, page by page. */
export async function* listPeople(
  servers: LdapServers,
  settings: LdapSettings,
  idOf: GroupPins['idOf'],
  group: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<PeoplePart> {
  let connection: LdapConnection | undefined
  const stop = () => connection?.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    connection = await servers.open(signal)
    const found =
      group === undefined ? undefined : await findGroup(connection, settings, idOf, group)
    if (typeof found === 'string') {
      yield { kind: found }
      return
    }
    for await (const entries of pagesOf(connection, settings, found?.dn)) {
      yield { kind: 'people', people: await readAll(settings, entries) }
    }
  } catch (error) {
    yield endOf(error, settings)
  } finally {
    signal.removeEventListener('abort', stop)
    connection?.close()
  }
}

function endOf(error: unknown, { bindDn }: LdapSettings): PeoplePart {
  if (error instanceof TooManyMembers) return { kind: 'group-too-large', most: mostMembers }
  const isLimited =
    error instanceof DirectoryError && error.details.resultCode === sizeLimitExceeded
  if (!isLimited) return troubleOf(error)
  const remedy = `allow more to ${bindDn}; in OpenLDAP: limits dn.exact="${bindDn}" size.prtotal=unlimited`
  return { kind: 'down', detail: `the server ends the list early: ${remedy}`, refused: true }
}

async function findGroup(
  connection: LdapConnection,
  settings: LdapSettings,
  idOf: GroupPins['idOf'],
  name: string,
) {
  // As rules mean it, whatever the group is called by now.
  const id = idOf(name)
  const [group, another] = await lookUpGroups(
    connection,
    settings,
    id === undefined ? { name } : { id },
  )
  if (another !== undefined) return 'group-ambiguous'
  return group ?? 'group-unknown'
}

async function* pagesOf(
  connection: LdapConnection,
  settings: LdapSettings,
  groupDn: string | undefined,
): AsyncGenerator<readonly Entry[]> {
  const query = (filter: Filter) => ({
    ...{ base: settings.baseDn, scope: 'sub' as const, filter },
    ...{ attributes: [...new Set(personAttributes(settings))], binary: personBytes },
  })
  if (settings.kind === 'ad') {
    const people = allOf(
      peopleFilter(settings),
      not(hasBits('userAccountControl', accountDisabled)),
    )
    const members =
      groupDn === undefined ? [] : [await adMembersFilter(connection, settings, groupDn)]
    yield* connection.pages(query(allOf(...members, people)))
  } else if (groupDn === undefined) {
    yield* connection.pages(query(peopleFilter(settings)))
  } else {
    yield* walkMembers(connection, settings, groupDn, query(peopleFilter(settings)))
  }
}

async function readAll(
  settings: LdapSettings,
  entries: readonly Entry[],
): Promise<readonly User[]> {
  const people: User[] = []
  for (const entry of entries) {
    const person = await readPerson(settings, entry)
    // An account whose name or id is hidden from us cannot sign in.
    if (person !== undefined) people.push({ ...person.user, groups: [] })
  }
  return people
}
