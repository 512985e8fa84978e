import { foldName } from '../../../support/index.ts'
import { type CheckRow, failed, passed, warned } from '../../check-row.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { textValue } from '../entries/entry.ts'
import { allOf, equals, has } from '../entries/filters.ts'
import { peopleFilter } from '../entries/people-filter.ts'
import type { LdapSettings } from '../options.ts'

/** Whether people can sign in by the attributes that names are compared with, and by the name of their domain. */
export async function checkNames(
  what: (part: string) => string,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<readonly CheckRow[]> {
  const attributes = await checkLoginAttributes(what('login_attributes'), connection, settings)
  if (settings.kind !== 'ad') return [attributes]
  return [attributes, ...(await checkNetbiosName(what('netbios_domain'), connection, settings))]
}

/** Accounts of Active Directory need no userPrincipalName, and all have a sAMAccountName. */
const unchecked = ['userprincipalname', 'samaccountname']

async function checkLoginAttributes(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<CheckRow> {
  const { baseDn, kind, loginAttributes } = settings
  for (const attribute of loginAttributes) {
    if (unchecked.includes(attribute.toLowerCase())) continue
    const [someone] = await connection.search({
      base: baseDn,
      scope: 'sub',
      filter: allOf(has(attribute), peopleFilter({ kind, userFilter: undefined })),
      attributes: ['1.1'],
      limit: 1,
    })
    if (someone === undefined) {
      const remedy = `Correct the name of the attribute, or let the account read ${attribute}.`
      return failed(what, `no user is shown with ${attribute}`, remedy)
    }
  }
  return passed(what, `names are compared with ${loginAttributes.join(', then with ')}`)
}

/** A domain can be called something else before `\` than the first label of its DNS name. */
async function checkNetbiosName(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<readonly CheckRow[]> {
  const name = await readNetbiosName(connection, settings)
  if (name === undefined) return []
  if (settings.domains.includes(foldName(name))) return [passed(what, name)]
  const detail = `the domain is called ${name}: names such as ${name}\\alice are not found`
  return [warned(what, detail, `Set netbios_domain: ${name}.`)]
}

/** nETBIOSName of the domain (MS-ADTS 6.1.1.2.1.1.1); undefined where the server does not say. */
async function readNetbiosName(
  connection: LdapConnection,
  { domainDn }: LdapSettings,
): Promise<string | undefined> {
  const [root] = await connection.search({
    base: '',
    scope: 'base',
    filter: has('objectClass'),
    attributes: ['configurationNamingContext'],
    limit: 1,
  })
  const configuration = root && textValue(root, 'configurationNamingContext')
  if (configuration === undefined) return undefined
  const [domain] = await connection.search({
    base: configuration,
    scope: 'sub',
    filter: allOf(equals('nCName', domainDn), equals('objectClass', 'crossRef')),
    attributes: ['nETBIOSName'],
    limit: 1,
  })
  return domain && textValue(domain, 'nETBIOSName')
}
