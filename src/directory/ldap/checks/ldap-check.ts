import { type Clock, counted } from '../../../support/index.ts'
import { type CheckRow, failed, passed } from '../../check-row.ts'
import { describeError } from '../../errors.ts'
import { type LdapConnection, openLdapConnection } from '../connections/connection.ts'
import { quoteServer } from '../connections/quote-server.ts'
import { bytesValue, textValue } from '../entries/entry.ts'
import { equals, has } from '../entries/filters.ts'
import { readTokenGroups } from '../groups/token-groups.ts'
import type { LdapSettings, ServerAddress } from '../options.ts'
import { checkCertificate } from './certificate.ts'
import { checkController } from './controller.ts'
import { checkFilter } from './filter.ts'
import { checkForeignMembers } from './foreign-members.ts'
import { checkGroup } from './group.ts'
import { checkLockout } from './lockout.ts'
import { checkManager } from './manager.ts'
import { checkNames } from './names.ts'
import { checkOwnPhones } from './own-phones.ts'
import { checkPhones } from './phones.ts'

/** Id of the group that rules mean by a name; undefined where that is not known. */
type IdOf = (group: string) => string | undefined

/** Tries every server of a directory, one after the other. Never rejects. */
export async function checkServers(
  settings: LdapSettings,
  groups: readonly string[],
  idOf: IdOf,
  clock: Clock,
): Promise<readonly CheckRow[]> {
  const rows: CheckRow[] = []
  for (const address of settings.servers)
    rows.push(...(await checkServer(address, settings, groups, idOf, clock)))
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
  idOf: IdOf,
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
    rows.push(checkCertificate(what('certificate'), connection.certificate(), clock.nowMs()))
    const { code, text } = await connection.bind(settings.bindDn, settings.bindPassword)
    if (code !== 0) {
      const remedy = 'Correct bind_dn and bind_password, or unlock the account.'
      const told = quoteServer(text, settings.bindPassword)
      return [...rows, failed(what('bind account'), `LDAP result ${code}: ${told}`, remedy)]
    }
    rows.push(passed(what('bind account'), settings.bindDn))
    rows.push(await checkBase(what('base'), connection, settings))
    rows.push(...(await checkRights(what, connection, settings)))
    rows.push(...(await checkFilter(what('user_filter'), connection, settings)))
    rows.push(...(await checkNames(what, connection, settings)))
    rows.push(...(await checkPhones(what('phones'), connection, settings)))
    rows.push(...(await checkManager(what('manager'), connection, settings)))
    rows.push(...(await checkOwnPhones(what('own phones'), connection, settings)))
    if (settings.kind === 'ad') {
      rows.push(...(await checkController(what, address, connection, settings)))
      rows.push(...(await checkLockout(what, connection, settings, () => clock.nowMs())))
    }
    for (const group of groups) {
      const row = what(`group ${group}`)
      const id = idOf(group)
      rows.push(await checkGroup(row, connection, settings, group, id))
      const members = what(`members of group ${group}`)
      rows.push(...(await checkForeignMembers(members, connection, settings, { name: group, id })))
    }
  } catch (error) {
    rows.push(failed(what('search'), describeError(error), 'Look at the server’s own log.'))
  } finally {
    connection.close()
  }
  return rows
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
    pwdLastSet: 'when a remembered sign-in ends with the password',
  },
  openldap: { entryUUID: 'the stable key of a person' },
} as const

/** The overlay ppolicy writes it, with the first password that is set under it. */
const passwordChanged = ['pwdChangedTime', 'when a remembered sign-in ends, by ppolicy'] as const

async function checkRights(
  what: (part: string) => string,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<readonly CheckRow[]> {
  const wanted = [
    ...Object.entries(neededAttributes[settings.kind]),
    ...(settings.remembers && settings.kind === 'openldap' ? [passwordChanged] : []),
  ]
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
          `not shown by any of ${counted(people.length, 'person', 'people')}`,
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

function connectRemedy(address: ServerAddress): string {
  return address.security === 'plaintext'
    ? 'Look at the address, the port and firewalls.'
    : 'Look at the address, the port and firewalls; set ca_file to the authority that signed the server’s certificate; use the host name that is in it.'
}
