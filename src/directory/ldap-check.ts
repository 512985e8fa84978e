import type { Clock } from '../support/index.ts'
import { bytesValue, textValue } from './entry.ts'
import { describeError } from './errors.ts'
import { equals, has } from './filters.ts'
import { countGroups } from './group-search.ts'
import { type LdapConnection, openLdapConnection } from './ldap-connection.ts'
import type { LdapSettings, ServerAddress } from './ldap-options.ts'
import { readTokenGroups } from './token-groups.ts'

/** One line of `holdfast check`. */
export type CheckRow = {
  readonly what: string
  readonly ok: boolean
  readonly detail: string
  /** What to do about it; '' when it is well. */
  readonly remedy: string
}

/** A certificate that ends sooner is a warning worth failing for. */
const certificateWarningDays = 14
const dayMs = 86_400_000

/** Tries every server of a directory, one after the other. Never rejects. */
export async function checkServers(
  settings: LdapSettings,
  groups: readonly string[],
  clock: Clock,
): Promise<readonly CheckRow[]> {
  const rows: CheckRow[] = []
  for (const address of settings.servers)
    rows.push(...(await checkServer(address, settings, groups, clock)))
  rows.push(
    passed(
      `${settings.name} staleness`,
      `names and groups may be ${settings.cacheMs / 1000} s old`,
    ),
  )
  return rows
}

async function checkServer(
  address: ServerAddress,
  settings: LdapSettings,
  groups: readonly string[],
  clock: Clock,
): Promise<readonly CheckRow[]> {
  const what = (part: string) => `${settings.name} ${address.url} ${part}`
  let connection: LdapConnection
  try {
    connection = await openLdapConnection(address, settings, clock)
  } catch (error) {
    return [failed(what('connect'), describeError(error), connectRemedy(address))]
  }
  const rows = [passed(what('connect'), address.security)]
  try {
    rows.push(checkCertificate(what('certificate'), connection, clock))
    const { code, text } = await connection.bind(settings.bindDn, settings.bindPassword)
    if (code !== 0) {
      const remedy = 'Correct bind_dn and bind_password, or unlock the account.'
      return [...rows, failed(what('bind account'), `LDAP result ${code}: ${text}`, remedy)]
    }
    rows.push(passed(what('bind account'), settings.bindDn))
    rows.push(await checkBase(what('base'), connection, settings))
    rows.push(...(await checkRights(what, connection, settings)))
    for (const group of groups) {
      rows.push(await checkGroup(what(`group ${group}`), connection, settings, group))
    }
  } catch (error) {
    rows.push(failed(what('search'), describeError(error), 'Look at the server’s own log.'))
  } finally {
    connection.close()
  }
  return rows
}

function checkCertificate(what: string, connection: LdapConnection, clock: Clock): CheckRow {
  const certificate = connection.certificate()
  if (!certificate) {
    const remedy = 'Use ldaps:// or start_tls: passwords cross the network in clear.'
    return failed(what, 'none: plain LDAP', remedy)
  }
  const days = Math.floor((Date.parse(certificate.valid_to) - clock.nowMs()) / dayMs)
  const detail = `${certificate.subject?.CN ?? 'no common name'}, ${days} days left`
  return days > certificateWarningDays
    ? passed(what, detail)
    : failed(what, detail, 'Renew the server’s certificate.')
}

async function checkBase(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<CheckRow> {
  try {
    await connection.search({
      base: settings.baseDn,
      scope: 'base',
      filter: has('objectClass'),
      attributes: ['objectClass'],
      limit: 1,
    })
    return passed(what, settings.baseDn)
  } catch (error) {
    return failed(what, describeError(error), 'Correct base_dn.')
  }
}

/** People looked at: an attribute that none of them shows is one the account may not read. */
const sampleSize = 50

/** What each attribute is good for, and so what is lost without it. */
const neededAttributes = {
  ad: {
    objectGUID: 'the stable key of a person',
    memberOf: 'groups',
    badPwdCount: 'how near a person is to being locked out',
  },
  openldap: { entryUUID: 'the stable key of a person' },
} as const

async function checkRights(
  what: (part: string) => string,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<readonly CheckRow[]> {
  const wanted = Object.entries(neededAttributes[settings.kind])
  const people = await connection.search({
    base: settings.baseDn,
    scope: 'sub',
    filter: equals('objectClass', 'person'),
    attributes: wanted.map(([name]) => name),
    binary: ['objectGUID'],
    limit: sampleSize,
  })
  if (people.length === 0) {
    return [failed(what('people'), 'none found', 'Correct base_dn, or let the account read it.')]
  }
  const rows = wanted.map(([name, use]) => {
    const shown = people.some((entry) => bytesValue(entry, name) ?? textValue(entry, name))
    return shown
      ? passed(what(name), `readable: ${use}`)
      : failed(
          what(name),
          `not shown by any of ${people.length} people`,
          `Let the account read ${name}: ${use}.`,
        )
  })
  const [someone] = people
  return settings.nestedGroups === 'token-groups' && someone
    ? [...rows, await checkTokenGroups(what('tokenGroups'), connection, someone.dn)]
    : rows
}

async function checkTokenGroups(
  what: string,
  connection: LdapConnection,
  dn: string,
): Promise<CheckRow> {
  try {
    await readTokenGroups(connection, dn)
    return passed(what, 'readable: groups in groups')
  } catch (error) {
    const remedy =
      'Put the account into Windows Authorization Access Group, or set nested_groups: matching-rule.'
    return failed(what, describeError(error), remedy)
  }
}

async function checkGroup(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
  group: string,
): Promise<CheckRow> {
  const hits = await countGroups(connection, settings, group)
  if (hits === 1) return passed(what, 'found')
  const detail = hits === 0 ? 'not found' : 'more than one group has this name'
  const distribution =
    settings.nestedGroups === 'token-groups'
      ? ' Distribution groups need nested_groups: matching-rule.'
      : ''
  const remedy = `Correct the name in the rules of the gateway, or write the DN.${distribution}`
  return failed(what, detail, remedy)
}

function connectRemedy(address: ServerAddress): string {
  return address.security === 'plaintext'
    ? 'Look at the address, the port and firewalls.'
    : 'Look at the address, the port and firewalls; set ca_file to the authority that signed the server’s certificate; use the host name that is in it.'
}

function passed(what: string, detail: string): CheckRow {
  return { what, ok: true, detail, remedy: '' }
}

function failed(what: string, detail: string, remedy: string): CheckRow {
  return { what, ok: false, detail, remedy }
}
