import type { Entry } from 'ldapts'
import { counted } from '../../../support/index.ts'
import { type CheckRow, passed, warned } from '../../check-row.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { type AccessList, mayWrite, readAccessList } from '../entries/access-list.ts'
import { bytesValue, textValue } from '../entries/entry.ts'
import { equals, has } from '../entries/filters.ts'
import { formatGuid } from '../entries/guid.ts'
import { peopleFilter } from '../entries/people-filter.ts'
import { sidOf } from '../entries/sid.ts'
import type { LdapSettings } from '../options.ts'

/** Users looked at: the right is the same for most of them, and taken from a few at most. */
const sampleSize = 50

/** Who every user is (MS-DTYP 2.4.2.4): SELF, Everyone, Authenticated Users, This Organization, Users. */
const everyUser = ['S-1-5-10', 'S-1-1-0', 'S-1-5-11', 'S-1-5-15', 'S-1-5-32-545']
/** Domain Users, below the SID of the domain. */
const domainUsers = 513

/**
 * Whether users may write their own numbers, where `enrolment.directory_phones` says that only administrators do: a thief with
 * a password would enter another one (PEOPLE R2).
 */
export async function checkOwnPhones(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<readonly CheckRow[]> {
  const { kind, phoneAttributes, trustsPhones } = settings
  if (!trustsPhones || phoneAttributes.length === 0) return []
  const written = phoneAttributes.join(', ')
  if (kind !== 'ad') {
    const detail = `could not be read: this kind of server does not show who may write ${written}`
    return [passed(what, `${detail}. Look at its access rules: users must not write them`)]
  }
  const people = await readPeople(connection, settings)
  const types: ReadonlySet<string>[] = []
  for (const attribute of phoneAttributes) types.push(await typesOf(connection, attribute))
  const isKnown = types.every(({ size }) => size > 0)
  if (people.length === 0 || !isKnown) {
    const missing = isKnown
      ? 'no user shows its access list'
      : 'the schema does not name all of them'
    return [warned(what, `could not be read who may write ${written}: ${missing}`, readRemedy)]
  }
  const open = phoneAttributes.filter((_, at) => writersOf(people, types[at]) > 0)
  const most = Math.max(...types.map((each) => writersOf(people, each)))
  const looked = `${counted(people.length, 'user')} looked at`
  return open.length === 0
    ? [passed(what, `none of ${looked} may write ${written} themselves`)]
    : [warned(what, `${most} of ${looked} may write ${open.join(', ')} themselves`, openRemedy)]
}

const readRemedy =
  'Let the account read permissions of users (nTSecurityDescriptor), or look there yourself.'
const openRemedy =
  'Anyone with such a user’s password can enter a number of their own, and so set up a phone. Take the right away (docs/how-to/active-directory.md, Phones), or set enrolment.directory_phones: not-trusted.'

type Person = { readonly list: AccessList; readonly sids: ReadonlySet<string> }

function writersOf(people: readonly Person[], types: ReadonlySet<string> = new Set()): number {
  return people.filter(({ list, sids }) => mayWrite(list, sids, types)).length
}

/** Some people with their access lists, where those can be read. */
async function readPeople(
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<readonly Person[]> {
  const people = await connection.search({
    base: settings.baseDn,
    scope: 'sub',
    filter: peopleFilter(settings),
    attributes: ['nTSecurityDescriptor', 'objectSid'],
    binary: ['nTSecurityDescriptor', 'objectSid'],
    accessListOnly: true,
    limit: sampleSize,
  })
  return people.flatMap((entry) => {
    const bytes = bytesValue(entry, 'nTSecurityDescriptor')
    const list = bytes && readAccessList(bytes)
    return list === undefined ? [] : [{ list, sids: sidsOf(entry) }]
  })
}

/** What an access list may call this user, further groups aside. */
function sidsOf(entry: Entry): ReadonlySet<string> {
  const own = sidOf(entry)
  if (own === undefined) return new Set(everyUser)
  const domain = own.slice(0, own.lastIndexOf('-'))
  return new Set([...everyUser, own, `${domain}-${domainUsers}`])
}

/** What an access list may call an attribute: by its own GUID, and by that of its property set (MS-ADTS 3.1.1.2.3). Empty where that is not known. */
async function typesOf(
  connection: LdapConnection,
  attribute: string,
): Promise<ReadonlySet<string>> {
  const root = await connection.search({
    ...{ base: '', scope: 'base', filter: has('objectClass'), limit: 1 },
    attributes: ['schemaNamingContext'],
  })
  const schema = root[0] && textValue(root[0], 'schemaNamingContext')
  const guids = ['schemaIDGUID', 'attributeSecurityGUID']
  const [found] =
    schema === undefined
      ? []
      : await connection.search({
          ...{ base: schema, scope: 'sub', filter: equals('lDAPDisplayName', attribute) },
          ...{ attributes: guids, binary: guids, limit: 1 },
        })
  return new Set(
    guids.flatMap((name) => {
      const bytes = found && bytesValue(found, name)
      return bytes?.length === 16 ? [formatGuid(bytes)] : []
    }),
  )
}
